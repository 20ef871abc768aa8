"""A two-dimensional code space, decoded place by place: one sheet of images."""

from jaxtyping import UInt8
from matplotlib.figure import Figure
from numpy import ndarray

from stages.figures.grid import draw_grid
from stages.figures.page import BODY, page, write
from stages.figures.palette import MUTED
from stages.figures.subject import Subject

TOP = 34  # page pixels, for what the axes are


def draw(images: UInt8[ndarray, "side side h w"], subject: Subject) -> Figure:
    """Draw the decoded sheet; row 0 is the top."""
    side, height = images.shape[0], images.shape[2]
    scale = max(1, BODY // (side * height))
    extent = side * height * scale
    figure = page(TOP + extent, f"{subject.name}: the whole code space", subject.colour)
    write(figure, 0, 12, "↑ second coordinate", color=MUTED)
    write(figure, extent, 12, "first coordinate, both at quantiles of N(0, 1) →", color=MUTED, ha="right")
    draw_grid(figure, images, 0, TOP, scale, (0, 0))
    return figure
