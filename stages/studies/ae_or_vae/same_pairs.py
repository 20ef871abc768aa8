"""The same pairs of images, interpolated in several ways: a block of rows for each pair."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import BODY, SMALL, Pixels, page, write
from stages.figures.palette import INK, MUTED

LEFT, TOP, LARGEST, GAP, BETWEEN = 146, 32, 2, 2, 16  # page pixels; the gap in image pixels

Rows = UInt8[np.ndarray, "pairs steps h w"]


def draw(
    starts: UInt8[np.ndarray, "pairs h w"],
    ways: Mapping[str, Rows],
    ends: UInt8[np.ndarray, "pairs h w"],
    colours: Sequence[str],
    title: str,
) -> Figure:
    """Draw a block a pair: real image, what each of `ways` makes of the line, real image."""
    side, columns = starts.shape[1], next(iter(ways.values())).shape[1] + 2
    scale = min(LARGEST, (BODY - LEFT) / (columns * (side + GAP) - GAP))
    block = grid_height(len(ways), side, scale, GAP) + BETWEEN
    figure = page(TOP + len(starts) * block, title)
    for pair in range(len(starts)):
        rows = np.stack([np.concatenate([starts[[pair]], way[pair], ends[[pair]]]) for way in ways.values()])
        grid = draw_grid(figure, rows, LEFT, TOP + pair * block, scale, (GAP, GAP))
        for row, (name, colour) in enumerate(zip(ways, colours, strict=True)):
            middle = TOP + pair * block + (row * (side + GAP) + side / 2) * scale
            write(figure, 0, middle, name, color=colour, weight="bold", size=SMALL)
        for column in (1, columns - 1):
            grid.axes.axvline(column * grid.step[1] - GAP / 2 - 0.5, color=INK, linewidth=1.5)
    _label(figure, columns, (side + GAP) * scale, side * scale)
    return figure


def _label(figure: Figure, columns: int, step: Pixels, side: Pixels) -> None:
    shares = [f"{share:.0f} %" for share in np.linspace(0, 100, columns - 2)]
    for column, text in enumerate(["start", *shares, "end"]):
        middle = LEFT + column * step + side / 2
        write(figure, middle, 14, text, ha="center", size=SMALL, color=MUTED)
