"""What the page of chance asks of its tables; and the standard deviations that other pages take from it."""

from itertools import combinations
from math import sqrt
from typing import Any

import pandas as pd
from scipy.stats import t as student

from stages.pages.report.measures import COMMON
from stages.pages.vocabulary import SURE

PAIRS = tuple(combinations(("ae", "vae", "wta"), 2))
MAIN = (
    "test.psnr_db",
    "codes.linear_probe_error",
    "codes.knn_error",
    "tsne.trustworthiness",
)  # in the answer
DISTANCES = ("samples.prior_distance", "samples.fitted_distance", "interpolation.midpoint_distance")
COMPARED = (*MAIN, "tsne.knn_error", *DISTANCES)  # the page says in which of them models are level
LEADS = {"test.psnr_db": 1, "codes.linear_probe_error": -1}  # where winner-take-all is ahead: above, below
EXPLAINED = MAIN[:3]  # means over test images, or nearly so: what these make is known


def verdicts(
    runs: pd.DataFrame, differences: pd.DataFrame, settings: dict[str, Any], **_: Any
) -> dict[str, Any]:
    """Facts by name.

    `mean`, `anew`, `threshold`: by measure and model, the mean and the standard deviation of the runs drawn
    anew, and how far two runs on one split have to be apart to differ by more than chance. `gaps`: by measure
    and pair, the differences, and whether each `counts`. `level`: by pair, the measures in which it is level.
    `leads`: the winner-take-all autoencoder is ahead of both others by more than chance. `parts`: standard
    deviations of differences, root mean square over the pairs. `uncertainty`: of a standard deviation of so
    many runs; `false_alarms`: of so many differences of single runs one exceeds the rule where there is none
    (both of normal numbers).
    """
    by_model = {series: numbers(part).groupby("model", sort=False) for series, part in runs.groupby("series")}
    gaps = differences.assign(counts=differences.difference.abs() > SURE * differences.anew)
    gaps = gaps.set_index(["measure", "one", "other"])
    parts = gaps.loc[[(name, *pair) for name in EXPLAINED for pair in PAIRS], ["anew", "same", "images"]]
    level = {pair: [name for name in COMPARED if not gaps.counts[name, *pair]] for pair in PAIRS}
    ahead = [
        gaps.counts[name, one, "wta"] and sign * gaps.difference[name, one, "wta"] < 0
        for name, sign in LEADS.items()
        for one in ("ae", "vae")
    ]
    return {
        "mean": by_model["anew"].mean().T,
        "anew": by_model["anew"].std().T,
        "threshold": SURE * sqrt(2) * by_model["same"].std().T,
        "gaps": gaps,
        "level": level,
        "leads": all(ahead),
        "parts": (parts**2).groupby("measure", sort=False).mean() ** 0.5,
        "uncertainty": 1 / sqrt(2 * (settings["runs"] - 1)),
        "false_alarms": round(1 / (2 * student.sf(SURE, settings["runs"] - 1))),
        "sure": SURE,
        "pairs": PAIRS,
        "compared": COMPARED,
        "main_measures": MAIN,
        "explained": EXPLAINED,
        "in_percent": {measure.path for rows in COMMON.values() for measure in rows if measure.unit == "%"}
        | {"codes.active_fraction", "training.rise_after_best"},
    }


def numbers(runs: pd.DataFrame) -> pd.DataFrame:
    """Measures alone, indexed by model and seed."""
    return runs.set_index(["model", "seed"]).drop(columns="series")


def deviations(
    runs: pd.DataFrame, measures: list[str], within: tuple[tuple[str, str], ...]
) -> dict[str, dict[str, float]]:
    """Standard deviations over the runs drawn anew, as `stages/pages/report/chance.json` holds them.

    Of each of `measures` by model, and of its differences by pair of models; and `within` a model, of the
    differences between two measures.
    """
    anew = numbers(runs[runs.series == "anew"])
    found = {}
    for name in measures:
        by_model = anew[name].unstack("model").reindex(columns=anew.index.unique("model")).dropna(axis=1)
        pairs = {
            f"{one} - {other}": by_model[one] - by_model[other] for one, other in combinations(by_model, 2)
        }
        found[name] = by_model.assign(**pairs).std().to_dict()
    for one, other in within:
        found[f"{one} - {other}"] = (
            (anew[one] - anew[other]).groupby("model", sort=False).std().dropna().to_dict()
        )
    return found
