"""Codes of several models laid out in two dimensions, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from stages.common.classes import DIGITS, Classes
from stages.figures.classes import Labels, Points, colours_of, draw_points, name_classes
from stages.figures.page import BODY, page, place, write
from stages.figures.palette import INK, MUTED

COLUMNS, GAP, HEADING = 3, 16, 34  # panels in a row; pixels between panels, and over each for its name
DOT, NAME = 5, 13  # square points, points


@dataclass(frozen=True)
class Map:
    """One panel: its name, what is said beside the name, and a point for each image."""

    name: str
    note: str
    points: Points
    colour: str = INK


def draw(
    maps: Sequence[Map], labels: Labels, title: str, named: Classes = DIGITS, colour: str = INK
) -> Figure:
    """Draw the maps of the same images, coloured by class, with every class's name at its median."""
    side = (BODY - GAP * (COLUMNS - 1)) // COLUMNS
    rows = -(-len(maps) // COLUMNS)
    figure = page(rows * (side + HEADING) + (rows - 1) * GAP, title, colour)
    for index, one in enumerate(maps):
        left = index % COLUMNS * (side + GAP)
        top = index // COLUMNS * (side + HEADING + GAP)
        write(figure, left, top + 14, one.name, weight="bold", color=one.colour)
        write(figure, left + side, top + 14, one.note, color=MUTED, ha="right")
        axes = place(figure, left, top + HEADING, side, side)
        draw_points(axes, one.points, colours_of(labels), DOT)
        name_classes(axes, one.points, labels, NAME, named)
    return figure
