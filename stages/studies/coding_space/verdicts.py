"""What the tables of coding-space come to: numbers, and true or false."""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from stages.pages.vocabulary import above
from stages.studies.coding_space.rank_correlation import rank_correlation

UNLIKELY = 0.05  # a correlation that shuffled names reach less often than that is more than chance
NEAR_THE_END = 1.1  # an error is good that is at most so many times the last one


def verdicts(
    draws: pd.DataFrame,
    digits: pd.DataFrame,
    explanations: pd.DataFrame,
    epochs: pd.DataFrame,
    trials: pd.DataFrame,
    **_: Any,
) -> dict[str, Any]:
    """What goes with how often a digit appears, which recipe is faster, and which model generates better."""
    found = explanations.set_index("measure").astype(float)
    draws = draws.astype({"diversity": float, "distance": float, "accepted": float})
    surely = found.chance < UNLIKELY
    mean = digits.groupby(["model", "digit"]).mean(numeric_only=True)
    errors = epochs.groupby(["recipe", "epoch"]).mse.mean()
    by_eye = dict(iter(draws[draws.codes == "by_eye"].groupby("model")))
    of_models = {
        kind: {name: correlations(one, name).mean() for name in found.index}
        for kind, one in digits.groupby("model")
    }
    apart = {kind: one.separation_on_map.nlargest(2) for kind, one in by_digit(mean)}
    ends = {recipe: one.iloc[-1] for recipe, one in errors.groupby("recipe")}
    return {
        "found": found,
        "draws": draws,
        "explanations": found.reset_index(),
        "apart_is_rarer": bool(surely.separation and found.correlation.separation < 0),
        "paths_explain": bool(surely.rejected_paths and found.correlation.rejected_paths < 0),
        "territory_explains": bool(surely.territory and found.correlation.territory > 0),
        "of_models": of_models,
        "mean": mean,
        "share_of_apart": {kind: mean.share[kind, two.index[0]] for kind, two in apart.items()},
        "apart_on_map": {kind: list(two.items()) for kind, two in apart.items()},
        "rarest": {kind: one.share.idxmin() for kind, one in by_digit(mean)},
        "errors": errors,
        "ends": ends,
        "adam_overtakes": first_epoch(errors["dense"], ends["sgd"]),
        "good_after": {recipe: first_epoch(errors[recipe], NEAR_THE_END * ends[recipe]) for recipe in ends},
        "rate": {name: one.groupby("rate").mse.max().idxmin() for name, one in trials.groupby("recipe")},
        "by_eye": by_eye,
        "conv_is_worse": above(by_eye["dense"].accepted, by_eye["conv"].accepted)
        or above(by_eye["dense"].diversity, by_eye["conv"].diversity),
    }


def correlations(digits: pd.DataFrame, measure: str) -> Float[np.ndarray, "runs"]:
    """Rank correlation of a measure with the share of a digit, by run."""
    tables = digits.pivot(index=["model", "seed"], columns="digit")
    return rank_correlation(tables[measure].to_numpy(float), tables["share"].to_numpy(float))


def by_digit(mean: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Of each model the table of its digits."""
    return [(kind, mean.loc[kind]) for kind in mean.index.levels[0]]


def first_epoch(errors: pd.Series, level: float) -> int | None:
    """The first epoch after which the error is at most `level`."""
    return next((int(epoch) for epoch, error in errors.items() if error <= level), None)
