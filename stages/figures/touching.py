"""Which classes touch: a square for each pair of classes, dark where the second lies among the first."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from stages.figures.page import BODY, DPI, SMALL, TEXT, page, place, write
from stages.figures.palette import HAIRLINE, INK, MUTED, PAPER
from stages.figures.subject import Subject

Shares = Float[np.ndarray, "classes classes"]

TOP, BETWEEN, BELOW = 66, 26, 14  # pixels above, between and below the squares
LETTER = 0.62 * SMALL * 128 / 72  # pixels: the width of a letter
FULL = 0.3  # a share from which on a square is as dark as it gets
MANY = 12  # classes from which on no numbers are written
LUMA = (0.2126, 0.7152, 0.0722)  # how much red, green and blue add to brightness


def draw(tables: Mapping[str, Shares], names: Sequence[str], subject: Subject) -> Figure:
    """Draw `{heading: shares}` side by side; a row's shares sum to 1, and the diagonal is left grey."""
    room = 14 + LETTER * max(map(len, names))
    upright = max(map(len, names)) > 2
    top = TOP + (room - BELOW - 2 * LETTER if upright else 0)
    side = (BODY - room - BETWEEN * len(tables)) / len(tables)
    figure = page(top + side + BELOW, f"{subject.name}: neighbours by class", subject.colour)
    scale = LinearSegmentedColormap.from_list("shares", (PAPER, subject.colour)).with_extremes(bad=HAIRLINE)
    for index, (heading, shares) in enumerate(tables.items()):
        left = room + index * (side + BETWEEN)
        axes = place(figure, left, top, side, side)
        apart = np.where(np.eye(len(shares), dtype=bool), np.nan, shares)
        axes.imshow(apart, cmap=scale, vmin=0, vmax=FULL, interpolation="nearest")
        axes.grid(visible=False)
        axes.spines[:].set(visible=True, color=HAIRLINE)
        axes.tick_params(length=0)
        axes.xaxis.tick_top()
        axes.set_xticks(range(len(names)), names, rotation=90 if upright else 0)
        axes.set_yticks(range(len(names)), names if index == 0 else [])
        write(figure, left, 12, heading, size=TEXT, weight="bold")
        if len(names) <= MANY:
            _write_percents(axes, shares)
        else:  # names as small as they have to be
            axes.tick_params(labelsize=min(SMALL, 0.9 * side / len(names) * 72 / DPI))
    return figure


def _write_percents(axes: Axes, shares: Shares) -> None:
    (image,) = axes.images
    for (row, column), share in np.ndenumerate(shares):
        if round(100 * share):
            dark = np.dot(image.cmap(share / FULL)[:3], LUMA) < 0.5
            shade = MUTED if row == column else PAPER if dark else INK
            style = {"ha": "center", "va": "center_baseline", "color": shade, "size": SMALL}
            axes.text(column, row, f"{100 * share:.0f}", **style)
