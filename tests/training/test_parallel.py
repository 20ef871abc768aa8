import os
import subprocess
import sys

import pytest
import torch
from joblib import parallel_config

from stages.common.arithmetic import PINS
from stages.common.errors import StudyError
from stages.training import parallel

SCRIPT = """
from stages.common import arithmetic  # first, as in every stage
import os
import numpy as np
import torch
from stages.common.errors import StudyError
from stages.common.runtime import Runtime
from stages.training.parallel import in_parallel

def where(number, runtime):  # as every job of a study is given one
    left, right = torch.rand(37, 501), torch.rand(501, 23)
    numpys = np.array_equal((left @ right).numpy(), left.numpy() @ right.numpy())
    return number, os.getpid(), (arithmetic.is_pinned(), numpys, torch.get_num_threads())

def fail(number):
    if number:
        raise StudyError("loss is nan")
    return number

results = in_parallel(where, [(number, Runtime.choose("portable")) for number in range(4)], "runs")
print([number for number, _, _ in results], os.getpid() in [process for _, process, _ in results])
print({how for *_, how in results})
try:
    in_parallel(fail, [(0,), (1,)], "runs")
except StudyError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def lines():
    ours = {name: value for name, value in os.environ.items() if name not in PINS}
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=ours
    )
    return process.stdout.splitlines()


def test_results_come_in_the_order_of_jobs_from_other_processes(lines):
    assert lines[0] == "[0, 1, 2, 3] False"


def test_every_process_computes_portably_with_one_thread(lines):
    assert lines[1] == "{(True, True, 1)}"


def test_bad_input_in_one_run_is_told_like_bad_input_anywhere(lines):
    assert lines[2] == "loss is nan"


def test_a_job_that_stays_in_this_process_has_one_thread_too():
    threads = torch.get_num_threads()
    with parallel_config(n_jobs=1, backend="sequential"):
        assert parallel.in_parallel(torch.get_num_threads, [()], "runs") == [1]
    assert torch.get_num_threads() == threads


def test_no_jobs_give_no_results():
    assert parallel.in_parallel(StudyError, [], "runs") == []


def test_jobs_of_one_pool_can_be_different_works():
    assert [parallel.call(*job) for job in ((max, 1, 2), (str, 3))] == [2, "3"]


def test_results_are_shared_out_among_the_keys_they_were_listed_by():
    assert parallel.by_key([1, 2, 3, 4], {"a": None, "b": None}) == {"a": [1, 2], "b": [3, 4]}
