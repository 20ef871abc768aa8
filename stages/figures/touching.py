"""Which classes touch: a square for each pair of classes, dark where the second lies among the first."""

from collections.abc import Mapping, Sequence
from itertools import chain, combinations

import numpy as np
from jaxtyping import Float, Integer
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from stages.common.classes import MANY
from stages.figures.page import BODY, SMALL, TEXT, page, place, write
from stages.figures.palette import HAIRLINE, INK, MUTED, PAPER
from stages.figures.subject import Subject

Shares = Float[np.ndarray, "classes classes"]

TOP, BETWEEN, BELOW = 66, 26, 14  # pixels above, between and below the squares
LETTER = 0.62 * SMALL * 128 / 72  # pixels: the width of a letter
FULL = 0.3  # a share from which on a square is as dark as it gets
LUMA = (0.2126, 0.7152, 0.0722)  # how much red, green and blue add to brightness


def draw(tables: Mapping[str, Shares], names: Sequence[str], subject: Subject) -> Figure:
    """Draw `{heading: shares}` side by side; a row's shares sum to 1, and the diagonal is left grey.

    Of many classes only those that, in the first table, mix most with another one.
    """
    kept = most_mixed(next(iter(tables.values())))
    names = [names[index] for index in kept]
    room = 14 + LETTER * max(map(len, names))
    upright = max(map(len, names)) > 2
    top = TOP + (room - BELOW - 2 * LETTER if upright else 0)
    side = (BODY - room - BETWEEN * len(tables)) / len(tables)
    figure = page(top + side + BELOW, f"{subject.name}: neighbours by class", subject.colour)
    scale = LinearSegmentedColormap.from_list("shares", (PAPER, subject.colour)).with_extremes(bad=HAIRLINE)
    for index, (heading, every) in enumerate(tables.items()):
        shares = every[np.ix_(kept, kept)]
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
        _write_percents(axes, shares)
    return figure


def most_mixed(shares: Shares) -> Integer[np.ndarray, "kept"]:
    """The classes, at most `MANY`, of the pairs that mix most; in order."""
    mixed, classes = shares + shares.T, range(len(shares))
    pairs = sorted(combinations(classes, 2), key=lambda pair: -mixed[pair])
    return np.sort(list(dict.fromkeys([*chain(*pairs), *classes]))[:MANY])


def _write_percents(axes: Axes, shares: Shares) -> None:
    (image,) = axes.images
    for (row, column), share in np.ndenumerate(shares):
        if round(100 * share):
            dark = np.dot(image.cmap(share / FULL)[:3], LUMA) < 0.5
            shade = MUTED if row == column else PAPER if dark else INK
            style = {"ha": "center", "va": "center_baseline", "color": shade, "size": SMALL}
            axes.text(column, row, f"{100 * share:.0f}", **style)
