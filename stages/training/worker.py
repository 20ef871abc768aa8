"""Dask workers for the studies: `python -m stages.training.worker tcp://HOST:8786 --nworkers 8`.

In a checkout of the same commit. Options are those of `dask worker`, which alone would not do: it loads NumPy
before the arithmetic is pinned, as importing `stages` does, and takes a thread a core into one process.
"""

from stages.common.errors import StudyError, run


def main(*arguments: str) -> None:
    """Work until the scheduler ends.

    Raises:
        StudyError: Dask is not installed.
    """
    try:
        from distributed.cli import dask_worker
    except ImportError:
        raise StudyError("Dask is not installed; `pip install -e '.[dask]'` brings it") from None
    dask_worker.main(["--nthreads", "1", *arguments])


if __name__ == "__main__":
    run(main)
