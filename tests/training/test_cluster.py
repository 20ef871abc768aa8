"""Runs on a Dask cluster give what they give here, and a cluster that cannot do that is refused in a line."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import distributed
import pytest
import yaml

from stages.common import errors
from stages.common.errors import StudyError
from stages.training import cluster
from stages.training.cluster import call_if, like_here
from stages.training.parallel import in_parallel

ROOT = Path(__file__).parents[2]
NOBODY = "tcp://127.0.0.1:9"

SCRIPT = """
from stages.common import arithmetic  # first, as in every stage
import os
from distributed import LocalCluster
from stages.common.errors import StudyError
from stages.common.runtime import Runtime
from stages.models import ae
from stages.training.parallel import in_parallel
from stages.training.trials import train
from tests.small import model_settings, small_digits
from tests.training.test_cluster import choose

def weights(seed, digits):
    model = train(ae.build, model_settings("ae", epochs=1), 3, digits, Runtime.choose("portable"), seed).model
    return os.getpid(), b"".join(tensor.numpy().tobytes() for tensor in model.state_dict().values())

def fail(number):
    raise StudyError("loss is nan")

if __name__ == "__main__":
    digits = small_digits()
    jobs = [(seed, digits) for seed in range(2)]
    choose("loky")
    here = in_parallel(weights, jobs, "runs")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        choose("dask", local.scheduler_address)
        there = in_parallel(weights, jobs, "runs")
        print(not {process for process, _ in here + [(os.getpid(), 0)]} & {process for process, _ in there})
        print([found for _, found in here] == [found for _, found in there])
        print(len({found for _, found in there}))
        try:
            in_parallel(fail, [(0,), (1,)], "runs")
        except StudyError as error:
            print(error)
"""


def choose(backend: str, scheduler: str = NOBODY) -> None:
    """Write `parallel` into the params.yaml of this folder."""
    Path("params.yaml").write_text(
        yaml.safe_dump({"parallel": {"backend": backend, "dask": {"scheduler": scheduler}}})
    )


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty one, where a study is measured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(sys, "argv", ["stages/studies/chance/experiment.py"])
    monkeypatch.setattr(cluster, "PATIENCE", 1)


@pytest.fixture
def nobody_works():
    """The address of a scheduler without workers."""
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address=None, protocol="tcp"
    ) as local:
        yield local.scheduler_address


def refusal() -> str:
    """What a stage that needs the cluster says as it ends."""
    with pytest.raises(SystemExit) as end:
        errors.run(lambda: in_parallel(max, [(1, 2)], "runs"))
    assert isinstance(end.value.code, str)  # printed, and the exit status is 1
    return end.value.code


def test_two_workers_compute_what_this_machine_computes():
    process = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert process.stdout.splitlines() == ["True", "True", "2", "loss is nan"], process.stderr


def test_workers_are_started_by_a_command_that_pins_their_arithmetic(nobody_works):
    command = [sys.executable, "-m", "stages.training.worker", nobody_works, "--no-dashboard"]
    unpinned = {name: value for name, value in os.environ.items() if name not in cluster.arithmetic.PINS}
    worker = subprocess.Popen(command, env=unpinned, stderr=subprocess.DEVNULL)
    try:
        with distributed.Client(nobody_works, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
            assert client.submit(call_if, like_here(), max, 1, 2).result() == 2
    finally:
        worker.terminate()
        worker.wait(timeout=60)


@pytest.mark.parametrize(("name", "value"), like_here().items())
def test_a_worker_that_might_compute_something_else_does_not(monkeypatch, name, value):
    worker = SimpleNamespace(address="tcp://10.0.0.5:4711", state=SimpleNamespace(nthreads=1))
    monkeypatch.setattr(distributed, "get_worker", lambda: worker)
    assert call_if(like_here(), max, 1, 2) == 2
    with pytest.raises(
        StudyError, match=f"tcp://10.0.0.5:4711 differs in {name} .*here other.*start it anew"
    ):
        call_if(like_here() | {name: "other"}, max, 1, 2)


def test_a_worker_with_two_threads_would_mix_up_two_runs_weights(monkeypatch):
    worker = SimpleNamespace(address="tcp://10.0.0.5:4711", state=SimpleNamespace(nthreads=2))
    monkeypatch.setattr(distributed, "get_worker", lambda: worker)
    with pytest.raises(StudyError, match=r"differs in threads \(2, here 1\)"):
        call_if(like_here(), max, 1, 2)


def test_without_dask_a_line_says_how_to_install_it(monkeypatch):
    choose("dask")
    monkeypatch.setitem(sys.modules, "distributed", None)
    need = "parallel.backend: dask needs Dask; `pip install -e '.[dask]'` brings it"
    assert refusal() == f"measure-chance: {need}"


def test_where_no_scheduler_answers_a_line_says_so():
    choose("dask")
    assert refusal().startswith(f"measure-chance: no Dask scheduler answers at {NOBODY}, which is ")


def test_where_nobody_works_a_line_says_how_to_start_a_worker(nobody_works):
    choose("dask", nobody_works)
    assert f"has no workers; `python -m stages.training.worker {nobody_works}` starts one" in refusal()


def test_dask_is_loaded_only_where_it_is_chosen():
    choose("loky")
    script = (
        "import sys; from stages.training.parallel import in_parallel; in_parallel(max, [(1, 2)], 'runs');"
        "print('distributed' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert process.stdout == "False\n"
