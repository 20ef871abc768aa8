"""Symmetric tables of similarities as coloured squares with their numbers."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from stages.figures.page import BODY, SMALL, TEXT, page, place, write
from stages.figures.palette import INK, PAPER

LEFT, TOP, BETWEEN, RIGHT = 104, 126, 40, 34  # pixels beside, above, between and right of the tables
SLOPE = 45  # degrees: at less, names of neighbouring columns meet
DARK = 0.6  # above it, numbers are white
SCALE = LinearSegmentedColormap.from_list("similarity", (PAPER, "#9cc3e6", "#0b4584"))


def draw(
    tables: Mapping[str, Float[np.ndarray, "n n"]],
    names: Sequence[str],
    title: str,
    colour: str = INK,
) -> Figure:
    """Draw `{heading: table}` side by side, values in [0, 1]; NaN leaves a square empty."""
    side = (BODY - LEFT - RIGHT - BETWEEN * (len(tables) - 1)) // len(tables)
    side -= side % len(names)
    figure = page(TOP + side + 6, title, colour)
    for index, (heading, table) in enumerate(tables.items()):
        axes = place(figure, LEFT + index * (side + BETWEEN), TOP, side, side)
        axes.imshow(table, cmap=SCALE, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.xaxis.tick_top()
        axes.set_xticks(
            range(len(names)), names, rotation=SLOPE, ha="left", rotation_mode="anchor", size=SMALL
        )
        axes.set_yticks(range(len(names)), names if index == 0 else [], size=SMALL)
        write(figure, LEFT + index * (side + BETWEEN), 14, heading, weight="bold")
        _write_numbers(axes, table)
    return figure


def _write_numbers(axes: object, table: Float[np.ndarray, "n n"]) -> None:
    for (row, column), value in np.ndenumerate(table):
        if np.isfinite(value):
            shade = PAPER if value > DARK else INK
            style = {"ha": "center", "va": "center", "color": shade, "size": TEXT}
            axes.text(column, row, f"{value:.2f}", **style)
