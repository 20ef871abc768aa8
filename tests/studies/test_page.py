"""What all pages of studies have in common; and that committed pages say what committed tables hold."""

from pathlib import Path

import pandas as pd
import pytest

from stages.common.classes import DIGITS, GARMENTS
from stages.common.errors import StudyError
from stages.studies import bench, index, page
from stages.studies.names import NAMES
from stages.studies.settings import PAGES

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("study", NAMES)
def test_a_committed_page_is_its_template_filled_with_its_committed_tables(study):
    text = page.markdown(study, page.published(study), DIGITS)
    again = f"run `dvc repro stages/studies/dvc.yaml:{study}`"
    assert text == (PAGES / study / "README.md").read_text(encoding="utf-8"), again
    assert page.html(study, text) == (PAGES / study / "index.html").read_text(encoding="utf-8"), again


@pytest.mark.parametrize("study", NAMES)
def test_of_garments_no_page_says_that_they_are_digits(study):
    text = page.markdown(study, page.published(study), GARMENTS)
    assert [line for line in text.splitlines() if "digit" in line.lower()] == []


def test_the_committed_index_lists_the_committed_pages():
    text = index.markdown({study: index.entry(index.read_page(study)) for study in NAMES})
    assert text == (PAGES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("study", NAMES)
def test_a_page_shows_every_figure_that_there_is_once(study):
    text = (PAGES / study / "README.md").read_text(encoding="utf-8")
    for path in (PAGES / study / "figures").iterdir():
        assert text.count(f"](figures/{path.name})") == 1, path


@pytest.mark.parametrize("study", NAMES)
def test_a_page_answers_first_and_ends_with_where_its_numbers_are(study):
    question, answer, *_, footer = (PAGES / study / "README.md").read_text(encoding="utf-8").split("\n\n")
    assert question.startswith("# ")
    assert question.endswith("?")
    assert answer.startswith("> ")
    assert "\n" not in answer.strip()
    assert f"stages/studies/dvc.yaml:{study}`" in footer


def test_means_are_nested_by_the_keys_before_the_seed():
    table = pd.DataFrame(
        {"k": [2, 2, 5], "net": ["a", "a", "b"], "seed": [0, 1, 0], "mse": [1.0, 3.0, 5.0], "n": [1, 2, 3]}
    )
    assert page.means(table) == {"k2": {"a": {"mse": 2.0, "n": 1.5}}, "k5": {"b": {"mse": 5.0, "n": 3.0}}}


def test_without_seeds_the_keys_are_what_stands_before_the_first_fraction():
    table = pd.DataFrame({"k": [2, 5], "mse": [1.0, 3.0]})
    assert page.means(table) == {"k2": {"mse": 1.0}, "k5": {"mse": 3.0}}


def test_arrays_come_back_from_their_paths():
    arrays = {"gallery": {2: {"a": [1]}}, "b": [2, 3]}
    found = page.nested(bench.flat(arrays))
    assert found["gallery"]["2"]["a"].tolist() == [1]
    assert found["b"].tolist() == [2, 3]


@pytest.mark.parametrize("arguments", [(), ("linear",), ("linear-ae-is-pca", "adversarial")])
def test_a_name_that_is_no_study_is_refused_in_one_line(arguments):
    with pytest.raises(StudyError, match="is no study; say one of chance, judges, linear-ae-is-pca, "):
        page.study_name(*arguments)
