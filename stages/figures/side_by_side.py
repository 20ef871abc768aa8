"""Two maps of images side by side, coloured by class: each model's, on axes of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from stages.figures.page import BODY, SMALL, page, place, write
from stages.figures.palette import HAIRLINE, INK, MUTED, PAPER, class_colours

HEADING, GAP = 62, 20  # page pixels: over a map for its name and a note, and between maps

Labels = Integer[np.ndarray, "n"] | UInt8[np.ndarray, "n"]


@dataclass(frozen=True)
class Side:
    """A map: its name, a line about it, a point for each image, its colour; `circle`: a radius to mark."""

    name: str
    note: str
    points: Float[np.ndarray, "n 2"]
    labels: Labels
    colour: str
    circle: float | None = None


def draw(sides: Sequence[Side], title: str, caption: str, axes_shown: bool = False) -> Figure:
    """Draw two maps (or more) beside each other; with `axes_shown`, where coordinates mean something."""
    room = 40 if axes_shown else 0  # for the axes' numbers
    width = (BODY - GAP * (len(sides) - 1)) / len(sides)
    side = width - room
    figure = page(HEADING + side + room, title, caption)
    for index, one in enumerate(sides):
        left = index * (width + GAP) + room
        write(figure, left, 14, one.name, weight="bold", color=one.colour)
        write(figure, left, 42, one.note, color=MUTED, size=SMALL)
        axes = place(figure, left, HEADING, side, side)
        _draw_points(axes, one)
        if not axes_shown:
            axes.set(xticks=[], yticks=[])
    return figure


def _draw_points(axes: Axes, side: Side) -> None:
    colours = class_colours(int(side.labels.max()) + 1)
    shades = np.array([to_rgb(colour) for colour in colours])[side.labels.astype(int)]
    axes.spines[:].set(visible=True, color=HAIRLINE)
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.03)
    axes.locator_params(nbins=6)
    axes.scatter(*side.points.T, s=8, c=shades, linewidths=0, alpha=0.8)
    if side.circle is not None:
        axes.add_patch(Circle((0, 0), side.circle, fill=False, color=INK, linewidth=1.8, zorder=3))
    for label in np.unique(side.labels):
        x, y = np.median(side.points[side.labels == label], axis=0)
        halo = [withStroke(linewidth=4, foreground=PAPER)]
        style = {"size": 16, "weight": "bold", "ha": "center", "va": "center", "path_effects": halo}
        axes.text(x, y, str(label), color=colours[int(label)], **style)
