"""The site of GitHub Pages: what reports/ holds, with links that lead somewhere."""

import os
import re
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci/site.py"
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text())
URL = "https://github.com/owner/name/blob/abc"

spec = spec_from_file_location("site_of_pages", SCRIPT)
site_of_pages = module_from_spec(spec)
spec.loader.exec_module(site_of_pages)


@pytest.fixture
def project(tmp_path):
    """A project with a report, an explorer and the pages of a study."""
    pages = {
        "params.yaml": "seed: 0",
        "reports/report.html": '<a href="explorer.html">e</a> <a href="studies/index.html#top">s</a>',
        "reports/explorer.html": '<a href="report.html">r</a><img src="data:image/png;base64,AA">',
        "reports/studies/index.html": '<a href="one/index.html">1</a> <a href="../report.html">r</a>',
        "reports/studies/one/index.html": '<a href="tables">t</a> <a href="../../../params.yaml">p</a>',
        "reports/studies/one/README.md": "# One",
        "reports/studies/one/tables/runs.csv": "seed",
        "reports/figures/overview.png": "",
    }
    for path, text in pages.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text)
    return tmp_path / "project"


def links(site):
    """Every link to a file of a page of the site: `(page, target)`."""
    for page in sorted(site.rglob("*.html")):
        for target in re.findall(r'(?:href|src)="([^"#]+)', page.read_text()):
            if not target.startswith("data:"):
                yield page, target


def test_every_page_can_be_reached_and_every_link_leads_to_a_file_or_into_the_repository(project, tmp_path):
    site = tmp_path / "site"
    assert site_of_pages.gather(project, site, URL) == []
    reached, new = set(), {site / "index.html"}
    while new:
        reached |= new
        found = {Path(os.path.normpath(page.parent / target)) for page, target in links(site) if page in new}
        new = {path for path in found if path.suffix == ".html" and path.is_file()} - reached
    assert reached == set(site.rglob("*.html"))
    away = {target for page, target in links(site) if not (page.parent / target).is_file()}
    assert away == {f"{URL}/reports/studies/one/tables", f"{URL}/params.yaml"}


def test_a_link_that_leads_nowhere_stops_the_site(project, tmp_path, monkeypatch):
    (project / "reports/explorer.html").unlink()
    broken = site_of_pages.gather(project, tmp_path / "site", URL)
    assert broken == ["index.html: explorer.html", "report.html: explorer.html"]
    monkeypatch.setattr(site_of_pages, "gather", lambda *arguments: broken)
    with pytest.raises(SystemExit, match=r"report\.html: explorer\.html"):
        site_of_pages.main("site", URL)


def test_the_committed_studies_link_to_what_there_is(tmp_path):
    """Report and explorer are made by a run; all else is committed."""
    broken = site_of_pages.gather(ROOT, tmp_path / "site", URL)
    made = re.compile(r"^(index|report)\.html: (report|explorer)\.html$|: (\.\./)*(report|explorer)\.html$")
    assert [link for link in broken if not made.search(link)] == []


def test_the_workflow_may_publish_and_does_so_by_the_official_actions():
    assert WORKFLOW["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    assert WORKFLOW["concurrency"]["group"] == "pages"
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    used = [step["uses"].split("@")[0] for step in steps if "uses" in step]
    assert used[-3:] == [
        f"actions/{name}" for name in ("configure-pages", "upload-pages-artifact", "deploy-pages")
    ]
    assert any(".ci/site.py _site " in step.get("run", "") for step in steps), "where the upload looks"


def test_the_workflow_runs_what_people_are_told_to_type():
    """The script of the step, with `echo` in place of running it."""
    steps = WORKFLOW["jobs"]["build"]["steps"]
    (run,) = (step["run"] for step in steps if "run command" in step.get("run", ""))
    script = run.replace("bash -euo pipefail -c", "echo")
    shown = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert f"```sh\n{shown}```" in (ROOT / "README.md").read_text()
    assert shown.endswith("dvc repro\n")
