"""Measures against a setting, or over time: lines through the means of several runs, and every run's dot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.figures.page import BODY, SMALL, TEXT, page, place
from stages.figures.palette import INK
from stages.figures.ticks import Places, mark_x, mark_y, places_of

HEIGHT, LEFT, RIGHT, BELOW = 360, 78, 22, 62  # pixels of a panel, and of the room around it
ROW = 34  # pixels of a row of the key
KEY_COLUMNS = 3
DASHES = (0, (3, 1.3))
MANY = 40  # points from which a line has no markers


@dataclass(frozen=True)
class Line:
    """One line of a chart: a row of `values` for each run (seed), a column for each place on the x-axis.

    A line without runs to compare (a bound, a baseline) has one row; dashed or level, it has no markers, for
    nothing was measured at the places. NaN leaves a gap.
    """

    name: str
    values: Shaped[np.ndarray, "runs places"]
    colour: str
    dashed: bool = False

    @property
    def marked(self) -> bool:
        """Whether its places are marked."""
        runs, places = self.values.shape
        bound = runs == 1 and (self.dashed or np.ptp(self.values) == 0)
        return places <= MANY and not (bound and places > 1)


def draw(
    panels: Mapping[str, Sequence[Line]],
    x: Places,
    x_label: str,
    title: str,
    colour: str = INK,
    logarithmic: bool = False,
    log_x: bool = False,
) -> Figure:
    """Draw `{heading of a panel: its lines}`, up to three panels side by side.

    Args:
        x: places on the x-axis; texts (names of categories) stand evenly spaced.
        logarithmic: the y-axes.
        log_x: the x-axes; each of `x` is marked. For sizes: k = 2, 5, 10, 50, 100.
    """
    names = dict.fromkeys(line.name for lines in panels.values() for line in lines)
    top = 40 + ROW * -(-len(names) // KEY_COLUMNS)
    figure = page(top + HEIGHT + BELOW, title, colour)
    width = BODY / len(panels)
    drawn: dict[str, object] = {}
    for index, (heading, lines) in enumerate(panels.items()):
        axes = place(figure, index * width + LEFT, top, width - LEFT - RIGHT, HEIGHT)
        axes.set_title(heading, loc="left", size=TEXT, weight="bold")
        axes.set_xlabel(x_label)
        if logarithmic:
            axes.set_yscale("log")
        for line in lines:
            drawn.setdefault(line.name, _draw_line(axes, line, places_of(x)))
        mark_x(axes, x, log_x)
        mark_y(axes)
    key = place(figure, 0, 0, BODY, top - 40)
    key.set_axis_off()
    style = {"frameon": False, "fontsize": SMALL, "handlelength": 2.4, "borderaxespad": 0}
    key.legend(drawn.values(), drawn.keys(), loc="center left", ncols=KEY_COLUMNS, **style)
    return figure


def share_scale(panels: Sequence[Axes]) -> None:
    """Give the y-axes of some panels one scale, so that heights can be compared."""
    ends = [end for axes in panels for end in axes.get_ylim()]
    for axes in panels:
        axes.set_ylim(min(ends), max(ends))


def _draw_line(axes: Axes, line: Line, places: Float[np.ndarray, "places"]) -> object:
    few = len(places) <= MANY
    style = {"color": line.colour, "linestyle": DASHES if line.dashed else "-"}
    mean = line.values.mean(axis=0)
    (drawn,) = axes.plot(places, mean, marker="o" if line.marked else "", markersize=4.5, **style)
    if len(line.values) > 1 and few:
        axes.plot(places, line.values.T, "o", color=line.colour, markersize=4.5, alpha=0.35, linewidth=0)
    elif len(line.values) > 1:
        low, high = line.values.min(axis=0), line.values.max(axis=0)
        axes.fill_between(places, low, high, color=line.colour, alpha=0.18, linewidth=0)
    return drawn
