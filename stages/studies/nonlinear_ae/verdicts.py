"""Which network is better at which code size: every run of the one below every run of the other."""

from typing import Any

import pandas as pd

PAIRS = {  # name of the list of k: the better network, the worse one, the error
    "entropy_won": ("relu", "linear", "test_cross_entropy"),
    "mse_won": ("relu", "linear", "test_mse"),
    "squared_better": ("squared", "relu", "test_mse"),
    "squared_worse": ("relu", "squared", "test_mse"),
    "without_relu_better": ("linear_code", "relu", "test_cross_entropy"),
    "without_relu_worse": ("relu", "linear_code", "test_cross_entropy"),
}


def verdicts(
    runs: pd.DataFrame, linear: pd.DataFrame, settings: dict[str, Any], **_: Any
) -> dict[str, list[int]]:
    """Lists of k: by the names in `PAIRS`; where PCA loses though cut kindly; where a rate is the largest."""
    every = pd.concat([runs, linear.assign(network="linear")])
    ends = every.groupby(["network", "k"]).agg(["min", "max"])
    found = {
        name: [k for k in linear.k if ends[error, "max"][one, k] < ends[error, "min"][other, k]]
        for name, (one, other, error) in PAIRS.items()
    }
    kindest = linear.set_index("k").test_cross_entropy_kindest
    kindly = [k for k in linear.k if ends["test_cross_entropy", "max"]["relu", k] < kindest[k]]
    at_edge = [k for k, of in runs.groupby("k") if of.rate.max() == max(settings["rates"])]
    stuck = runs.groupby(["network", "k"]).stuck.agg(["min", "max"])
    stuck_more = [k for k in linear.k if stuck["min"]["squared", k] > stuck["max"]["relu", k]]
    return found | {"stuck_more": stuck_more, "kindly_won": kindly, "at_edge": at_edge}
