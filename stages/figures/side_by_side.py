"""Two maps of images side by side, coloured by class: each model's, on axes of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator

from stages.common.classes import DIGITS, Classes
from stages.figures.classes import Labels, Points, colours_of, draw_points, name_classes
from stages.figures.page import BODY, SMALL, page, place, write
from stages.figures.palette import INK, MUTED

HEADING, GAP = 62, 20  # page pixels: over a map for its name and a note, and between maps
NUMBERS = 52  # page pixels beside and below a map for the numbers of its axes
DOT, NAME = 8, 16  # square points, points


@dataclass(frozen=True)
class Side:
    """A map: its name, a line about it, a point for each image, its colour; `circle`: a radius to mark."""

    name: str
    note: str
    points: Points
    labels: Labels
    colour: str
    circle: float | None = None


def draw(sides: Sequence[Side], title: str, named: Classes = DIGITS, axes_shown: bool = False) -> Figure:
    """Draw two maps (or more) beside each other; with `axes_shown`, where coordinates mean something."""
    room = NUMBERS if axes_shown else 0
    width = (BODY - GAP * (len(sides) - 1)) / len(sides)
    side = width - room
    figure = page(HEADING + side + room, title)
    for index, one in enumerate(sides):
        left = index * (width + GAP) + room
        write(figure, left, 14, one.name, weight="bold", color=one.colour)
        write(figure, left, 42, one.note, color=MUTED, size=SMALL)
        _draw_map(place(figure, left, HEADING, side, side), one, named, axes_shown)
    return figure


def _draw_map(axes: Axes, side: Side, named: Classes, axes_shown: bool) -> None:
    draw_points(axes, side.points, colours_of(side.labels), DOT)
    if side.circle is not None:
        axes.add_patch(Circle((0, 0), side.circle, fill=False, color=INK, linewidth=1.8, zorder=3))
    if axes_shown:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(6))
    name_classes(axes, side.points, side.labels, NAME, named)
