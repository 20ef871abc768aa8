"""Many small trainings at once: a process a core, here or in a cluster, and one thread in each.

A network for 28 × 28 images is too small to gain from a second thread, so a study that trains dozens of
them is done soonest when every core trains one of its own. What a run computes depends neither on how many
run beside it, nor on the number of cores, nor on whose cores they are: `parallel` in params.yaml says that.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import torch
from joblib import Parallel, delayed
from tqdm import tqdm

from stages.common.parallel_settings import Settings
from stages.training.cluster import call_if, like_here, workers_of

Result = TypeVar("Result")
Key = TypeVar("Key")


def in_parallel(function: Callable[..., Result], jobs: Sequence[tuple[Any, ...]], doing: str) -> list[Result]:
    """`function(*job)` for every job, in order; `doing` is said beside the progress bar.

    Raises:
        StudyError: one of the runs did, and the others are given up; or there is nobody to compute them.
    """
    chosen = Settings.read().parallel
    if chosen.backend == "dask":
        with workers_of(chosen.dask.scheduler):
            return _results(partial(call_if, like_here(), function), jobs, doing)
    # For the processes to come, which read these when they start; this one did so long ago.
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    return _results(function, jobs, doing)


def by_key(results: Sequence[Result], keys: Iterable[Key]) -> dict[Key, list[Result]]:
    """Results of jobs that were listed key by key, equally many of each."""
    keys = list(keys)
    each = len(results) // len(keys)
    return {key: list(results[index * each : (index + 1) * each]) for index, key in enumerate(keys)}


def call(work: Callable[..., Result], *arguments: Any) -> Result:
    """`work(*arguments)`: lets jobs of one `in_parallel` be different works."""
    return work(*arguments)


def _results(function: Callable[..., Result], jobs: Sequence[tuple[Any, ...]], doing: str) -> list[Result]:
    # max_nbytes: images as a copy; PyTorch has no tensors for the read-only files that joblib would share
    pool = Parallel(n_jobs=-1, return_as="generator", max_nbytes=None)
    results = pool(delayed(_with_one_thread)(function, *job) for job in jobs)
    return list(tqdm(results, total=len(jobs), desc=doing, unit="run"))


def _with_one_thread(function: Callable[..., Result], *job: Any) -> Result:
    """`function(*job)`; with one core joblib makes no process, and then the variable above comes too late."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return function(*job)
    finally:
        torch.set_num_threads(threads)
