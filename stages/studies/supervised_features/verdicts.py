"""What the page of supervised-features asks of its tables."""

from itertools import combinations
from typing import Any

import pandas as pd

UNLABELLED = ("ae", "vae", "wta")
SURE = 2  # standard errors


def verdicts(
    cka: pd.DataFrame,
    gains: pd.DataFrame,
    likeness: pd.DataFrame,
    filters: pd.DataFrame,
    settings: dict[str, Any],
    **_: Any,
) -> dict[str, Any]:
    """Facts by name.

    `alike`: by layer, likeness of filters by pair. `unlike`: two networks of one kind are always more alike
    than autoencoder and classifier ever are. `way`: by layer, how far the likeness of autoencoder and
    classifier is from that of scrambled filters (0) to the mean of either with another seed (1). `looks`: by
    layer and network (`wta`, `classifier`), measures of its filters by seed.
    `like`: by level, CKA of the classifier with each kind, and of the kinds without labels with each
    other (`among`), as mean, smallest and largest. `apart`: the classifier is farther from all of them than
    any two of them are from each other. `helps`: gains that all draws have, by more than two standard errors;
    `sure`: the starts with such a gain by number of labels; `for_all`: the numbers at which every start has
    one.
    """
    alike = {layer: table.set_index("pair") for layer, table in likeness.groupby("layer")}
    like = {level: by_kind(table) for level, table in cka.groupby("level")}
    helps = (gains.draws_that_gain == settings["draws"]) & (gains.gain > SURE * gains.standard_error)
    sure = {count: list(table.start[helps[table.index]]) for count, table in gains.groupby("labels")}
    return {
        "alike": alike,
        "unlike": all(
            table.smallest[["wta", "classifier"]].min() > table.largest["between"] for table in alike.values()
        ),
        "way": {layer: way(table["mean"]) for layer, table in alike.items()},
        "looks": {layer: by_network(table) for layer, table in filters.groupby("layer")},
        "like": like,
        "apart": {
            level: found.largest[list(UNLABELLED)].max() < found.smallest["among"]
            for level, found in like.items()
        },
        "gains": gains.assign(helps=helps).set_index(["labels", "start"]),
        "counts": sorted(sure),
        "sure": sure,
        "for_all": [count for count, starts in sorted(sure.items()) if len(starts) == len(UNLABELLED)],
    }


def by_kind(cka: pd.DataFrame) -> pd.DataFrame:
    """CKA of each kind with the classifier, and `among` the kinds without labels: mean, smallest, largest."""
    pairs = cka.set_index(["one", "other"])[["mean", "smallest", "largest"]]
    found = pairs.xs("classifier", level="other")
    others = pairs.loc[list(combinations(UNLABELLED, 2))]
    ends = {"mean": others["mean"].mean(), "smallest": others.smallest.min(), "largest": others.largest.max()}
    return pd.concat([found, pd.DataFrame(ends, index=["among"])])


def way(likeness: "pd.Series[float]") -> float:
    """Where `between` lies from `scrambled`, 0, to the mean of the same networks with other seeds, 1."""
    same, chance = (likeness["wta"] + likeness["classifier"]) / 2, likeness["scrambled"]
    return (likeness["between"] - chance) / (same - chance)


def by_network(filters: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Measures by seed of the autoencoder's filters and of the classifier's."""
    return {
        "classifier" if kind.endswith("classifier") else "wta": table
        for kind, table in filters.groupby("network")
    }
