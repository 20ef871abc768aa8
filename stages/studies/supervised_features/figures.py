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
PANELS = {  # where classifiers start from, the first one being random weights
    "convolutional trunk": {"random": "random weights", "ae": "AE's trunk", "vae": "VAE's trunk"},
    "dense trunk": {"random_dense": "random weights", "wta": "WTA's trunk"},
}
LEVELS = {"hidden": "hidden vector", "code": "code"}


def draw(
    errors: pd.DataFrame,
    encoders: pd.DataFrame,
    cka: pd.DataFrame,
    arrays: dict[str, Any],
    named: Classes,
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    groups = {KINDS[kind]: group for kind, group in arrays["filters"].items()}
    title = "First layers with and without labels: filters"
    return {
        "filters": filters.draw_groups(groups, title, Subject("First layers", GREEN)),
        "codes": draw_maps(encoders, arrays["maps"], arrays["labels"], named),
        "cka": draw_cka(cka),
        "errors": draw_errors(errors),
    }


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
    """Test error against the number of labels, a panel for each architecture."""

    def line(start: str, name: str) -> curves.Line:
        values = 100 * errors[errors.start == start].pivot(index="seed", columns="labels", values="error")
        return curves.Line(
            name, values.to_numpy(), COLOURS.get(start, MUTED), dashed=start.startswith("random")
        )

    panels = {heading: [line(*start) for start in starts.items()] for heading, starts in PANELS.items()}
    figure = curves.draw(
        panels, sorted(set(errors.labels)), "labels", "Where a classifier starts from", INK, log_x=True
    )
    first, second, *_ = figure.axes
    curves.share_scale([first, second])
    first.set_ylabel("test error, %")
    return figure
