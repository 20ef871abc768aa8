"""The pipeline through DVC itself, in small: what reruns, the same bytes, bad input, kills, going back."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import yaml

from tests.pipeline.graph import CONSTANT, inside, reached, read_stages, touch
from tests.pipeline.tiny_study import RECORDER, TinyStudy, stages_restored, stages_run

pytestmark = pytest.mark.pipeline

STAGES = read_stages()
EVERY_STAGE = pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
KILL_SEED = int(os.environ.get("KILL_SEED") or random.randrange(10_000))


@pytest.fixture(scope="module")
def notes(tmp_path_factory) -> Path:
    """Where the stages of the first run note which files they open."""
    return tmp_path_factory.mktemp("opened")


@pytest.fixture(scope="module")
def study(tmp_path_factory, notes) -> TinyStudy:
    """A tiny study after its first `dvc repro`, committed. Read only: copy it to change it."""
    study = TinyStudy.make(tmp_path_factory.mktemp("study") / "base")
    # Bytecode is left out, so that Python opens the source of every module.
    recording = {"PYTHONPATH": str(RECORDER), "OPENED_FILES": str(notes), "PYTHONDONTWRITEBYTECODE": "1"}
    assert stages_run(study.dvc("repro", **recording)) == set(STAGES)
    study.commit("Results")
    return study


@pytest.fixture(scope="module")
def again(study, tmp_path_factory):
    """A copy in which every stage is running once more, offered more threads, while the tests go on."""
    copy = study.copy(tmp_path_factory.mktemp("again") / "copy")
    process = copy.start("repro", "--force", OMP_NUM_THREADS="8", OPENBLAS_NUM_THREADS="8")
    yield copy, process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def changed(study, tmp_path_factory) -> TinyStudy:
    """A copy with another `latent` (by an experiment), then β (by hand), and what these runs printed."""
    copy = study.copy(tmp_path_factory.mktemp("changed") / "copy")
    copy.latent = copy.dvc("exp", "run", "--set-param", "latent=4")
    copy.change({"vae": {"beta": 0.5}})
    copy.beta = copy.dvc("repro")
    copy.commit("Another latent and another beta")
    return copy


@pytest.fixture
def copy(study, tmp_path) -> TinyStudy:
    """A copy of the study with its results."""
    return study.copy(tmp_path / "copy")


@pytest.mark.usefixtures("again")
def test_after_a_run_nothing_is_left_to_run(study):
    output = study.dvc("repro")
    assert stages_run(output) | stages_restored(output) == set()
    assert study.git("status", "--porcelain") == ""


# --- what a stage opens


IN_VAIN = {  # what a stage lists and this study does not need: it is for other models, or for other images
    "embed@ae": {"stages/models/sparsity.py"},
    "embed@vae": {"stages/models/sparsity.py"},
    "report": {"stages/pages/report/code_space_without_classes.html.j2"},
}
OF_DIGITS = {"report": {"reports/explorer/explorer.png"}}  # not read: these images are called images


def opened(notes: Path, stage) -> dict[str, set[str]]:
    name = " ".join(filter(None, [stage.module, stage.model]))
    return {way: set(paths) for way, paths in json.loads((notes / f"{name}.json").read_text()).items()}


@EVERY_STAGE
def test_a_stage_opens_the_code_that_it_lists(study, notes, stage):
    code = {path for path in opened(notes, stage)["read"] if inside(path, "stages")}
    used = {path for path in code if not path.endswith("__init__.py")}
    assert used | IN_VAIN.get(stage.address, set()) == stage.code


@EVERY_STAGE
def test_a_stage_reads_the_data_that_it_lists(study, notes, stage):
    data = opened(notes, stage)["read"] & set(study.results())
    listed = read_stages(study.folder)[stage.address].data - {CONSTANT} - OF_DIGITS.get(stage.address, set())
    own = {path for path in data if touch([path], stage.outs)}  # written a moment before
    assert {path for path in data - own if not touch([path], listed)} == set()
    read = opened(notes, stage)["read"]
    assert [path for path in listed if not touch([path], read)] == []


@EVERY_STAGE
def test_a_stage_writes_the_outputs_that_it_lists(study, notes, stage):
    folders = {str(Path(path).parent) for path in opened(notes, stage)["written"]}
    outs = set(stage.outs) | {str(Path(path).parent) for path in stage.outs if Path(path).suffix}
    assert folders <= outs
    assert [path for path in stage.outs if not (study.folder / path).exists()] == []


# --- what changes rerun


def test_another_latent_runs_what_depends_on_it(changed):
    assert stages_run(changed.latent) == reached(STAGES.values(), param="latent")


def test_another_beta_runs_what_follows_the_vae(changed):
    assert stages_run(changed.beta) == reached(STAGES.values(), param="vae")


def test_going_back_to_old_values_runs_nothing(changed, study, tmp_path):
    copy = changed.copy(tmp_path / "copy")
    copy.change({"latent": 3, "vae": {"beta": 1.0}})
    output = copy.dvc("repro")
    assert stages_run(output) == set()
    assert stages_restored(output) >= reached(STAGES.values(), param="latent") - {"check-params"}
    assert copy.results() == study.results()


def test_going_back_to_a_commit_brings_its_artifacts_back(changed, study, tmp_path):
    copy = changed.copy(tmp_path / "copy")
    copy.git("checkout", "--quiet", "HEAD~1")
    copy.dvc("checkout", "--allow-missing")  # as in any clone that never ran the studies
    assert copy.results() == study.results()
    assert stages_run(copy.dvc("repro")) == set()


def test_commits_can_be_compared(changed):
    params = json.loads(changed.dvc("params", "diff", "HEAD~1", "--json"))["params.yaml"]
    assert {key: (change["old"], change["new"]) for key, change in params.items()} == {
        "latent": (3, 4),
        "vae.beta": (1.0, 0.5),
    }
    metrics = json.loads(changed.dvc("metrics", "diff", "HEAD~1", "--json"))["reports/metrics.json"]
    assert {name.split(".")[0] for name in metrics} == {"ae", "vae", "pca"}
    assert {"vae.test.elbo", "ae.test.psnr_db", "vae.tsne.trustworthiness"} <= set(metrics)


def test_plots_of_commits_are_one_page_that_needs_no_network(changed):
    changed.dvc("plots", "diff", "HEAD~1", "--out", ".git/plots")
    page = (changed.folder / ".git/plots/index.html").read_text()
    assert all(f"loss-{model}" in page and f"tsne-{model}" in page for model in ("ae", "vae", "wta"))
    assert "https://cdn" not in page.split("<main>")[1]


def test_experiments_are_a_table(changed):
    (head, *_) = table = json.loads(changed.dvc("exp", "show", "--num", "2", "--json"))
    assert [row["rev"] for row in table[:1]] == ["workspace"]
    metrics = head["data"]["metrics"]["reports/metrics.json"]["data"]
    assert {"ae", "vae", "wta", "data"} <= set(metrics)
    assert "latent" in changed.dvc("exp", "show", "--md", "--only-changed", "--num", "2")


# --- bad input


def test_a_mistyped_param_is_refused_and_leaves_everything_as_it_was(copy):
    before = copy.results()
    copy.refused("exp", "run", "--set-param", "latnet=5")  # by DVC: there is no such key
    assert copy.git("status", "--porcelain") == ""
    output = copy.refused("exp", "run", "--set-param", "+latnet=5")  # by check-params
    line = "check-params: params.yaml: latnet is unknown; the nearest known key is latent"
    assert output.count(line) == 1
    assert "Traceback" not in output
    assert stages_run(output) == {"check-params"}
    after = copy.results()
    after.setdefault(CONSTANT, before[CONSTANT])  # DVC deletes the outputs of a stage before it starts
    assert after == before


def test_a_stage_that_fails_costs_only_its_own_outputs_and_they_come_back(copy):
    before = copy.results()
    copy.change({"vae": {"learning_rate": 1e30, "optimizer": "sgd", "schedule": "constant"}})
    output = copy.refused("repro")
    assert "in epoch 1: training diverged; try a learning_rate below 1e+30" in output
    assert "Traceback" not in output
    assert stages_run(output) == {"check-params", "train-vae"}
    lost = {name for name in before if inside(name, "data/models/vae")}
    after = copy.results()
    assert after.keys() == before.keys() - lost
    assert {name for name in after if after[name] != before[name]} == {"dvc.lock"}  # of check-params
    copy.git("checkout", "params.yaml", "dvc.lock")
    copy.dvc("checkout", "--allow-missing")
    assert copy.results() == before
    assert stages_run(copy.dvc("repro")) == set()


# --- kills


def stage_process(dvc: psutil.Process) -> psutil.Process:
    """The process of the stage that DVC is running, once there is one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for child in dvc.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # one of git's, for instance
                if any(part.startswith("stages.") for part in child.cmdline()):
                    return child
        time.sleep(0.01)
    raise TimeoutError("no stage was started")


def at_work(process: psutil.Process) -> bool:
    """Whether it has not ended yet."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def until_it_writes(study: TinyStudy, outs: list[str], process: psutil.Process) -> None:
    """Wait until there is something where the outputs belong."""
    while at_work(process):
        if any((study.folder / out).exists() for out in outs):
            return
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("address", "victim", "writing"),
    [
        ("prepare-noisy-data", "stage", True),
        ("train-ae", "stage", True),
        ("train-wta", "stage", False),
        ("embed@vae", "dvc", False),  # the stage lives on, and meets its successor
        ("plot@vae", "both", True),
        ("report", "stage", True),
    ],
)
def test_after_a_kill_at_a_random_moment_the_next_run_makes_the_same_bytes(copy, address, victim, writing):
    """At any moment, or while there is something where the outputs belong, but not all of it."""
    print(f"KILL_SEED={KILL_SEED} repeats these moments")
    moment = random.Random(f"{KILL_SEED} {address}").uniform(0, 0.05 if writing else 3)
    before = copy.results()
    forget(copy, address)
    dvc = copy.start("repro", "--force", "--single-item", address)
    process = stage_process(psutil.Process(dvc.pid))
    if writing:
        until_it_writes(copy, list(STAGES[address].outs), process)
    time.sleep(moment)
    unfinished = at_work(process)
    kill(dvc, process, victim)
    ran = stages_run(copy.dvc("repro"))
    # A stage that had ended before the kill may have been recorded, although DVC had not ended.
    assert ran == {address} if unfinished and dvc.returncode else ran <= {address}
    assert copy.results() == before
    assert copy.git("status", "--porcelain") == ""


def forget(study: TinyStudy, address: str) -> None:
    """Take a stage's outputs out of DVC's cache, from which it would bring them back without a run."""
    cache = study.folder / ".dvc/cache"
    shutil.rmtree(cache / "runs")
    for out in yaml.safe_load((study.folder / "dvc.lock").read_text())["stages"][address]["outs"]:
        (cache / "files/md5" / out["md5"][:2] / out["md5"][2:]).unlink(missing_ok=True)


def kill(dvc: subprocess.Popen, process: psutil.Process, victim: str) -> None:
    """Kill without warning, and wait until DVC has ended."""
    if victim == "both":
        os.killpg(dvc.pid, signal.SIGKILL)
    else:
        with contextlib.suppress(psutil.NoSuchProcess):
            (process if victim == "stage" else dvc).kill()
    dvc.wait(timeout=60)


# --- the same bytes; last, as it has been running since the first test


def test_everything_run_once_more_is_the_same_to_the_byte(study, again):
    copy, process = again
    assert process.wait(timeout=600) == 0
    assert copy.results() == study.results()
    copy.git("diff", "--exit-code")
