"""The study in one picture: the same noisy images, as each model restores them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, fitting_scale, grid_height, words_between
from stages.figures.page import BODY, page
from stages.figures.palette import INK

LARGEST, GAP, WORDS, TOP = 3, 1, 36, 32  # page pixels an image pixel; image pixels; page pixels


@dataclass(frozen=True)
class Row:
    """A row of the overview: name, images, colour, and PSNR in dB over the whole set (a target has none)."""

    name: str
    images: UInt8[np.ndarray, "n h w *rgb"]
    colour: str = INK
    psnr_db: float | None = None


def draw(rows: Sequence[Row], title: str) -> Figure:
    """Draw the rows under each other, at most ten images a row."""
    images = np.stack([row.images for row in rows])
    scale = fitting_scale(images, GAP, BODY, LARGEST)
    down = words_between(WORDS, scale)
    figure = page(TOP + grid_height(len(rows), images.shape[2], scale, down) + 10, title)
    grid = draw_grid(figure, images, 0, TOP, scale, (down, GAP))
    for index, row in enumerate(rows):
        grid.above(index, 0, row.name, color=row.colour, weight="bold")
        if row.psnr_db is not None:
            grid.at_end(index, f"{row.psnr_db:.1f} dB", color=row.colour, weight="bold")
    return figure
