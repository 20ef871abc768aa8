"""Who is ahead and who is level by chance; and how a number is written beside its standard deviation."""

from itertools import combinations

import pytest

from stages.cards.card import Measure
from stages.common.settings import read_yaml
from stages.pages.report.chance import Chance
from stages.pages.report.comparison import Comparison, Standing
from stages.pages.report.measures import WITHIN, groups
from tests.pages.report_metrics import CARDS
from tests.write_pages import ROOT, chance

AGAIN = "run: python -m tests.write_pages"
QUALITY = Measure("quality", "Quality", "dB", 2, better="higher")
DISTANCE = Measure("distance", "Distance", "×", 2)
OTHER = Measure("other", "Other distance", "×", 2)
MEASURED = Chance(
    6,
    {
        "quality": {"a": 0.05, "b": 0.05, "c": 0.05, "a - b": 0.02, "a - c": 0.1, "b - c": 0.1},
        "distance": {"a": 0.03, "b": 0.04, "a - b": 0.01},
        "distance - other": {"a": 0.05},
    },
)


def comparison(measure, values):
    return Comparison({key: {measure.path: value} for key, value in values.items()}, MEASURED)


def ranked(measure, values, target=None):
    found = comparison(measure, values).ranking(measure, list(values), target)
    return [one.key for one in found.best], [one.key for one in found.others]


@pytest.mark.parametrize(
    ("other", "is_level"), [(16.97, True), (17.039, True), (16.95, False), (17.05, False)]
)
def test_two_are_level_within_two_deviations_of_their_difference(other, is_level):
    best, others = ranked(QUALITY, {"a": other, "b": 17.0})
    assert set(best) == (
        {"a", "b"} if is_level else {max(("b", 17.0), ("a", other), key=lambda one: one[1])[0]}
    )
    assert len(others) == (0 if is_level else 1)


def test_it_is_the_pairs_own_deviation_that_counts():
    assert ranked(QUALITY, {"a": 17.1, "c": 17.0}) == (["a", "c"], [])
    assert ranked(QUALITY, {"a": 17.1, "b": 17.0}) == (["a"], ["b"])
    assert ranked(QUALITY, {"b": 17.1, "a": 17.0}) == (["b"], ["a"]), "in whatever order a pair is named"


def test_whoever_stands_between_two_that_are_level_is_level():
    assert ranked(QUALITY, {"a": 17.15, "b": 17.1, "c": 17.0}) == (["a", "b", "c"], [])
    assert ranked(QUALITY, {"a": 17.15, "b": 17.1, "c": 16.9}) == (["a"], ["b", "c"])


@pytest.mark.parametrize(("value", "best"), [(17.004, ["c", "new"]), (17.006, ["new"])])
def test_a_model_that_was_not_measured_is_level_where_it_reads_the_same(value, best):
    assert sorted(ranked(QUALITY, {"c": 17.0, "new": value})[0]) == best


def test_a_target_is_approached_from_either_side_and_each_deviation_counts():
    """√(0.03² + 0.04²) = 0.05: of numbers on either side of a target the pair's own says nothing."""
    assert ranked(DISTANCE, {"a": 1.08, "b": 0.99}, target=1) == (["b", "a"], [])
    assert ranked(DISTANCE, {"a": 1.12, "b": 0.99}, target=1) == (["b"], ["a"])


def test_who_has_no_such_number_is_left_out():
    found = Comparison({"a": {"quality": 1.0}, "b": {}}, MEASURED)
    assert [one.key for one in found.ranking(QUALITY, ["a", "b"]).best] == ["a"]


def test_to_exceed_is_to_have_more_by_more_than_chance():
    found = comparison(QUALITY, {"a": 17.05, "b": 17.0, "c": 17.2})
    assert found.exceeds(QUALITY, "a", "b")
    assert not found.exceeds(QUALITY, "b", "a")
    assert not found.exceeds(QUALITY, "c", "a")


@pytest.mark.parametrize(("key", "gap", "more"), [("a", 0.09, False), ("a", 0.11, True), ("new", 0.02, True)])
def test_two_numbers_of_one_model_are_compared_by_the_deviation_of_their_difference(key, gap, more):
    found = Comparison({key: {"distance": 1 + gap, "other": 1.0}}, MEASURED)
    assert found.exceeds_within(key, DISTANCE, OTHER) == more


@pytest.mark.parametrize(
    ("measure", "value", "deviation", "text"),
    [
        (Measure("", "", "%", 1), 0.027, 0.005126, "2.7 ± 0.5 %"),
        (QUALITY, 17.1805, 0, "17.18 dB"),
        (QUALITY, 17.1805, 0.041, "17.18 ± 0.04 dB"),
        (QUALITY, 17.1805, 0.0041, "17.18 ± 0.0041 dB"),
        (Measure("", "", "nats", 1), -124.793, 0, "−124.8 nats"),
        (Measure("", "", "%", 1), 0.0002, 0, "0.020 %"),
        (Measure("", "", "", 0), 10, 0, "10"),
    ],
)
def test_a_number_is_written_with_its_deviation_and_its_unit(measure, value, deviation, text):
    assert str(Standing("a", value, deviation, measure)).replace("\u00a0", " ") == text


def test_the_deviations_are_those_that_the_study_measured():
    wanted = chance()
    found = Chance.read()
    assert found.runs == wanted["runs"], AGAIN
    for path, deviations in wanted["deviations"].items():
        assert found.deviations[path] == pytest.approx(deviations, rel=0.01), AGAIN


def test_every_number_and_every_pair_that_the_report_compares_was_measured():
    found, keys = Chance.read(), list(CARDS)
    for measure in (measure for group in groups({}).values() for measure in group):
        assert all(found.of(measure.path, key) for key in keys)
        for one, other in combinations(keys, 2):
            assert found.between_models(measure.path, one, other) > 0
    for one, other in WITHIN:
        known = found.deviations[f"{one} - {other}"]
        assert known
        assert all(known.values())


def test_they_were_measured_over_as_many_runs_as_the_settings_say():
    assert Chance.read().runs == read_yaml(ROOT / "stages/studies/params.yaml")["chance"]["runs"]
