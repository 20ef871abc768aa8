"""The workers of a Dask cluster in place of this machine's cores: `parallel.backend: dask`.

A run gives the same bytes on a worker that has the same code, the same libraries and the same arithmetic,
and computes one run at a time: layers draw their weights from PyTorch's own generator, of which a process
has one. `python -m stages.training.worker` starts such workers. Each run makes sure of it, as workers come
and go, and live on while the code is edited.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

import torch
from joblib import parallel_config

from stages.common import arithmetic
from stages.common.errors import StudyError

Result = TypeVar("Result")
Traits = dict[str, Any]  # what two processes need to have in common, by name

STAGES = Path(__file__).parents[1]
LIBRARIES = ("numpy", "scikit-learn", "scipy", "torch")
PATIENCE = 10  # seconds, for the scheduler to answer, and for the first worker


def _digest() -> str:
    files = sorted(STAGES.rglob("*.py"))
    return hashlib.md5(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


CODE = _digest()  # when a process loads this module: what is edited later, it does not run


@contextmanager
def workers_of(scheduler: str) -> Iterator[None]:
    """Have joblib compute on the workers of the cluster whose scheduler has this address.

    Raises:
        StudyError: Dask is not installed, nobody answers, there are no workers, or they are lost.
    """
    try:
        from distributed import CancelledError, Client, KilledWorker  # only where chosen: it takes a second
    except ImportError:
        raise StudyError("parallel.backend: dask needs Dask; `pip install -e '.[dask]'` brings it") from None
    with _connected(Client, scheduler) as client:
        _try(client, scheduler)
        try:
            with parallel_config("dask", client=client):
                yield
        except (CancelledError, KilledWorker) as error:
            reason = " ".join(str(error).split())
            raise StudyError(f"the Dask cluster of {scheduler} lost a run: {reason}") from None


def like_here() -> Traits:
    """What a worker has to have in common with this process."""
    return _traits(threads=1)


def call_if(wanted: Traits, function: Callable[..., Result], *job: Any) -> Result:
    """On a worker: `function(*job)`.

    Raises:
        StudyError: the worker is not as `wanted`, so might compute something else.
    """
    from distributed import get_worker

    worker = get_worker()
    found = _traits(worker.state.nthreads)
    for name, value in wanted.items():
        if found[name] != value:
            raise StudyError(
                f"the Dask worker {worker.address} differs in {name} ({found[name]}, here {value}); "
                "start it anew, in the same checkout, with `python -m stages.training.worker SCHEDULER`"
            )
    return function(*job)


def _connected(client: Callable[..., Any], scheduler: str) -> Any:
    try:
        return client(scheduler, timeout=PATIENCE, set_as_default=False)
    except OSError:
        raise StudyError(
            f"no Dask scheduler answers at {scheduler}, which is parallel.dask.scheduler in params.yaml; "
            "`dask scheduler` starts one"
        ) from None


def _try(client: Any, scheduler: str) -> None:
    """Send one job there and back: joblib would wait for ever for one that cannot be handed on."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        client.submit(like_here, pure=False).result()
    except TimeoutError:
        raise StudyError(
            f"the Dask scheduler at {scheduler} has no workers; "
            f"`python -m stages.training.worker {scheduler}` starts one"
        ) from None
    except (RuntimeError, ImportError, AttributeError):  # as Dask says that it cannot import something
        raise StudyError(
            f"the Dask scheduler at {scheduler}, or a worker of it, runs other code; "
            "start it anew, in the same checkout"
        ) from None


def _traits(threads: int) -> Traits:
    kernels = torch.backends.cpu.get_cpu_capability()
    return {
        "code": CODE,
        "libraries": ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES),
        "arithmetic": f"portable, {kernels}" if arithmetic.is_pinned() else "fast",
        "threads": threads,
    }
