"""The README keeps its promises: its numbers are those of the committed results, its links lead somewhere."""

import re

from stages.pages import measures
from tests.readme_tables import README, ROOT, with_tables


def test_tables_show_the_committed_numbers():
    text = README.read_text()
    assert with_tables(text) == text, "python -m tests.readme_tables writes them anew"


def test_links_into_the_project_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+?)\)", README.read_text())
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert targets
    assert not missing


def test_every_metric_of_the_report_is_defined():
    text = README.read_text()
    paths = [measure.path for group in measures.TABLE.values() for measure in group]
    assert not [path for path in paths if f"`{path}`" not in text]


def test_the_ci_script_finds_the_test_command():
    marked = re.search(r"<!-- test command -->\n```sh\n(.+)\n```\n<!-- end -->", README.read_text())
    assert marked
    assert "pip install" in marked[1]
    assert marked[1].endswith("pytest")
