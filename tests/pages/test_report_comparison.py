"""Who is ahead and who is level, by chance or by a margin; and how a number is written beside its error."""

import pytest

from stages.cards.card import Measure
from stages.pages.report.comparison import Standing, ranking

ERROR = Measure("error", "Error", "%", 1, better="lower", images="test_images")
QUALITY = Measure("quality", "Quality", "dB", 2, better="higher", margin=0.05)


def ranked(measure, values, target=None, images=1000):
    metrics = {"data": {"test_images": images}} | {
        key: {measure.path: value} for key, value in values.items()
    }
    found = ranking(measure, metrics, list(values), target)
    return [one.key for one in found.best], [one.key for one in found.others]


@pytest.mark.parametrize(
    ("other", "is_level"),
    [(0.054, True), (0.074, True), (0.08, False)],  # two standard errors of 5.4 % against p are 2.2 points
)
def test_errors_are_level_unless_they_differ_by_two_standard_errors(other, is_level):
    best, others = ranked(ERROR, {"a": other, "b": 0.054})
    assert set(best) == ({"a", "b"} if is_level else {"b"})
    assert others == ([] if is_level else ["a"])


def test_with_more_images_the_same_difference_is_more_than_chance():
    assert ranked(ERROR, {"a": 0.07, "b": 0.054}, images=1000) == (["b", "a"], [])
    assert ranked(ERROR, {"a": 0.07, "b": 0.054}, images=10_000) == (["b"], ["a"])


def test_other_numbers_are_level_within_their_margin():
    assert ranked(QUALITY, {"a": 17.0, "b": 17.2, "c": 17.16}) == (["b", "c"], ["a"])


def test_a_target_is_approached_from_either_side():
    distance = Measure("distance", "Distance", "×", 2, margin=0.05)
    assert ranked(distance, {"a": 1.28, "b": 0.9, "c": 1.08}, target=1) == (["c", "b"], ["a"])


def test_who_has_no_such_number_is_left_out():
    metrics = {"data": {}, "a": {"quality": 1.0}, "b": {}}
    assert [one.key for one in ranking(QUALITY, metrics, ["a", "b"]).best] == ["a"]


@pytest.mark.parametrize(
    ("measure", "value", "error", "text"),
    [
        (ERROR, 0.027, 0.005126, "2.7 ± 0.5 %"),
        (QUALITY, 17.1805, 0, "17.18 dB"),
        (Measure("", "", "nats", 1), -124.793, 0, "−124.8 nats"),
        (Measure("", "", "%", 1), 0.0002, 0, "0.020 %"),
        (Measure("", "", "", 0), 10, 0, "10"),
    ],
)
def test_a_number_is_written_with_its_error_and_its_unit(measure, value, error, text):
    assert str(Standing("a", value, error, measure)).replace("\u00a0", " ") == text
