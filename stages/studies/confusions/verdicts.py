"""What the tables of confusions come to: numbers, and true or false."""

from itertools import combinations, pairwise
from math import comb
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above

CLASSES = 10
# Digits with most strokes in common: the report expects the same ones to touch on its maps.
GROUPS = ((4, 7, 9), (3, 5, 8))
LOOK_ALIKES = {pair for group in GROUPS for pair in combinations(group, 2)}
LISTED = 8  # pairs in the page's table

Pair = tuple[int, int]  # a class, and what it is named
Shares = dict[str, list[float]]  # by model, one a seed


def verdicts(
    runs: pd.DataFrame, pairs: pd.DataFrame, sweep: pd.DataFrame, noisy: dict[str, float], **_: Any
) -> dict[str, Any]:
    """Facts by name.

    `fewest`: the winner-take-all models confuse less than both others, in every seed. `small_more`: both
    others confuse more than is misread in the noisy images, in every seed, and `large_less`: the
    winner-take-all models less. `passes`: what the others confuse passes for real more often, in every seed.
    `one_way`: with every model the most frequent confusion is more frequent than its reverse, in every seed.
    `gains`: of each two neighbouring settings of the sweep, whether every seed of the larger restores better.
    """
    model = dict(list(runs.groupby("model", sort=False)))
    small, wta = (model["ae"], model["vae"]), model["wta"]
    total = pairs[pairs.model.isin(model)].groupby(["label", "named"])["count"].sum()
    frequent = [
        (int(one), int(other)) for one, other in total.sort_values(ascending=False, kind="stable").index
    ]
    shares = {pair: by_model(one) for pair, one in pairs.groupby(["label", "named"])}
    forth, back = (
        shares.get(pair, {name: [0.0] for name in model}) for pair in (frequent[0], frequent[0][::-1])
    )
    networks = dict(list(sweep.groupby(["first", "second", "kernel"])))
    return {
        "model": model,
        "fewest": all(above(one.confused, wta.confused) for one in small),
        "small_more": all(one.confused.min() > noisy["confused"] for one in small),
        "large_less": wta.confused.max() < noisy["confused"],
        "passes": all(above(one.confused_accepted, wta.confused_accepted) for one in small),
        "shares": shares,
        "frequent": frequent[:LISTED],
        "forth": forth,
        "back": back,
        "one_way": all(above(forth[name], back[name]) for name in model),
        "look_alikes": {name: among_look_alikes(one) for name, one in pairs.groupby("model", sort=False)},
        "by_chance": len(LOOK_ALIKES) / comb(CLASSES, 2),
        "unforeseen": [pair for pair in frequent[:LISTED] if not is_look_alike(pair)],
        "networks": networks,
        "best": max(networks, key=lambda key: networks[key].validation_psnr_db.mean()),
        "gains": {"filters": gains(sweep, "first", "kernel"), "kernels": gains(sweep, "kernel", "first")},
    }


def by_model(pairs: pd.DataFrame) -> Shares:
    """Shares of the rows, by model."""
    return {name: list(one.share) for name, one in pairs.groupby("model", sort=False)}


def is_look_alike(pair: Pair) -> bool:
    """Whether the pair, either way, is one of those that are expected."""
    return tuple(sorted(pair)) in LOOK_ALIKES


def among_look_alikes(pairs: pd.DataFrame) -> list[float]:
    """Share of the confusions that are among look-alikes, for each seed."""
    alike = [is_look_alike(pair) for pair in zip(pairs.label, pairs.named, strict=True)]
    counts = pairs.assign(alike=pairs["count"] * alike).groupby("seed")[["alike", "count"]].sum()
    return list(counts.alike / counts["count"].clip(lower=1))


def gains(sweep: pd.DataFrame, varied: str, fixed: str) -> list[bool]:
    """Whether more of `varied` restores validation images better in every seed, one step after the other."""
    steps = [
        pairwise(one.validation_psnr_db for _, one in part.groupby(varied))
        for _, part in sweep.groupby(fixed)
    ]
    return [above(more, less) for step in steps for less, more in step]
