"""Codes of several models laid out in two dimensions, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from stages.figures.page import BODY, page, place, write
from stages.figures.palette import HAIRLINE, INK, MUTED, PAPER, class_colours

COLUMNS, GAP, HEADING = 3, 16, 34  # panels in a row; pixels between panels, and over each for its name


@dataclass(frozen=True)
class Map:
    """One panel: its name, what is said beside the name, and a point for each image."""

    name: str
    note: str
    points: Float[np.ndarray, "n 2"]
    colour: str = INK


def draw(
    maps: Sequence[Map],
    labels: Integer[np.ndarray, "n"] | UInt8[np.ndarray, "n"],
    title: str,
    caption: str,
    colour: str = INK,
) -> Figure:
    """Draw the maps of the same images, coloured by class, with every class's name at its median."""
    side = (BODY - GAP * (COLUMNS - 1)) // COLUMNS
    rows = -(-len(maps) // COLUMNS)
    figure = page(rows * (side + HEADING) + (rows - 1) * GAP, title, caption, colour)
    colours = class_colours(int(labels.max()) + 1)
    shades = np.array([to_rgb(shade) for shade in colours])[labels.astype(int)]
    for index, one in enumerate(maps):
        left = index % COLUMNS * (side + GAP)
        top = index // COLUMNS * (side + HEADING + GAP)
        write(figure, left, top + 14, one.name, weight="bold", color=one.colour)
        write(figure, left + side, top + 14, one.note, color=MUTED, ha="right")
        axes = place(figure, left, top + HEADING, side, side)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(visible=True, color=HAIRLINE)
        axes.margins(0.03)
        axes.scatter(*one.points.T, s=5, c=shades, linewidths=0, alpha=0.8)
        for label in np.unique(labels):
            x, y = np.median(one.points[labels == label], axis=0)
            halo = [withStroke(linewidth=3, foreground=PAPER)]
            style = {"size": 13, "weight": "bold", "ha": "center", "va": "center", "path_effects": halo}
            axes.text(x, y, str(label), color=colours[int(label)], **style)
    return figure
