"""What the table of stacked-ae comes to: where stacks win, what depth costs, what greedy training changes.

Two sets of runs are *apart* where the gap between them is wider than the range of either. With two seeds
each, equally good ones come out apart by chance in 9 of 100 cases (normally distributed errors, simulated).
"""

from typing import Any

import numpy as np
import pandas as pd

from stages.pages.vocabulary import above
from stages.studies.records import record

SINGLE = "single layer"


def verdicts(
    runs: pd.DataFrame, best: pd.DataFrame, gradients: pd.DataFrame, settings: dict[str, Any], **_: Any
) -> dict[str, Any]:
    """Facts by k for all stacks end to end, and by stack for the ways of training."""
    compared = settings["compared"]
    names = ["-".join(map(str, hidden)) for hidden in settings["stacks"]]
    shallowest, deepest = names[0], names[-1]
    keys = ["stack", "activation", "training", "k"]
    of_runs = dict(tuple(runs.assign(stack=runs["stack"].astype(str)).groupby(keys)))

    def plain(stack: str, k: int, measure: str = "test_cross_entropy") -> np.ndarray:
        key = (stack, "relu", "end to end", k)
        return of_runs[key][measure].to_numpy()

    def trained(
        stack: str, activation: str, training: str, measure: str = "test_cross_entropy"
    ) -> np.ndarray:
        return of_runs[stack, activation, training, compared][measure].to_numpy()

    chosen = dict(zip(best.k, best["stack"].astype(str), strict=True))
    pairs = {k: (plain(chosen[k], k), plain(SINGLE, k)) for k in settings["sizes"]}
    depths = {k: (plain(deepest, k), plain(shallowest, k)) for k in settings["sizes"]}
    largest = settings["sizes"][-1]
    greedy = [
        (stack, activation, trained(stack, activation, "greedy"), trained(stack, activation, "end to end"))
        for stack, activation in [*((name, "relu") for name in names), (deepest, "sigmoid")]
    ]
    norms = gradients.pivot(index=["activation", "seed"], columns="layer", values="norm")
    ratios = norms[norms.columns[0]] / norms[norms.columns[-1]]
    on_all = on_all_of_mnist(names)
    return {
        "names": names,
        "on_all": on_all,
        "longest": (record("code_sizes") or {}).get("setting", {}).get("lengths", [0])[-1],
        "all_won": bool((on_all.iloc[:, 1:].min(axis=1) < on_all["single"]).all()) if len(on_all) else False,
        "first_to_last": ratios.groupby("activation").mean().to_dict(),
        "plain": plain,
        "trained": trained,
        "chosen": chosen,
        "change": {k: ours.mean() / theirs.mean() - 1 for k, (ours, theirs) in pairs.items()},
        "won": [k for k, (ours, theirs) in pairs.items() if apart(theirs, ours)],
        "lost": [k for k, (ours, theirs) in pairs.items() if apart(ours, theirs)],
        "deeper_is_better": [k for k, (deep, shallow) in depths.items() if apart(shallow, deep)],
        "deeper_is_worse": [k for k, (deep, shallow) in depths.items() if apart(deep, shallow)],
        "excess": {  # of the deepest stack over the single layer at the largest k
            part: excess(*(plain(stack, largest, f"{part}_cross_entropy") for stack in (deepest, SINGLE)))
            for part in ("train", "test")
        },
        "greedy": [
            (stack, activation, 1 - ours.mean() / theirs.mean(), apart(ours, theirs) or apart(theirs, ours))
            for stack, activation, ours, theirs in greedy
        ],
    }


def on_all_of_mnist(names: list[str]) -> pd.DataFrame:
    """Cross-entropy on test images as the benchmark recorded it: a row a k, the single layer first."""
    mnist = record("code_sizes") or {}
    recorded = [mnist.get(name, {}) for name in ("single", *names)]
    return pd.DataFrame(
        {
            name: {int(k): cell["test"]["cross_entropy"] for k, cell in cells.items()}
            for name, cells in zip(("single", *names), recorded, strict=True)
            if len(cells) == len(recorded[0]) > 0
        }
    )


def apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether `one` is above `other` by more than the range of either."""
    margin = max(np.ptp(one), np.ptp(other))
    return above(one.tolist(), other.tolist(), float(margin))


def excess(one: np.ndarray, other: np.ndarray) -> float:
    """By what share the mean of `one` is above that of `other`."""
    return float(one.mean() / other.mean() - 1)
