"""Numbers of one model that follow from its arrays and its history; to compute them, no model runs."""

from collections.abc import Mapping

import numpy as np

from stages.analyses.likeness import Likeness
from stages.analyses.smoothness import smoothness

Metrics = dict[str, dict[str, float]]


def summary(
    pictures: Mapping[str, np.ndarray], losses: list[float], likeness: Likeness, code_kind: str
) -> Metrics:
    """Sections of `reports/metrics.json` from the arrays of `Pictures` and the validation loss by epoch."""
    found = likeness.metrics(pictures) | filter_metrics(pictures) | {"training": training_metrics(losses)}
    if code_kind == "gaussian":
        found["histograms"] = histogram_metrics(pictures["histogram_codes"])
    return found


def filter_metrics(pictures: Mapping[str, np.ndarray]) -> Metrics:
    """How smooth the filters of the first and of the last layer are."""
    ends = ("encoder", "decoder")
    return {"filters": {f"{end}_smoothness": smoothness(pictures[f"{end}_filters"]) for end in ends}}


def training_metrics(losses: list[float]) -> dict[str, float]:
    """When the validation loss was lowest, and by what share it was higher at the end."""
    lowest = min(losses)
    return {
        "epochs": len(losses),
        "best_epoch": losses.index(lowest) + 1,
        "rise_after_best": (losses[-1] - lowest) / max(abs(lowest), 1e-12),
    }


def histogram_metrics(codes: np.ndarray) -> dict[str, int]:
    """How many coordinates histograms show, and how many of them spread wider than N(0, 1)."""
    return {"coordinates": codes.shape[1], "wider_than_prior": int((codes.std(axis=0) > 1).sum())}
