"""Figures of chance, from its table of runs."""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stages.figures.page import BODY, TEXT, page, place
from stages.figures.palette import HAIRLINE, INK
from stages.studies.colours import MODEL_COLOURS

SHOWN = {  # measure → heading of its panel, and what turns it into the heading's unit
    "test.psnr_db": ("PSNR, dB", 1),
    "codes.linear_probe_error": ("linear probe error, %", 100),
    "codes.knn_error": ("k-NN error, %", 100),
    "tsne.trustworthiness": ("t-SNE trustworthiness", 1),
}
NAMES = {"ae": "AE", "vae": "VAE", "wta": "WTA"}
SERIES = {"same": "same split", "anew": "split anew"}
HEIGHT, LEFT, GAP = 190, 158, 36  # pixels of a panel, and of the room left of and between panels
BELOW, ABOVE = 48, 28
TICKS = 5  # about


def draw(runs: pd.DataFrame, **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {"runs": every_run(runs)}


def every_run(runs: pd.DataFrame) -> Figure:
    """A dot for every run, a panel a measure, a row a model and series; the main line's run is ringed."""
    figure = page(2 * (ABOVE + HEIGHT + BELOW), "The same training again: every run", INK)
    width = (BODY - LEFT - GAP) / 2
    for index, (measure, (heading, scale)) in enumerate(SHOWN.items()):
        row, column = divmod(index, 2)
        top = row * (ABOVE + HEIGHT + BELOW) + ABOVE
        axes = place(figure, LEFT + column * (width + GAP), top, width, HEIGHT)
        axes.set_title(heading, loc="left", size=TEXT, weight="bold")
        labels = []
        for model, name in NAMES.items():
            for series, label in SERIES.items():
                chosen = runs[(runs.model == model) & (runs.series == series)].sort_values("seed")
                strip(axes, scale * chosen[measure].to_numpy(), len(labels), MODEL_COLOURS[model])
                labels.append(f"{name}, {label}")
        axes.xaxis.set_major_locator(MaxNLocator(TICKS, steps=(1, 2, 5, 10)))
        axes.xaxis.set_major_formatter("{x:.4g}")
        axes.set_yticks(range(len(labels)), labels if column == 0 else [""] * len(labels))
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        for border in (1.5, 3.5):
            axes.axhline(border, color=HAIRLINE, linewidth=0.8)
    return figure


def strip(axes: Any, values: Float[np.ndarray, "runs"], place: int, colour: str) -> None:
    """The runs of one row, the first of them, the main line's, with a ring around it."""
    axes.plot(values, np.full(len(values), place), "o", color=colour, markersize=6, alpha=0.6, linewidth=0)
    axes.plot(values[:1], [place], "o", mfc="none", mec=INK, mew=1.4, markersize=10)
