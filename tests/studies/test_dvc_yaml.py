"""stages/studies/dvc.yaml: each study measures in one stage and writes its page in another."""

import importlib

import pytest
import yaml

from stages.studies.names import NAMES
from stages.studies.settings import MEASURED, PAGES, PARAMS
from tests.stage_imports import ROOT
from tests.write_dependencies import STUDIES, rewritten

STAGES = yaml.safe_load(STUDIES.read_text())["stages"]
EVERY_STUDY = pytest.mark.parametrize("study", NAMES)
CHECKED = "data/studies.ok"
NAMED = "data/classes.json"
RECORDED = {  # by a benchmark
    "linear-ae-is-pca": {"reports/mnist/code_sizes.json"},
    "nonlinear-ae": {"reports/mnist/code_sizes.json"},
    "stacked-ae": {"reports/mnist/code_sizes.json"},
    "vae-latent-size": {"reports/mnist/code_sizes.json"},
    "denoising-capacity": {"reports/mnist/code_sizes.json", "reports/mnist/conv_denoiser.json"},
}
JUDGES = {"data/studies/judges/critic", "data/studies/judges/classifier"}
MADE_BEFORE = {  # what other stages made, and a study measures on
    "vae-latent-size": JUDGES,
    "judges": {"data/noisy/test.npz", "data/models/ae", "data/models/vae"},
    "ae-or-vae": {"data/noisy", "data/studies/chance/models"} | JUDGES,
    "confusions": {"data/noisy", "data/studies/chance/models"} | JUDGES,
    "coding-space": JUDGES,
    "adversarial": JUDGES,
}
WITHOUT = {  # they measure on the images of the main line
    "ae-or-vae": {"data/raw"},
    "confusions": {"data/raw"},
}


def code(stage):
    return {path for path in STAGES[stage]["deps"] if path.startswith("stages/")}


def data(stage):
    return set(STAGES[stage]["deps"]) - code(stage)


def outs(stage):
    """Path → whether DVC caches it."""
    entries = [out if isinstance(out, dict) else {out: {}} for out in STAGES[stage]["outs"]]
    return {path: flags.get("cache", True) for entry in entries for path, flags in entry.items()}


def test_the_stages_are_two_a_study_between_their_check_and_their_index():
    pairs = [stage for study in NAMES for stage in (f"measure-{study}", study)]
    assert list(STAGES) == ["check-studies", *pairs, "studies-index"]
    folders = {path.parent.name for path in (ROOT / "stages/studies").glob("*/experiment.py")}
    assert folders == {study.replace("-", "_") for study in NAMES}


def test_the_lists_of_code_are_those_of_the_imports():
    assert STUDIES.read_text() == rewritten(STUDIES), "run: python -m tests.write_dependencies"


@EVERY_STUDY
def test_measuring_knows_no_figure_no_template_and_no_page(study):
    listed = code(f"measure-{study}")
    assert not [
        path for path in listed if path.startswith(("stages/figures/", "stages/pages/", "stages/cards/"))
    ]
    assert not [
        path for path in listed if not path.endswith(".py") or path.endswith(("figures.py", "page.py"))
    ]


@EVERY_STUDY
def test_drawing_and_writing_run_no_model(study):
    rooms = ("stages/models/", "stages/training/", "stages/analyses/")
    assert not [path for path in code(study) if path.startswith(rooms) or path.endswith("experiment.py")]


@EVERY_STUDY
def test_measuring_lists_the_settings_that_it_reads_and_the_page_its_section(study):
    section = study.replace("-", "_")
    settings = importlib.import_module(f"stages.studies.{section}.experiment").Settings
    own = [key for key in settings.model_fields if key not in settings.of_main_line]
    assert STAGES[f"measure-{study}"]["params"] == [*settings.of_main_line, {str(PARAMS): own}]
    assert STAGES[study]["params"] == [{str(PARAMS): [section]}]


@EVERY_STUDY
def test_measurements_are_cached_and_pages_committed_and_stay_out_of_the_daily_commands(study):
    assert data(f"measure-{study}") == {CHECKED} | MADE_BEFORE.get(study, set()) | (
        {"data/raw"} - WITHOUT.get(study, set())
    )
    assert outs(f"measure-{study}") == {str(MEASURED / study): True}
    assert data(study) == {str(MEASURED / study), NAMED} | RECORDED.get(study, set())
    assert outs(study) == {str(PAGES / study): False}
    assert not {"metrics", "plots"} & (STAGES[study].keys() | STAGES[f"measure-{study}"].keys())


def test_the_index_reads_every_page():
    assert outs("studies-index") == {f"{PAGES}/README.md": False, f"{PAGES}/index.html": False}
    assert data("studies-index") == {f"{PAGES}/{study}/README.md" for study in NAMES}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_says_what_it_does_and_runs_from_the_root(stage):
    assert 10 < len(STAGES[stage]["desc"]) < 100
    assert STAGES[stage]["wdir"] == "../.."
    assert STAGES[stage]["cmd"].startswith("python -m stages.studies.")
