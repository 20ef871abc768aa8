"""The README keeps its promises: its numbers are those of the committed results, its links lead somewhere."""

import re

import pytest

from stages.cards.card import cards
from stages.common.artifacts import load_json
from stages.images.own_images import read_own_images
from tests.write_pages import PAGE, README, ROOT, WORDS, mnist_page, report_words, with_tables

AGAIN = "run: python -m tests.write_pages"


def test_tables_show_the_committed_numbers():
    text = README.read_text()
    assert with_tables(text) == text, AGAIN


def test_the_page_of_the_benchmarks_shows_their_records():
    assert mnist_page() == PAGE.read_text(encoding="utf-8"), AGAIN


def test_the_reports_words_are_those_of_its_committed_numbers():
    assert report_words() == WORDS.read_text(encoding="utf-8"), AGAIN


def test_links_into_the_project_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+?)\)", README.read_text())
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert targets
    assert not missing


def test_every_metric_is_defined():
    text = README.read_text()
    metrics = load_json(ROOT / "reports/metrics.json")
    paths = {f"{group}.{name}" for key in cards() for group, found in metrics[key].items() for name in found}
    assert paths
    assert not [path for path in paths if f"`{path}`" not in text]


def test_the_icons_are_drawn_and_read(tmp_path, monkeypatch):
    code = re.search(r"<!-- icons -->\n```python\n(.+?)```\n<!-- end -->", README.read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code[1].replace("range(400)", "range(9)"), {})
    images, names = read_own_images("icons")
    assert (len(images), images.shape) == (9 * len(names), (3, 32, 32))
    assert len({image.tobytes() for image in images.images}) == len(images)


@pytest.mark.parametrize(("name", "end"), [("run", "dvc repro"), ("test", "pytest")])
def test_the_ci_script_finds_the_two_commands(name, end):
    marked = re.search(rf"<!-- {name} command -->\n```sh\n(.+)\n```\n<!-- end -->", README.read_text())
    assert marked
    assert "pip install -c constraints.txt -e" in marked[1]
    assert marked[1].endswith(end)
