"""Figures of supervised-features, from its tables and arrays."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import curves, filters
from stages.figures.palette import INK, MUTED
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS
from stages.studies.supervised_features import heat_maps, map_panels

KINDS = {  # in the order of panels and rows
    "pixels": "pixels",
    "random": "untrained",
    "ae": "AE",
    "vae": "VAE",
    "wta": "WTA",
    "classifier": "classifier",
}
GREEN = "#1c7c43"
COLOURS = {"pixels": INK, "random": MUTED, "classifier": GREEN} | MODEL_COLOURS
PANELS = {  # of each architecture, where classifiers start from
    "convolutional trunk": {"random": "random weights", "ae": "AE's trunk", "vae": "VAE's trunk"},
    "dense trunk": {"random_dense": "random weights", "wta": "WTA's trunk"},
    "like CONV-WTA": {"random_conv": "random weights"},
}
FILTERS = {
    "wta": "FC-WTA, encoder",
    "dense_classifier": "dense classifier",
    "conv_wta": "CONV-WTA, encoder",
    "conv_classifier": "convolutional classifier",
}
LEVELS = {"hidden": "hidden vector", "code": "code"}


def draw(
    errors: pd.DataFrame,
    epochs: pd.DataFrame,
    encoders: pd.DataFrame,
    cka: pd.DataFrame,
    arrays: dict[str, Any],
    named: Classes,
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    groups = {name: arrays["filters"][kind] for kind, name in FILTERS.items()}
    title = "First layers without labels and with labels"
    return {
        "filters": filters.draw_groups(groups, title, Subject("First layers", GREEN)),
        "codes": draw_maps(encoders, arrays["maps"], arrays["labels"], named),
        "cka": draw_cka(cka),
        "errors": draw_errors(errors),
    } | {f"epochs_{labels}": draw_epochs(own, labels) for labels, own in epochs.groupby("labels")}


def draw_maps(
    encoders: pd.DataFrame, maps: dict[str, np.ndarray], labels: np.ndarray, named: Classes
) -> Figure:
    """t-SNE of every kind's codes."""
    neighbour = encoders.groupby("kind").error.mean()
    panels = [
        map_panels.Map(name, f"1-NN {100 * neighbour[kind]:.1f} %", maps[kind], COLOURS[kind])
        for kind, name in KINDS.items()
    ]
    return map_panels.draw(panels, labels, "t-SNE of codes, with and without labels", named)


def draw_cka(cka: pd.DataFrame) -> Figure:
    """CKA of all pairs of kinds, by hidden vector and by code."""
    tables = {}
    for level, name in LEVELS.items():
        upper = cka[cka.level == level].pivot(index="one", columns="other", values="mean")
        upper = upper.reindex(index=KINDS, columns=KINDS)
        tables[name] = upper.combine_first(upper.T).loc[list(KINDS), list(KINDS)].to_numpy()
    return heat_maps.draw(tables, list(KINDS.values()), "Similarity of representations: CKA")


def draw_errors(errors: pd.DataFrame) -> Figure:
    """Test error against the number of labels, a panel for each architecture that has several starts."""
    compared = errors[errors.start != "random_conv"]
    return draw_starts(compared, "labels", "error", "Where a classifier starts from", "test error, %", True)


def draw_epochs(epochs: pd.DataFrame, labels: int) -> Figure:
    """Validation error by epoch of the classifiers that have so many labels, a panel an architecture."""
    title = f"Classifiers with {labels} labels, by epoch"
    return draw_starts(epochs, "epoch", "validation_error", title, "validation error, %")


def draw_starts(
    table: pd.DataFrame, along: str, measure: str, title: str, label: str, log_x: bool = False
) -> Figure:
    """A measure along a column, a line a start: means, and every seed."""

    def line(start: str, name: str) -> curves.Line:
        values = 100 * table[table.start == start].pivot(index="seed", columns=along, values=measure)
        return curves.Line(
            name, values.to_numpy(), COLOURS.get(start, MUTED), dashed=start.startswith("random")
        )

    panels = {
        heading: [line(*start) for start in starts.items()]
        for heading, starts in PANELS.items()
        if set(starts) <= set(table.start)
    }
    figure = curves.draw(panels, sorted(set(table[along])), along, title, INK, log_x=log_x)
    axes = figure.axes[: len(panels)]
    curves.share_scale(axes)
    axes[0].set_ylabel(label)
    return figure
