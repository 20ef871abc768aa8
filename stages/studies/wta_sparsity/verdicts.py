"""What the page of wta-sparsity asks of its tables."""

from itertools import pairwise
from math import comb, sqrt
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above

MARKS = ("likeness", "smoothness")
SURE = 2  # standard errors of a difference


def verdicts(
    runs: pd.DataFrame,
    kinds: pd.DataFrame,
    test_images: int,
    untrained_delta: float,
    settings: dict[str, Any],
    **_: Any,
) -> dict[str, Any]:
    """Facts by name.

    `falls`: from rate to rate, every seed of the lower one is more like digits and smoother. `sure`: the
    rates at which a kind is the commonest in every seed, wherever the lines are drawn. `worse`: the rates
    whose probe errs more in every seed than the best rate's in any, by more than two standard errors of the
    test images; `level`: the others. `deltas`: without sparsity the decoder's filters are, in every seed,
    nearer to a delta function than to what they were before training. `strokes`: with sparsity of any kind
    they are smoother, and more of them is one connected mark, than without, every seed against every seed.
    """
    dense = dict(list(runs[runs.architecture == "fc"].groupby("rate")))
    best = min(dense, key=lambda rate: dense[rate].probe_error.mean())
    least = dense[best].probe_error.mean()
    margin = SURE * sqrt(2 * least * (1 - least) / test_images)
    worse = [rate for rate in dense if above(dense[rate].probe_error, dense[best].probe_error, margin)]
    free, sparse = (runs[runs.architecture == name] for name in ("free", "conv"))
    certain = kinds[kinds.architecture == "fc"].groupby(["kind", "rate"]).commonest.min() == 1
    return {
        "dense": dense,
        "conv": dict(list(runs[runs.architecture == "conv"].groupby("rate", sort=False))),
        "free": free,
        "sparse": sparse,
        "deltas": free.decoder_delta.min() > (1 + untrained_delta) / 2,
        "strokes": all(above(sparse[mark], free[mark]) for mark in ("smoothness", "blob_share")),
        "falls": all(
            above(dense[one][mark], dense[other][mark]) for mark in MARKS for one, other in pairwise(dense)
        ),
        "sure": {kind: [rate for rate in dense if certain[kind, rate]] for kind in kinds.kind.unique()},
        "level": [rate for rate in dense if rate not in worse],
        "worse": worse,
        "chances": {n: comb(2 * n, n) // 2 for n in {settings["runs"], settings["conv_runs"]}},
    }
