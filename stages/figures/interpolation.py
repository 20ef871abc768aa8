"""From one image to another in a straight line through code space."""

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import Grid, draw_grid, grid_height
from stages.figures.page import BODY, SMALL, page
from stages.figures.palette import MUTED
from stages.figures.subject import Subject

GAP, TOP, LARGEST = 2, 34, 3  # image pixels; page pixels; page pixels an image pixel

END = {"test": "test", "validation": "valid."}  # over the last column, which is narrow

CAPTION = """
Left: a training image, right: a {other} image, both as the model reads them. Between them, decoded: {codes}
codes on the straight line from the one's code to the other's, percent of the way. {about}

Read off: whether what lies between could be a digit, or is two digits laid over each other; and how even
the change is. What differs between a real image and its neighbour is denoising, or error of reconstruction.

Not to be read off: that the straight way is a likely one. It may cross places where no real image has its
code.
"""
ABOUT = {
    "plain": "",
    "gaussian": """With β > 0 the prior draws all codes into one ball, so empty places on the way should be
    rarer.""",
    "sparse": """Two images share few units. Halfway there are up to twice as many active as at either end,
    each at half its strength: expect a cross-fade rather than a change of shape.""",
}


def draw(
    start: UInt8[np.ndarray, "pairs h w"],
    steps: UInt8[np.ndarray, "pairs steps h w"],
    end: UInt8[np.ndarray, "pairs h w"],
    subject: Subject,
    other: str = "test",
) -> Figure:
    """Draw a row a pair: real training image, decoded steps, real image of the `other` part."""
    rows = np.concatenate([start[:, None], steps, end[:, None]], axis=1)
    pairs, columns, side, _ = rows.shape
    scale = min(LARGEST, BODY / (columns * (side + GAP) - GAP))
    caption = CAPTION.format(codes=columns - 2, other=other, about=ABOUT[subject.code])
    height = TOP + grid_height(pairs, side, scale, GAP)
    figure = page(height, f"{subject.name}: between two images", caption, subject.colour)
    _label(draw_grid(figure, rows, 0, TOP, scale, (GAP, GAP)), columns, subject.colour, END[other])
    return figure


def _label(grid: Grid, columns: int, colour: str, end: str) -> None:
    shares = [f"{share:.0f} %" for share in np.linspace(0, 100, columns - 2)]
    for column, text in enumerate(["train", *shares, end]):
        shade = colour if text in shares else MUTED
        grid.over(0, column, text, color=shade, size=SMALL)
    for column in (1, columns - 1):
        grid.axes.axvline(column * grid.step[1] - GAP / 2 - 0.5, color=colour, linewidth=1.5)
