"""What the runs of vae-latent-size decide: which size and decoder is better, and what the KL term keeps.

Two sets of runs are *apart* where the gap between them is wider than the range of either.
"""

from typing import Any

import numpy as np
import pandas as pd

from stages.pages.vocabulary import above

POINT = 0.1  # width of q(z|x) over the spread of codes below which clouds are called points


def verdicts(runs: pd.DataFrame, widths: pd.DataFrame, shown: int, **_: Any) -> dict[str, Any]:
    """By the names that the page uses: `ours`, `relu` and `plain` are the three kinds of runs, by k."""
    ours, relu, plain = (
        dict(iter(runs[runs.model == model].groupby("k"))) for model in ("specified", "relu", "without KL")
    )
    sizes = list(ours)
    largest, before = sizes[-1], sizes[-2]
    ratio = widths.assign(ratio=widths.width / widths.spread)
    ratio = ratio[ratio.k == shown].groupby(["model", "epoch"]).ratio.mean()
    without = ratio["without KL"]
    points = without.index[without < POINT]
    return {
        "ours": ours,
        "relu": relu,
        "plain": plain,
        "sizes": sizes,
        "largest": largest,
        "before": before,
        "best": max(sizes, key=lambda k: ours[k].elbo.mean()),
        "largest_lags": apart(ours[before].elbo, ours[largest].elbo),
        "lag": ours[before].elbo.mean() - ours[largest].elbo.mean(),
        "relu_better": [k for k in sizes if apart(relu[k].elbo, ours[k].elbo)],
        "sigmoid_better": [k for k in sizes if apart(ours[k].elbo, relu[k].elbo)],
        "full": [k for k in sizes if ours[k].used_units.min() == k],
        "restored_better": [k for k in plain if apart(ours[k].cross_entropy, plain[k].cross_entropy)],
        "sampled_worse": [k for k in plain if apart(ours[k].prior_accepted, plain[k].prior_accepted)],
        "ratio": {model: of.iloc[-1] for model, of in ratio.groupby("model")},
        "points_at": int(points[0]) if len(points) else None,
        "point": POINT,
    }


def apart(one: pd.Series, other: pd.Series) -> bool:
    """Whether `one` is above `other` by more than the range of either."""
    return above(one.tolist(), other.tolist(), float(max(np.ptp(one), np.ptp(other))))
