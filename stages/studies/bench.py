"""What every experiment does around its idea: get the digits, train a grid of networks, keep what came out.

data/studies/<study>/numbers.json   numbers that stand alone
<table>.csv    tidy tables, a row a run: keys first (`seed` last of them), then measures
arrays.npz     what figures show
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from stages.common.artifacts import save_arrays, save_json, save_table
from stages.common.errors import StudyError
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.images.labels import have_classes
from stages.images.parts import Parts
from stages.images.shape import DIGIT, ImageShape
from stages.studies.settings import MEASURED, StudySettings
from stages.training.parallel import in_parallel
from stages.training.trials import Trained, train

Key = TypeVar("Key", bound=Hashable)
Cell = tuple[Callable[..., Any], Any, int]  # what builds the network, its settings, the size of its code


def check_shape(shape: ImageShape) -> None:
    """Raises StudyError where images are not shaped like MNIST's digits."""
    if shape != DIGIT:
        raise StudyError(
            f"data/raw holds images of {shape}; the studies are for {DIGIT}, as mnist-5k has them"
        )


def check_classes(labels: UInt8[np.ndarray, "n"]) -> None:
    """Raises StudyError where images have no classes."""
    if not have_classes(labels):
        raise StudyError("data/raw holds images without classes; the studies need them, as mnist-5k has them")


@dataclass(frozen=True)
class Bench:
    """The digits, where to compute, and the first seed."""

    parts: Parts
    runtime: Runtime
    seed: int

    @classmethod
    def of(cls, settings: StudySettings) -> "Bench":
        """As the settings that all studies share say.

        Raises:
            StudyError: no data, images without classes or of another shape than the studies are about, or no
                such device.
        """
        parts = Parts.load(settings.seed, settings.validation_fraction)
        check_shape(parts.test.shape)
        check_classes(parts.train.labels)
        return cls(parts, Runtime.choose(settings.arithmetic), settings.seed)

    def seeds(self, runs: int) -> range:
        """So many seeds, from the first one on."""
        return range(self.seed, self.seed + runs)

    def generator(self) -> np.random.Generator:
        """A random generator for what is measured, of the first seed."""
        return np.random.default_rng(derived(self.seed, "measures"))

    def train(self, cells: Mapping[Key, Cell], runs: int) -> dict[Key, dict[int, Trained]]:
        """`runs` seeds of every cell, on all cores: key → seed → what was trained.

        Raises:
            StudyError: a loss is not finite.
        """
        jobs = [
            (*cell, self.parts, self.runtime, seed) for cell in cells.values() for seed in self.seeds(runs)
        ]
        trained = iter(in_parallel(train, jobs, "networks"))
        return {key: {seed: next(trained) for seed in self.seeds(runs)} for key in cells}


def save(study: str, numbers: Mapping[str, Any], arrays: Mapping[Any, Any], **tables: pd.DataFrame) -> None:
    """Write what was measured; nested arrays (`{2: {"train_clean": …}}`) are named by their path."""
    folder = MEASURED / study
    save_json(folder / "numbers.json", dict(numbers))
    save_arrays(folder / "arrays.npz", **flat(arrays))
    for name, table in tables.items():
        save_table(folder / f"{name}.csv", table)


def flat(arrays: Mapping[Any, Any], prefix: str = "") -> dict[str, np.ndarray]:
    """`{"gallery": {2: {"a": x}}}` → `{"gallery/2/a": x}`."""
    found: dict[str, np.ndarray] = {}
    for name, value in arrays.items():
        path = f"{prefix}{name}"
        found |= flat(value, f"{path}/") if isinstance(value, Mapping) else {path: np.asarray(value)}
    return found
