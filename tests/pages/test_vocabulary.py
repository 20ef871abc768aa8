import pandas as pd
import pytest
from jinja2 import UndefinedError

from stages.pages.vocabulary import (
    above,
    at,
    caption,
    environment,
    level,
    listed,
    number,
    percent,
    percents,
    plus_minus,
    power,
    spread,
    whole,
)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.012345, 3, "0.0123"),
        (12.3456, 3, "12.3"),
        (1234.5, 3, "1230"),
        (0.02, 3, "0.0200"),
        (5, 3, "5.00"),
        (0, 3, "0"),
        (-0.5, 2, "−0.50"),
        (99.96, 3, "100"),
        (1e-7, 2, "0.00000010"),
    ],
)
def test_numbers_have_so_many_significant_digits(value, digits, text):
    assert number(value, digits) == text


def test_shares_are_in_percent():
    assert percent(0.1234) == "12.3 %"
    assert percent(-0.001, 2) == "−0.10 %"
    assert percents([0.1, 0.2]) == "15.0 (10.0 to 20.0) %"


def test_several_runs_are_mean_and_range_and_one_is_itself():
    assert spread(pd.Series([1.0, 2.0, 3.0])) == "2.00 (1.00 to 3.00)"
    assert spread([1.0]) == "1.00"
    assert whole([9.0, 11.0]) == "9 to 11"
    assert whole([9, 9]) == "9"


def test_small_numbers_have_a_power_of_ten():
    assert power(0.000012) == "1.2 · 10⁻⁵"
    assert power(0.5) == "0.50"


def test_a_deviation_has_two_digits_and_the_value_as_many_decimals():
    assert [plus_minus(*pair).replace("\u00a0", " ") for pair in ((17.1784, 0.0412), (-14.52, 1.23))] == [
        "17.178 ± 0.041",
        "−14.5 ± 1.2",
    ]
    assert plus_minus(1234.5, 56).replace("\u00a0", " ") == "1234 ± 56"
    assert plus_minus(10, 0) == "10"


def test_lists_and_places_read_as_text():
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert at([2, 5], [2, 5]) == "at every k"
    assert at([], [2, 5]) == "at no k"
    assert at([10, 2], [2, 5, 10]) == "at k = 2 and 10"
    assert at([0.1], [0.1, 0.2], "noise level") == "at noise level = 0.1"


def test_one_set_is_above_another_where_every_run_is():
    assert above([3, 4], [1, 2])
    assert not above([3, 4], [1, 3])
    assert not above([3, 4], [1, 2], margin=1)
    assert level([1, 3], [2])
    assert not level(iter([3]), iter([2]))


def test_a_caption_is_italic_with_its_leads_in_bold():
    text = caption("What is\nshown.\n\nRead off: this.\n\nNot to be read off: that.")
    assert text == "*What is shown.*\n\n***Read off:** this.*\n\n***Not to be read off:** that.*"


def test_a_template_that_names_what_is_not_there_fails(tmp_path):
    (tmp_path / "page.md.j2").write_text("{{ known | number(2) }} {{ unknown }}")
    with pytest.raises(UndefinedError, match="unknown"):
        environment(tmp_path).get_template("page.md.j2").render(known=1.0)
