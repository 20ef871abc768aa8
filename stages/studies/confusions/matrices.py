"""Confusion matrices, two beside each other: what share of each class comes back as each other, on one scale."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from stages.figures.page import BODY, SMALL, page, place, write
from stages.figures.palette import INK, MUTED, PAPER

CELL, LEFT, TOP, BELOW, COLUMNS = 38, 26, 58, 24, 2  # pixels of a cell, and of the room around a matrix
DARK = 0.5  # share of the scale from which numbers are white
SCALE = LinearSegmentedColormap.from_list("confusions", (PAPER, "#f6b89a", "#cf4a3c", "#67001f"))

Matrix = Float[np.ndarray, "classes classes"]


def draw(matrices: Mapping[str, Matrix], colours: Mapping[str, str], title: str) -> Figure:
    """Draw `{heading: percentages}`, a row a class; only what lies off the diagonal is coloured."""
    side = CELL * len(next(iter(matrices.values())))
    step = TOP + side + BELOW
    figure = page(-(-len(matrices) // COLUMNS) * step, title)
    most = max(1.0, *(off_diagonal(matrix).max() for matrix in matrices.values()))
    for index, (name, matrix) in enumerate(matrices.items()):
        row, column = divmod(index, COLUMNS)
        left, top = LEFT + column * (BODY - side - LEFT), row * step + TOP
        write(figure, left, top - 42, name, color=colours[name], weight="bold")
        _draw_matrix(place(figure, left, top, side, side), matrix, most)
    return figure


def off_diagonal(matrix: Matrix) -> Matrix:
    """The matrix with zeros on its diagonal."""
    return matrix - np.diag(np.diag(matrix))


def _draw_matrix(axes: Axes, matrix: Matrix, most: float) -> None:
    axes.imshow(off_diagonal(matrix), cmap=SCALE, vmin=0, vmax=most, interpolation="nearest")
    axes.grid(visible=False)
    axes.spines[:].set_visible(True)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    names = [str(label) for label in range(len(matrix))]
    axes.set_xticks(range(len(matrix)), names)
    axes.set_yticks(range(len(matrix)), names)
    for (row, column), value in np.ndenumerate(matrix):
        if value > 0:
            shade = MUTED if row == column else PAPER if value > DARK * most else INK
            text = f"{value:.{0 if value > 9.95 else 1}f}"
            axes.text(column, row, text, ha="center", va="center", size=SMALL, color=shade)
