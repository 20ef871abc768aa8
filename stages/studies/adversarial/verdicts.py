"""What the tables of adversarial come to: numbers, and true or false."""

from math import comb, log
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above

STEADY = 0.25  # a loss is steady that moves by less than this share of its mean
ALIKE = 0.1  # pictures are nearly the same whose variety is below this
BATCH_NORM = {  # what batch normalisation may raise, in the words of the page
    "late_diversity": "the number of classes",
    "late_accepted": "the share that passes",
}


def verdicts(runs: pd.DataFrame, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
    """How far losses move, whether they tell the settings apart, and what batch normalisation changes."""
    runs = runs.astype(dict.fromkeys(runs.columns.drop(["setting", "seed"]), float))  # a column may be all 1
    of = dict(iter(runs.groupby("setting", sort=False)))
    balanced, bare = of["balanced"], of["no_batch_norm"]
    moved = balanced.most_discriminator_loss - balanced.least_discriminator_loss
    share = {
        "discriminator": (moved / balanced.discriminator_loss).max(),
        "generator": (balanced.generator_loss_range / balanced.generator_loss).max(),
    }
    fewer = all(above(balanced.accepted, of[failed].accepted) for failed in ("too_high", "unbalanced"))
    steady = max(share.values()) < STEADY
    return {
        "runs": runs,
        "of": of,
        "log_2": log(2),
        "log_4": log(4),
        "moved": share,
        "steady_below": STEADY,
        "steady": steady,
        "told_apart": steady and fewer,
        "right": runs.groupby("setting")[["real_right", "made_right"]].mean().mean(axis=1),
        "alike": ALIKE,
        "collapsed": int((of["too_high"].variety < ALIKE).sum()),
        "raised": [word for key, word in BATCH_NORM.items() if above(balanced[key], bare[key])],
        "chance": 2 / comb(2 * settings["runs"], settings["runs"]),
    }
