"""A walk: one coordinate of a code is changed, all others stay, and the decoder says what that means."""

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import BODY, page, write
from stages.figures.palette import INK, MUTED
from stages.figures.subject import Subject

SCALE, TOP, LEFT = 2, 76, 214  # page pixels an image pixel; page pixels

UNIT = {"plain": "coordinate", "gaussian": "coordinate", "sparse": "unit"}
RANGE = {
    "plain": "from its 1st to its 99th percentile over real codes.",
    "gaussian": "from its 1st to its 99th percentile over real codes.",
    "sparse": "from 0 (off) to its 99th percentile over real codes.",
}
CAPTIONS = {
    "plain": """
    Read off: what each coordinate does at this image, and how far a change still leaves a digit.

    Not to be read off: a meaning of the coordinate. Training would have been served as well by any mixture
    of these axes, and at another image the same coordinate may do something else.
    """,
    "gaussian": """
    Read off: which coordinates matter at this image, and what they change: slant, width, a loop. A row that
    does not change, with a short range about 0, is a coordinate that the model does not use.

    Not to be read off: a name for the coordinate. At another image it may do something else.
    """,
    "sparse": """
    A walk over each of thousands of units would show little. Shown instead: the units that are most active
    at this image, each by itself taken from off to strong.

    Read off: the stroke that a unit stands for, added to what all the others draw.

    Not to be read off: that these units are the important ones elsewhere. Another image has others.
    """,
}


def draw(
    walk: UInt8[np.ndarray, "rows steps h w"],
    coordinates: Integer[np.ndarray, "rows"],
    values: Float[np.ndarray, "rows steps"],
    image: UInt8[np.ndarray, "h w"],
    subject: Subject,
) -> Figure:
    """Draw a row a coordinate; `values` are what it is set to, `image` is the one whose code is changed."""
    unit, side = UNIT[subject.code], image.shape[0]
    gap = (4, max(1, int((BODY - LEFT) / SCALE / walk.shape[1] - side)))
    height = TOP + grid_height(len(walk), side, SCALE, gap[0])
    figure = page(height, f"{subject.name}: one {unit} at a time", CAPTIONS[subject.code], subject.colour)
    draw_grid(figure, image[None, None], LEFT, 0, SCALE).beside(0, "start", color=MUTED)
    write(figure, LEFT + 72, 15, f"Each row changes one {unit} of this image's code,", color=MUTED)
    write(figure, LEFT + 72, 42, RANGE[subject.code], color=MUTED)
    grid = draw_grid(figure, walk, LEFT, TOP, SCALE, gap)
    for row, (coordinate, ends) in enumerate(zip(coordinates, values[:, [0, -1]], strict=True)):
        grid.beside(row, f"{unit} {coordinate}\n{_number(ends[0])} to {_number(ends[1])}", color=INK)
    return figure


def _number(value: float | np.floating) -> str:
    return f"{value:.2g}".replace("-", "−")  # the minus sign that axes have, too
