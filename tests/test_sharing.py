"""Several clones of one study: what one of them has computed, another does not compute again.

A folder stands in for a remote or a shared cache, a bare git repository for the server.
"""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.pipeline.tiny_study import GIT, ROOT, TinyStudy, stages_restored, stages_run

pytestmark = pytest.mark.pipeline

KEPT = ("check-params", "fetch-data", "prepare-noisy-data", "train-ae")  # as long as the way to one model
RECIPE = re.search(r"```bash\n(#!.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Path:
    """A folder with the server `study.git` and the remote `artifacts`; the study was pushed to both."""
    folder = tmp_path_factory.mktemp("server")
    first = TinyStudy.make(folder / "first")
    shorten(first)
    first.dvc("remote", "add", "--default", "shared", str(folder / "artifacts"))
    assert stages_run(first.dvc("repro")) == set(KEPT)
    first.commit("Results")
    first.git("clone", "--quiet", "--bare", ".", str(folder / "study.git"))
    first.dvc("push")
    return folder


@pytest.fixture
def clone(server, tmp_path):
    """Makes a clone of a name."""

    def make(name: str) -> TinyStudy:
        subprocess.run([*GIT, "clone", "--quiet", server / "study.git", tmp_path / name], check=True)
        return TinyStudy(tmp_path / name)

    return make


@pytest.fixture(scope="module")
def pulled(server, tmp_path_factory) -> TinyStudy:
    """A clone with what was pushed. Read only: copy it to change it."""
    folder = tmp_path_factory.mktemp("pulled") / "study"
    subprocess.run([*GIT, "clone", "--quiet", server / "study.git", folder], check=True)
    study = TinyStudy(folder)
    study.dvc("pull", "--allow-missing")
    return study


def shorten(study: TinyStudy) -> None:
    """Only the stages that are kept; of the studies, which never ran here, the lock names what nobody has."""
    path = study.folder / "dvc.yaml"
    pipeline = yaml.safe_load(path.read_text())
    stages = {name: pipeline["stages"][name] for name in KEPT}
    path.write_text(yaml.safe_dump({"vars": pipeline["vars"], "stages": stages}, sort_keys=False))


def start_job(script: Path, study: TinyStudy, disk: Path, task: str) -> subprocess.Popen:
    """As SLURM starts a task of an array, on a node with a disk of its own."""
    disk.mkdir()
    slurm = {"SLURM_ARRAY_TASK_ID": task, "SLURM_SUBMIT_DIR": str(study.folder), "TMPDIR": str(disk)}
    return subprocess.Popen(
        ["bash", script],
        cwd=study.folder,
        env=study.environment | slurm,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_what_was_pushed_is_pulled_and_not_computed(pulled):
    assert (pulled.folder / "data/models/ae/weights.safetensors").exists()
    assert stages_run(pulled.dvc("repro")) == set()


def test_a_run_that_was_never_committed_comes_with_the_run_cache(pulled, clone, tmp_path):
    one, other = pulled.copy(tmp_path / "one"), clone("other")
    one.change({"latent": 4})
    other.change({"latent": 4})
    assert stages_run(one.dvc("repro")) == {"check-params", "train-ae"}
    one.dvc("push", "--run-cache")
    other.dvc("pull", "--run-cache", "--allow-missing")
    output = other.dvc("repro", "--pull")  # without --pull it would know of the run, but lack its outputs
    assert (stages_run(output), stages_restored(output)) == (set(), {"check-params", "train-ae"})
    assert other.results() == one.results()


def test_with_one_cache_for_all_nothing_has_to_be_pushed(clone, tmp_path):
    one, other = clone("one"), clone("other")
    for study in (one, other):
        study.dvc("cache", "dir", "--local", str(tmp_path / "cache"))
    one.dvc("pull", "--allow-missing")
    one.change({"latent": 5})
    other.change({"latent": 5})
    assert stages_run(one.dvc("repro")) == {"check-params", "train-ae"}
    assert stages_run(other.dvc("repro")) == set()
    assert other.results() == one.results()


def test_jobs_of_a_cluster_push_their_experiments_and_one_pull_collects_them(pulled, tmp_path):
    """The README's job script, without SLURM: what both tasks of its array run."""
    study = pulled.copy(tmp_path / "study")
    script = tmp_path / "job.sh"
    script.write_text(RECIPE[1])
    jobs = [start_job(script, study, tmp_path / f"node-{task}", task) for task in ("0", "1")]
    for job in jobs:
        output, _ = job.communicate()
        assert job.returncode == 0, output
        assert stages_run(output) == {"check-params", "train-ae"}
    assert [*tmp_path.glob("node-*/tmp.*")] == []  # the clones
    study.dvc("exp", "pull", "origin", "latent-2", "latent-5")
    study.dvc(
        "exp", "branch", "latent-5", "five"
    )  # `exp apply` would ask for the artifacts of the studies, too
    study.git("checkout", "--quiet", "five")
    study.dvc("checkout", "--allow-missing")
    assert stages_run(study.dvc("repro")) == set()
    assert "latent: 5\n" in (study.folder / "params.yaml").read_text()
