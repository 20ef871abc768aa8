"""What several runs of one setting measured, each by its seed: `{"seed0": {"mse": 0.01, …}, "seed1": …}`."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float

Runs = Mapping[str, Mapping[str, Any]]
Measured = TypeVar("Measured")


def by_seed(measured: Iterable[Measured]) -> dict[str, Measured]:
    """What was measured of each run, under the name of its seed."""
    return {f"seed{index}": one for index, one in enumerate(measured)}


def values(runs: Runs, measure: str) -> list[float]:
    """`measure` of every run."""
    return [one[measure] for one in runs.values()]


def mean(runs: Runs, measure: str) -> float:
    """`measure`, mean over the runs."""
    return float(np.mean(values(runs, measure)))


def columns(settings: Iterable[Runs], measure: str) -> Float[np.ndarray, "runs settings"]:
    """`measure` as a line of a chart has it: a row a run, a column a setting."""
    return np.array([values(runs, measure) for runs in settings], float).T
