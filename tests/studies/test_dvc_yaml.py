"""stages/studies/dvc.yaml: each study lists the very files and settings that it uses."""

import importlib

import pytest
from ruamel.yaml import YAML

from stages.common.study import PARAMS, RESULTS
from stages.common.study_names import NAMES
from tests.stage_imports import ROOT, imported_files

STAGES = YAML(typ="safe").load(ROOT / "stages/studies/dvc.yaml")["stages"]
EVERY_STUDY = pytest.mark.parametrize("study", NAMES)
CHECKED = "data/studies.ok"
RECORDED = {  # by a benchmark
    "vae-latent-size": {"reports/anchors.json"},
    "denoising-capacity": {"reports/conv_denoiser.json"},
}


def module_of(study):
    return study.replace("-", "_")


def file_of(study):
    return ROOT / f"stages/studies/{module_of(study)}.py"


def code(stage):
    return {path for path in STAGES[stage]["deps"] if path.startswith("stages/")}


def data(stage):
    return set(STAGES[stage]["deps"]) - code(stage)


def outs(stage):
    """Path → whether DVC caches it."""
    entries = [out if isinstance(out, dict) else {out: {}} for out in STAGES[stage]["outs"]]
    return {path: flags.get("cache", True) for entry in entries for path, flags in entry.items()}


def test_the_stages_are_the_studies_between_their_check_and_their_index():
    assert list(STAGES) == ["check-studies", *NAMES, "studies-index"]
    files = {path.stem for path in (ROOT / "stages/studies").glob("*.py")}
    assert files == {module_of(study) for study in NAMES} | {"__init__", "check_params", "index"}


@EVERY_STUDY
def test_a_study_lists_the_files_that_its_code_imports(study):
    assert code(study) == imported_files(file_of(study))


def test_the_check_lists_the_files_of_all_studies_and_the_index_its_own():
    every = set().union(*(imported_files(file_of(study)) for study in NAMES))
    assert code("check-studies") == every | imported_files(ROOT / "stages/studies/check_params.py")
    assert code("studies-index") == imported_files(ROOT / "stages/studies/index.py")


@EVERY_STUDY
def test_a_study_lists_the_settings_that_it_reads(study):
    settings = importlib.import_module(f"stages.studies.{module_of(study)}").Settings
    assert STAGES[study]["params"] == [{str(PARAMS): list(settings.model_fields)}]
    assert module_of(study) in settings.model_fields


@EVERY_STUDY
def test_a_study_waits_for_the_check_and_reads_the_raw_images(study):
    assert data(study) == {CHECKED, "data/raw"} | RECORDED.get(study, set())
    assert CHECKED in outs("check-studies")


@EVERY_STUDY
def test_the_results_of_a_study_are_committed_and_stay_out_of_the_daily_commands(study):
    assert outs(study) == {str(RESULTS / study): False}
    assert not {"metrics", "plots"} & STAGES[study].keys()


def test_a_clone_without_the_studies_can_check_out_the_main_line():
    assert not [path for stage in STAGES for path, cached in outs(stage).items() if cached]


def test_the_index_reads_every_page():
    assert outs("studies-index") == {f"{RESULTS}/README.md": False, f"{RESULTS}/index.html": False}
    assert data("studies-index") == {f"{RESULTS}/{study}/README.md" for study in NAMES}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_says_what_it_does_and_runs_from_the_root(stage):
    assert 10 < len(STAGES[stage]["desc"]) < 100
    assert STAGES[stage]["wdir"] == "../.."
    assert STAGES[stage]["cmd"].startswith("python -m stages.studies.")
