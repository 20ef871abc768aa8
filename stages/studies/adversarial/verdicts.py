"""What the tables of adversarial come to: numbers, and true or false."""

from math import comb, log
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above

STEADY = 0.25  # a loss is steady that moves by less than this share of its mean
ALIKE = 0.1  # pictures are nearly the same whose variety is below this
RISING = 0.5  # a measure rises whose `steadiness` is above this


def verdicts(runs: pd.DataFrame, epochs: pd.DataFrame, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
    """How far losses move, whether they tell the settings apart, and what still rises over the last half."""
    balanced, too_high, unbalanced = (
        runs[runs.rates == rates] for rates in ("balanced", "too_high", "unbalanced")
    )
    moved = balanced.most_discriminator_loss - balanced.least_discriminator_loss
    share = {
        "discriminator": (moved / balanced.discriminator_loss).max(),
        "generator": (balanced.generator_loss_range / balanced.generator_loss).max(),
    }
    late = epochs[(epochs.rates == "unbalanced") & (epochs.epoch > settings["gan"]["epochs"] // 2)]
    varieties = late.groupby("epoch").variety.mean()
    fewer = all(above(balanced.diversity, failed.diversity) for failed in (too_high, unbalanced))
    steady = max(share.values()) < STEADY
    return {
        "log_2": log(2),
        "log_4": log(4),
        "moved": share,
        "steady_below": STEADY,
        "steady": steady,
        "told_apart": steady and fewer,
        "right": runs.groupby("rates")[["real_right", "made_right"]].mean().mean(axis=1),
        "varieties": (varieties.iloc[0], varieties.iloc[-1]),
        "alike": ALIKE,
        "collapsed": int((too_high.variety < ALIKE).sum()),
        "starved": bool(unbalanced.variety_steadiness.min() > RISING),
        "chance": 2 / comb(2 * settings["runs"], settings["runs"]),
    }
