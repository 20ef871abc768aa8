"""What the runs of vae-latent-size decide: which k is best, and where the KL term helps."""

from itertools import pairwise
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above, level

LARGEST_DEVIATION = 0.45  # no numbers between 0.1 (ten classes, all alike) and 1 deviate more
CONFIDENCE = "prior_confidence"


def verdicts(runs: pd.DataFrame, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
    """By the names that the page uses: `ours` and `plain` are the runs with and without the KL term, by k."""
    ours, plain = (dict(iter(runs[runs.kl == kl].groupby("k"))) for kl in ("with", "without"))
    sizes, margin = list(ours), sampling_margin(settings["samples"])
    best, last = max(sizes, key=lambda k: ours[k].elbo.mean()), max(sizes)

    def where(
        one: dict[int, pd.DataFrame], other: dict[int, pd.DataFrame], name: str, by: float = 0
    ) -> list[int]:
        return [k for k in sizes if above(one[k][name], other[k][name], by)]

    less = where(ours, plain, CONFIDENCE, margin)
    traded = [k for k in less if k in where(ours, plain, "cross_entropy")]
    return {
        "ours": ours,
        "plain": plain,
        "sizes": sizes,
        "margin": margin,
        "best": best,
        "last": last,
        "peak": above(ours[best].elbo, ours[last].elbo)
        and rising([ours[k].elbo for k in sizes if k <= best]),
        "full": [k for k in sizes if ours[k].used_units.min() == k],
        "all_level": all(
            level(ours[k][CONFIDENCE], ours[j][CONFIDENCE], margin) for k in sizes for j in sizes
        ),
        "traded": traded,
        "spared": [k for k in where(plain, ours, "gap_to_prior") if k not in less],
        "aimed": all((plain[k].fitted_confidence - plain[k][CONFIDENCE] > margin).all() for k in traded),
        "fitted": [plain[k].fitted_confidence.mean() for k in traded],
    }


def rising(sets: list[pd.Series]) -> bool:
    """Whether each set of runs is above the one before."""
    return all(above(later, earlier) for earlier, later in pairwise(sets))


def sampling_margin(samples: int) -> float:
    """Two standard errors of the difference of two mean confidences over `samples` pictures, at the most."""
    return 2 * LARGEST_DEVIATION * (2 / samples) ** 0.5
