"""Stop and go on: how far a training has come, on disk, so that one that was killed goes on from there.

    snapshots = Snapshots("wta", facts=(settings, runtime), images=(train, validation, test), records=(rows,))
    fit(model, ..., snapshots=snapshots)
    save_model(...)
    snapshots.remove()

A snapshot holds all that the next epoch depends on (weights, optimiser, schedule, generators) and the rows
recorded after each epoch, so that what goes on gives the bytes of what was never stopped. One is written
after an epoch, once SNAPSHOT_SECONDS (30, or what the environment variable of that name says) have passed
since the last: a training that takes less writes none. They lie in data/snapshots, which is no output of a
stage, as DVC deletes outputs before a stage starts.

A snapshot is taken up only by the training that it is of: the same facts, images, code and libraries, by
their hash. Any other, and one that is damaged, is passed over with a line. Reading one runs no code.
"""

import hashlib
import io
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from stages.common import ranks
from stages.common.artifacts import written_whole
from stages.common.errors import StudyError
from stages.images.datasets import NoisyImages

FOLDER = Path("data/snapshots")
SECONDS = 30
DIGEST = hashlib.sha256().digest_size

State = dict[str, Any]


@dataclass(frozen=True)
class Running:
    """What a training consists of while it runs."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LRScheduler
    generator: torch.Generator
    history: list[dict[str, float]]

    def state(self) -> State:
        """All of it as tensors and numbers."""
        modules = {name: getattr(self, name).state_dict() for name in ("model", "optimizer", "scheduler")}
        draws = {"generator": self.generator.get_state(), "layers": self._of_layers.get_rng_state()}
        return modules | draws | {"history": self.history}

    def restore(self, state: State) -> None:
        """Become what `state` was taken of."""
        for name in ("model", "optimizer", "scheduler"):
            getattr(self, name).load_state_dict(state[name])
        self.generator.set_state(state["generator"])
        self._of_layers.set_rng_state(state["layers"])
        self.history[:] = state["history"]

    @property
    def _of_layers(self) -> Any:
        """The module of the global generator that layers such as dropout draw from."""
        device = self.generator.device.type
        return torch.random if device == "cpu" else getattr(torch, device)


class Snapshots:
    """Snapshots of a stage: a file for each call of `fit`, in order."""

    def __init__(
        self, name: str, facts: Sequence[Any], images: Sequence[NoisyImages], records: Sequence[list]
    ) -> None:
        """Bind them to `facts`, of which `repr` says all, and `images`; keep `records`, lists with rows."""
        self.folder = FOLDER / name
        self.facts, self.images, self.records = facts, images, records
        self.code, self.seconds = _hash_of_code(), _seconds()  # of now: somebody may edit a file meanwhile
        self.trainings = 0

    def left_of(self, epochs: range, running: Running) -> Iterator[int]:
        """Those of `epochs` that `running`, set to the last snapshot, has still to train; writes new ones."""
        self.trainings += 1
        path = self.folder / f"{self.trainings}.pt"
        done, written = self._take_up(path, running), time.monotonic()
        for epoch in epochs[done:]:
            yield epoch
            if ranks.is_first() and time.monotonic() - written >= self.seconds:
                self._write(path, epoch, running)
                written = time.monotonic()

    def remove(self) -> None:
        """Delete the files: what they were for is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take_up(self, path: Path, running: Running) -> int:
        """The last epoch that the snapshot at `path` knows of, to which `running` is set; 0 without one."""
        state = ranks.of_first(self._read(path) if ranks.is_first() else None)
        if state is None:
            return 0
        running.restore(state)
        for record, rows in zip(self.records, state["records"], strict=True):
            record[:] = rows
        return state["epoch"]

    def _read(self, path: Path) -> State | None:
        if not path.is_file():
            return None
        content = path.read_bytes()
        key, checksum, state = content[:DIGEST], content[DIGEST : 2 * DIGEST], content[2 * DIGEST :]
        if hashlib.sha256(state).digest() != checksum:
            return _say(f"{path} is damaged; the training starts anew")
        if key != self._key:
            return _say(f"{path} is of other settings, images, code or libraries; the training starts anew")
        state = torch.load(io.BytesIO(state), map_location="cpu", weights_only=True)
        _say(f"{path} takes the training up after epoch {state['epoch']}")
        return state

    def _write(self, path: Path, epoch: int, running: Running) -> None:
        buffer = io.BytesIO()
        torch.save(running.state() | {"records": list(self.records), "epoch": epoch}, buffer)
        state = buffer.getvalue()
        try:
            with written_whole(path) as temporary:
                temporary.write_bytes(self._key + hashlib.sha256(state).digest() + state)
        except OSError as error:  # a full disk, say: what it would be good for may never happen
            _say(f"{path} cannot be written ({error.strerror}); the training goes on without")

    @cached_property
    def _key(self) -> bytes:
        """The hash of all that the training is a function of; computed only where there is a snapshot."""
        libraries = torch.__version__, np.__version__
        digest = hashlib.sha256(repr((*self.facts, ranks.count(), self.code, *libraries)).encode())
        for images in self.images:
            for array in vars(images).values():
                digest.update(repr(array.shape).encode())
                digest.update(np.ascontiguousarray(array).data)  # apart: the sum of both would be a copy
        return digest.digest()


def _hash_of_code() -> str:
    """Of the files of this project that are loaded."""
    loaded = sorted((name, module) for name, module in sys.modules.items() if name.startswith("stages."))
    files = [file for _, module in loaded if (file := getattr(module, "__file__", None))]
    return hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()


def _seconds() -> float:
    text = os.environ.get("SNAPSHOT_SECONDS", str(SECONDS))
    try:
        return float(text)
    except ValueError:
        raise StudyError(f"SNAPSHOT_SECONDS is {text!r}; it should be a number, such as {SECONDS}") from None


def _say(line: str) -> None:
    tqdm.write(line, file=sys.stderr)  # above the progress bar
