"""Confusion matrices, two beside each other: what share of each class comes back as which other one."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from stages.figures.classes import are_short
from stages.figures.page import BODY, DPI, SMALL, page, place, write
from stages.figures.palette import HAIRLINE, INK, MUTED, PAPER

COLUMNS, BETWEEN, HEADING, BELOW = 2, 26, 40, 22  # matrices a row; pixels beside, above and below them
LETTER = 0.62 * SMALL * DPI / 72  # pixels: the width of a letter
DARK = 0.5  # share of the scale from which numbers are white
SCALE = LinearSegmentedColormap.from_list("confusions", (PAPER, "#f6b89a", "#cf4a3c", "#67001f"))

Matrix = Float[np.ndarray, "classes classes"]


def draw(
    matrices: Mapping[str, Matrix], names: Sequence[str], colours: Mapping[str, str], title: str
) -> Figure:
    """Draw `{heading: percentages}`, a row a class; only what lies off the diagonal is coloured."""
    room = 14 + LETTER * max(map(len, names))  # for names, to the left and above
    side = (BODY - COLUMNS * room - BETWEEN) / COLUMNS
    step = HEADING + room + side + BELOW
    figure = page(-(-len(matrices) // COLUMNS) * step, title)
    most = max(1.0, *(off_diagonal(matrix).max() for matrix in matrices.values()))
    for index, (heading, matrix) in enumerate(matrices.items()):
        row, column = divmod(index, COLUMNS)
        left, top = room + column * (side + room + BETWEEN), row * step + HEADING + room
        write(figure, left, row * step + 14, heading, color=colours[heading], weight="bold")
        _draw_matrix(place(figure, left, top, side, side), matrix, names, most)
    return figure


def off_diagonal(matrix: Matrix) -> Matrix:
    """The matrix with zeros on its diagonal."""
    return matrix - np.diag(np.diag(matrix))


def _draw_matrix(axes: Axes, matrix: Matrix, names: Sequence[str], most: float) -> None:
    axes.imshow(off_diagonal(matrix), cmap=SCALE, vmin=0, vmax=most, interpolation="nearest")
    axes.grid(visible=False)
    axes.spines[:].set(visible=True, color=HAIRLINE)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(names)), names, rotation=0 if are_short(names) else 90)
    axes.set_yticks(range(len(names)), names)
    decimals = 1 if are_short(names) else 0  # long names leave the squares little room
    for (row, column), value in np.ndenumerate(matrix):
        if round(value, decimals):
            shade = MUTED if row == column else PAPER if value > DARK * most else INK
            text = f"{value:.{0 if value > 9.95 else decimals}f}"
            style = {"ha": "center", "va": "center_baseline", "color": shade, "size": SMALL}
            axes.text(column, row, text, **style)
