"""From one image to another in a straight line through code space."""

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import Grid, draw_grid, fitting_scale, grid_height
from stages.figures.page import BODY, SMALL, page
from stages.figures.palette import MUTED
from stages.figures.subject import Subject

GAP, TOP, LARGEST = 2, 34, 3  # image pixels; page pixels; page pixels an image pixel

END = {"test": "test", "validation": "valid."}  # over the last column, which is narrow


def draw(
    start: UInt8[np.ndarray, "pairs h w *rgb"],
    steps: UInt8[np.ndarray, "pairs steps h w *rgb"],
    end: UInt8[np.ndarray, "pairs h w *rgb"],
    subject: Subject,
    other: str = "test",
) -> Figure:
    """Draw a row a pair: real training image, decoded steps, real image of the `other` part."""
    rows = np.concatenate([start[:, None], steps, end[:, None]], axis=1)
    pairs, columns, side = rows.shape[:3]
    scale = fitting_scale(rows, GAP, BODY, LARGEST)
    height = TOP + grid_height(pairs, side, scale, GAP)
    figure = page(height, f"{subject.name}: between two images", subject.colour)
    _label(draw_grid(figure, rows, 0, TOP, scale, (GAP, GAP)), columns, subject.colour, END[other])
    return figure


def _label(grid: Grid, columns: int, colour: str, end: str) -> None:
    shares = [f"{share:.0f} %" for share in np.linspace(0, 100, columns - 2)]
    for column, text in enumerate(["train", *shares, end]):
        shade = colour if text in shares else MUTED
        grid.over(0, column, text, color=shade, size=SMALL)
    for column in (1, columns - 1):
        grid.axes.axvline(column * grid.step[1] - GAP / 2 - 0.5, color=colour, linewidth=1.5)
