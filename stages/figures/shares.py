"""Share of each class among pictures: a panel for each set of pictures, a bar a class, a dot a run."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stages.common.classes import DIGITS, Classes
from stages.figures.classes import are_short
from stages.figures.page import BODY, DPI, SMALL, page, place, write
from stages.figures.palette import INK, MUTED, class_colours

Runs = Float[np.ndarray, "runs classes"]

HEIGHT, TOP, BELOW, LEFT, RIGHT = 140, 64, 40, 58, 8  # pixels of a panel, and of the room around it
LETTER = 0.62 * SMALL * DPI / 72  # pixels: the width of a letter


def draw(
    rows: Mapping[str, Mapping[str, Runs]],
    title: str,
    colours: Mapping[str, str],
    named: Classes = DIGITS,
    even: float = 0.1,
) -> Figure:
    """Draw `{row: {panel: shares}}` on one scale; `colours` are of the rows' names, `even` is dashed."""
    top = 1.12 * max(float(shares.max()) for panels in rows.values() for shares in panels.values())
    below = BELOW if are_short(named.names) else 14 + LETTER * max(map(len, named.names))
    step = TOP + HEIGHT + below
    columns = max(len(panels) for panels in rows.values())
    figure = page(len(rows) * step, title)
    for row, (name, panels) in enumerate(rows.items()):
        for column, (heading, shares) in enumerate(panels.items()):
            left, upper = column * BODY / columns, row * step + TOP
            axes = place(figure, left + LEFT, upper, BODY / columns - LEFT - RIGHT, HEIGHT, ylim=(0, top))
            _draw_bars(axes, shares, even, named)
            if not column:
                write(figure, 0, upper - 48, name, color=colours[name], weight="bold")
            write(figure, left + LEFT, upper - 18, heading, size=SMALL)
    return figure


def _draw_bars(axes: Axes, shares: Runs, even: float, named: Classes) -> None:
    classes = np.arange(shares.shape[1])
    axes.bar(classes, shares.mean(axis=0), color=class_colours(len(classes)), width=0.72)
    if len(shares) > 1:
        places = np.broadcast_to(classes, shares.shape)
        axes.plot(places.T, shares.T, "o", color=INK, markersize=2.6, linewidth=0)
    axes.axhline(even, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
    axes.set_xticks(classes, named.of(classes), rotation=0 if are_short(named.names) else 90)
    axes.tick_params(axis="x", length=0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.grid(visible=False, axis="x")
