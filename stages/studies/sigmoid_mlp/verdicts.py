"""What the tables of sigmoid-mlp come to: numbers, lists, true or false."""

from math import comb
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above

CONSTANT = 0.05  # of the images' variety: below it, an output is all but the same for all images
PIXELS = 784


def verdicts(
    runs: pd.DataFrame,
    gradients: pd.DataFrame,
    long: pd.DataFrame,
    trials: pd.DataFrame,
    settings: dict[str, Any],
    **_: Any,
) -> dict[str, Any]:
    """Facts by objective and spread."""
    hidden, code = settings["ae"]["dense"]["hidden"], settings["code"]
    norms = gradients.groupby(["objective", "spread", "layer"], sort=False).norm.mean().unstack()
    first_to_last = norms[norms.columns[0]] / norms[norms.columns[-1]]
    best = long.set_index("objective").spread.to_dict()
    rows = dict(tuple(runs.groupby(["objective", "spread"], sort=False)))
    tried = trials.groupby("objective").rate
    small = settings["spreads"][0]
    first_variety = {
        small: runs[runs.spread == small].first_variety.max(),
        "best": max(rows[pair].first_variety.max() for pair in best.items()),
    }
    waits = {pair: of.plateau.fillna(settings["ae"]["epochs"] + 1) for pair, of in rows.items()}
    return {
        "layers": [PIXELS, *hidden, code, *reversed(hidden), PIXELS],
        "widest": max(*hidden, code),
        "rows": rows,
        "norms": norms,
        "first_to_last": first_to_last,
        "best": best,
        "best_is_clear": all(
            above(rows[objective, s].mse, rows[objective, s_best].mse)
            for objective, s_best in best.items()
            for s in settings["spreads"]
            if s != s_best
        ),
        "first_variety": first_variety,
        "alike_at_first": max(first_variety.values()) < CONSTANT,
        "small_waits": all(
            above(waits[name, small], waits[name, s]) for name, s in best.items() if s != small
        ),
        "at_edge": [
            key for key, of in rows.items() if of.rate.iloc[0] in (tried.min()[key[0]], tried.max()[key[0]])
        ],
        "large_pulls_more": all(
            norms[1][objective, max(settings["spreads"])] > norms[1][objective, s]
            for objective, s in best.items()
        ),
        "converged": [
            one.objective
            for one in long.itertuples()
            if one.variety >= CONSTANT and max(one.validation_gain, one.training_gain) < settings["settled"]
        ],
        "chance": 2 / comb(2 * settings["runs"], settings["runs"]),
    }
