"""Measures against a setting, or over time: lines through the means of several runs, and every run's dot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Shaped
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatterSciNotation, LogLocator, MaxNLocator, NullFormatter

from stages.figures.page import BODY, SMALL, TEXT, page, place
from stages.figures.palette import INK

HEIGHT, LEFT, RIGHT, BELOW = 360, 78, 22, 62  # pixels of a panel, and of the room around it
ROW = 34  # pixels of a row of the key
KEY_COLUMNS = 3
DASHES = (0, (3, 1.3))
MANY = 40  # points from which a line has no markers
TICK = 0.5  # inches along the x-axis that a number needs
DECADES = 3  # of a logarithmic axis up to which 2 and 5 are marked, too


@dataclass(frozen=True)
class Line:
    """One line of a chart: a row of `values` for each run (seed), a column for each place on the x-axis.

    A line without runs to compare (a bound, a baseline) has one row. NaN leaves a gap.
    """

    name: str
    values: Shaped[np.ndarray, "runs places"]
    colour: str
    dashed: bool = False


def draw(
    panels: Mapping[str, Sequence[Line]],
    x: Sequence[float] | Sequence[str],
    x_label: str,
    title: str,
    caption: str,
    colour: str = INK,
    logarithmic: bool = False,
) -> Figure:
    """Draw `{heading of a panel: its lines}`, up to three panels side by side.

    Args:
        x: places on the x-axis; texts (k = 2, 5, 10, …) stand evenly spaced.
        caption: in the form of `captions.py`.
        logarithmic: the y-axes.
    """
    names = dict.fromkeys(line.name for lines in panels.values() for line in lines)
    top = 40 + ROW * -(-len(names) // KEY_COLUMNS)
    figure = page(top + HEIGHT + BELOW, title, caption, colour)
    width = BODY / len(panels)
    drawn: dict[str, object] = {}
    for index, (heading, lines) in enumerate(panels.items()):
        axes = place(figure, index * width + LEFT, top, width - LEFT - RIGHT, HEIGHT)
        axes.set_title(heading, loc="left", size=TEXT, weight="bold")
        axes.set_xlabel(x_label)
        if logarithmic:
            axes.set_yscale("log")
        for line in lines:
            drawn.setdefault(line.name, _draw_line(axes, line, x))
        _set_ticks(axes, x, logarithmic)
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


def _draw_line(axes: Axes, line: Line, x: Sequence[float] | Sequence[str]) -> object:
    places = np.arange(len(x)) if isinstance(x[0], str) else np.asarray(x, float)
    few = len(places) <= MANY
    style = {"color": line.colour, "linestyle": DASHES if line.dashed else "-"}
    mean = line.values.mean(axis=0)
    (drawn,) = axes.plot(places, mean, marker="o" if few else "", markersize=4.5, **style)
    if len(line.values) > 1 and few:
        axes.plot(places, line.values.T, "o", color=line.colour, markersize=4.5, alpha=0.35, linewidth=0)
    elif len(line.values) > 1:
        low, high = line.values.min(axis=0), line.values.max(axis=0)
        axes.fill_between(places, low, high, color=line.colour, alpha=0.18, linewidth=0)
    return drawn


def _set_ticks(axes: Axes, x: Sequence[float] | Sequence[str], logarithmic: bool) -> None:
    axes.margins(x=0.05, y=0.08)
    if isinstance(x[0], str):
        axes.set_xticks(np.arange(len(x)), x)
    else:
        inches = axes.get_position().width * axes.figure.get_figwidth()
        axes.xaxis.set_major_locator(MaxNLocator(min(6, max(2, int(inches / TICK)))))
    if logarithmic:
        low, high = axes.get_ylim()
        few = high / low < 10**DECADES
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,), numticks=12))
        axes.yaxis.set_major_formatter("{x:g}" if few else LogFormatterSciNotation())
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(6))
        axes.yaxis.set_major_formatter("{x:.3g}")
