"""dvc.yaml: each stage lists the very files and params that it uses, so a change reruns what it touches."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages.cards.card import keys
from tests.pipeline.graph import CONSTANT, EVERYTHING, inside, reached, read_pipeline, read_stages
from tests.write_dependencies import MAIN, ROOT, STUDIES, rewritten

MODELS = keys()
STAGES = read_stages()
PIPELINE = read_pipeline()
EVERY_STAGE = pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)

FOLLOWERS = ("embed", "tsne", "plot")
PAGES = {"explore", "report"}  # of all models


def of_models(names, *models):
    return {f"{name}@{model}" for name in names for model in models}


# --- what is listed


def test_every_file_in_stages_is_a_stage_of_its_name():
    files = {path.stem for path in ROOT.glob("stages/*.py")} - {"__init__"}
    assert {stage.module for stage in STAGES.values()} == files
    for name, entry in PIPELINE["stages"].items():
        model = " ${item.model}" if "matrix" in entry else ""
        assert entry["cmd"] == f"python -m stages.{name.replace('-', '_')}{model}"


def test_the_models_are_those_that_have_a_card():
    assert sorted(PIPELINE["vars"][0]["models"]) == list(MODELS)


def test_the_lists_of_code_are_those_of_the_imports():
    assert MAIN.read_text() == rewritten(MAIN), "run: python -m tests.write_dependencies"


@EVERY_STAGE
def test_what_trains_or_measures_knows_no_figure_no_template_and_no_page(stage):
    shown = ("stages/figures/", "stages/pages/")
    if stage.name == "explore":  # hands the models themselves to a page
        return
    if stage.name in ("plot", "report"):
        assert not [path for path in stage.code if path.startswith(("stages/models/", "stages/training/"))]
    else:
        assert not [path for path in stage.code if path.startswith(shown)]
    if stage.name.startswith("train-"):
        assert not [path for path in stage.code if path.startswith("stages/cards/")]


@pytest.mark.parametrize("name", ["fetch-data", "tsne@ae"])
def test_python_loads_the_files_that_are_listed(name):
    """The cheap ones; test_pipeline.py sees every stage at work."""
    script = (
        f"import json, sys, stages.{STAGES[name].module};"
        "print(json.dumps([m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'stages']))"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = {Path(file).relative_to(ROOT).as_posix() for file in json.loads(process.stdout)}
    listed = {path for path in STAGES[name].code if path.endswith(".py")}
    assert {file for file in files if not file.endswith("__init__.py")} == listed


@EVERY_STAGE
def test_a_stage_lists_the_params_that_its_settings_have(stage):
    if stage.name == "check-params":
        assert stage.params == {EVERYTHING}
    else:
        settings = getattr(__import__(f"stages.{stage.module}", fromlist=["Settings"]), "Settings", None)
        assert stage.params == (set(settings.model_fields) if settings else set())


@EVERY_STAGE
def test_a_stage_lists_files_that_exist_and_no_folder_of_code(stage):
    assert [path for path in stage.code if not (ROOT / path).is_file()] == []


NOT_MADE = {"check-params": {"constraints.txt", "data/own"}, "fetch-data": {"data/own"}}
NOT_MADE |= {"report": {"reports/explorer/explorer.png"}}


@EVERY_STAGE
def test_a_stage_reads_what_another_makes_or_the_users_own_images(stage):
    made = [out for other in STAGES.values() if other != stage for out in other.outs]
    unmade = {path for path in stage.data if not any(inside(path, out) for out in made)}
    assert unmade == NOT_MADE.get(stage.name, set())


def test_every_stage_waits_for_the_check_of_params():
    assert reached(STAGES.values(), file=CONSTANT) == STAGES.keys() - {"check-params"}


@EVERY_STAGE
def test_a_stage_says_what_it_does_in_one_line(stage):
    assert 10 < len(stage.description) < 100
    assert "\n" not in stage.description


@EVERY_STAGE
def test_outputs_for_machines_are_cached_and_those_for_people_committed(stage):
    for path, flags in stage.outs.items():
        cached = flags.get("cache", True)
        if path in ("reports/report.html", "reports/explorer.html"):  # large
            assert cached
        else:
            assert path.startswith("data/" if cached else "reports/")
        # an entry under `outs:` that is not cached would switch the run cache off for its stage
        assert cached or flags["kind"] in ("metrics", "plots")
        assert not flags.get("persist")


def test_plots_draw_what_stages_make():
    drawn = {path for plot in PIPELINE["plots"] for entry in plot.values() for path in entry["y"]}
    made = [path for stage in STAGES.values() for path in stage.outs]
    assert [path for path in drawn if not any(inside(path, out) for out in made)] == []


# --- what changes rerun

CHECK = {"check-params"}
ONE_MODEL = {model: {f"train-{model}"} | PAGES | of_models(FOLLOWERS, model) | CHECK for model in MODELS}
AFTER_NOISE = {"prepare-noisy-data"}.union(*ONE_MODEL.values())

PARAMS = {
    "latent": ONE_MODEL["ae"] | ONE_MODEL["vae"],
    **ONE_MODEL,
    "noise": AFTER_NOISE,
    "data": AFTER_NOISE | {"fetch-data"},
    "embed": CHECK | of_models(FOLLOWERS, *MODELS) | PAGES,
    "tsne": CHECK | of_models(("tsne", "plot"), *MODELS) | PAGES,
    "explore": CHECK | {"explore"},
}


@pytest.mark.parametrize("param", PARAMS)
def test_a_change_of_a_param_reaches_what_depends_on_it(param):
    assert reached(STAGES.values(), param=param) == PARAMS[param]


@pytest.mark.parametrize("model", MODELS)
def test_an_edit_of_a_models_file_is_like_a_change_of_its_params(model):
    assert reached(STAGES.values(), file=f"stages/models/{model}.py") == ONE_MODEL[model]


@pytest.mark.parametrize("path", sorted(ROOT.glob("stages/figures/*.py")), ids=lambda path: path.name)
def test_an_edit_of_a_figures_file_draws_again_and_runs_no_model(path):
    drawing = of_models(["plot"], *MODELS) | PAGES
    found = reached(STAGES.values(), file=path.relative_to(ROOT).as_posix())
    assert found in (drawing, {"report"}, set())
    assert found or path.name == "__init__.py" or is_of_the_studies(path)


@pytest.mark.parametrize("model", MODELS)
def test_an_edit_of_a_card_draws_and_writes_and_runs_no_model(model):
    found = reached(STAGES.values(), file=f"stages/cards/{model}.py")
    assert found == {f"plot@{model}"} | PAGES


@pytest.mark.parametrize(
    "path",
    sorted(path for path in ROOT.glob("stages/pages/**/*.*") if path.suffix != ".pyc"),
    ids=lambda path: path.name,
)
def test_an_edit_of_the_page_makes_the_page_alone(path):
    found = reached(STAGES.values(), file=path.relative_to(ROOT).as_posix())
    assert found <= PAGES
    assert found or path.name == "__init__.py" or is_of_the_studies(path)


def is_of_the_studies(path):
    return f"- {path.relative_to(ROOT).as_posix()}\n" in STUDIES.read_text()


def test_where_runs_are_computed_is_no_reason_to_compute_them_again():
    assert reached(STAGES.values(), param="parallel") == CHECK
    assert "parallel" in yaml.safe_load((ROOT / "params.yaml").read_text())


def test_every_key_of_params_reaches_more_than_the_check():
    keys = {key for stage in STAGES.values() for key in stage.params} - {EVERYTHING}
    for key in keys:
        assert reached(STAGES.values(), param=key) - CHECK, key
