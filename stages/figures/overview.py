"""The study in one picture: the same noisy images, as each model restores them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import page
from stages.figures.palette import INK

SCALE, GAP, TOP = 3, (12, 1), 32


@dataclass(frozen=True)
class Row:
    """A row of the overview: name, images, colour, and PSNR in dB over the whole set (a target has none)."""

    name: str
    images: UInt8[np.ndarray, "n 28 28"]
    colour: str = INK
    psnr_db: float | None = None


def draw(rows: Sequence[Row], title: str) -> Figure:
    """Draw the rows under each other, at most ten images a row."""
    images = np.stack([row.images for row in rows])
    figure = page(TOP + grid_height(len(rows), 28, SCALE, GAP[0]) + 10, title)
    grid = draw_grid(figure, images, 0, TOP, SCALE, GAP)
    for index, row in enumerate(rows):
        grid.above(index, 0, row.name, color=row.colour, weight="bold")
        if row.psnr_db is not None:
            grid.at_end(index, f"{row.psnr_db:.1f} dB", color=row.colour, weight="bold")
    return figure
