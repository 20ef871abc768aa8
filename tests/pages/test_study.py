import numpy as np
import pytest

from stages.common.study import RESULTS
from stages.figures.page import page as sheet
from stages.pages import study
from stages.pages.study import Page, Picture, number, percent, percents, power, save_metrics, spread, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123456, "0.0123"),
        (12.345, "12.3"),
        (1234.5, "1230"),
        (0.02, "0.0200"),
        (5, "5.00"),
        (-1.5, "−1.50"),
    ],
)
def test_numbers_have_three_significant_digits(value, text):
    assert number(value) == text


def test_numbers_keep_their_value_however_they_are_written():
    for value in np.random.default_rng(0).lognormal(0, 6, 200):
        assert float(number(value, 4)) == pytest.approx(value, rel=1e-3)


def test_a_spread_names_the_extremes_of_several_runs():
    assert spread([0.1]) == "0.100"
    assert spread([0.1, 0.3]) == "0.200 (0.100 to 0.300)"
    assert percent(0.1234) == "12.3 %"


def test_shares_are_spread_in_percent():
    assert percents([0.1, 0.3]) == "20.0 (10.0 to 30.0) %"
    assert percents([0.1234], 2) == "12 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0000591, "5.9 · 10⁻⁵"),
        (0.00999, "1.0 · 10⁻²"),
        (1e-12, "1.0 · 10⁻¹²"),
        (0.01, "0.010"),
        (0.115, "0.12"),
        (0, "0"),
    ],
)
def test_small_values_are_powers_of_ten(value, text):
    assert power(value) == text


def test_a_table_is_markdown():
    assert table(["k", "error"], [["2", "0.1"]]) == "| k | error |\n| --- | ---: |\n| 2 | 0.1 |"


def example(**changes):
    findings = [table(["k", "e"], [["1", "2"]]), Picture("curve", sheet(50, "Title", "Caption."), "a bend")]
    texts = dict(
        question="Is it?", summary="It is,\n   twice.", procedure="Runs.", answer="  Yes.\n  Really."
    )
    return Page(**texts | {"findings": findings} | changes)


def test_a_page_has_question_answer_and_figures_with_what_to_look_for():
    text = study.markdown("some-study", example())
    assert text.startswith("# Is it?\n\n> It is, twice.\n\n## What was done\n\nRuns.\n\n## What came out\n")
    assert "![curve](figures/curve.png)\n\n*Look for:* a bend" in text
    assert "## Answer\n\nYes. Really.\n" in text
    assert "dvc repro stages/studies/dvc.yaml:some-study" in text
    assert "`some_study`" in text


def test_publishing_writes_page_and_figures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frames = (sheet(50, f"Frame {index}", "Caption.") for index in range(2))
    study.publish("some-study", example(findings=[Picture("film", frames, "motion"), *example().findings]))
    folder = RESULTS / "some-study"
    assert {path.name for path in (folder / "figures").iterdir()} == {"film.gif", "curve.png"}
    assert "figures/film.gif" in (folder / "README.md").read_text()


def test_metrics_come_back_as_the_file_has_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert save_metrics("some-study", {"a": {"b": 0.123456789}}) == {"a": {"b": 0.123457}}


def test_paragraphs_are_single_lines_and_tables_and_lists_stay_as_they_are():
    text = """
    **A lead.** Words
    go on.

{table}


    1. one
    2. two
    """.replace("{table}", "| a |\n| --- |")
    page = study.markdown("some-study", example(answer=text))
    assert "**A lead.** Words go on.\n\n| a |\n| --- |\n\n1. one\n2. two\n" in page
