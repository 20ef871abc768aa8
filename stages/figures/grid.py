"""Many small images as one: a grid is a single array and a single `imshow`, however many images it shows.

A number a pixel is ink on white paper; red, green and blue are what they are.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from jaxtyping import Shaped
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.figures.page import SMALL, TEXT, Pixels, place

LIKE_DIGITS = 28  # pixels: smaller images are drawn about as large as these

INK_ON_PAPER = {"cmap": "gray_r", "vmin": 0, "vmax": 255}


def tile(
    images: Shaped[np.ndarray, "k n h w *rgb"], gap: tuple[int, int] = (2, 2)
) -> Shaped[np.ndarray, "height width *rgb"]:
    """Lay `images` out, `k` rows of `n`, with `gap` (down, across) pixels of paper between them."""
    k, n, h, w, *rgb = images.shape
    down, across = gap
    sheet = np.full((k, h + down, n, w + across, *rgb), paper(images), images.dtype)
    sheet[:, :h, :, :w] = images.swapaxes(1, 2)
    return sheet.reshape(k * (h + down), n * (w + across), *rgb)[
        : k * (h + down) - down, : n * (w + across) - across
    ]


def in_rows(images: Shaped[np.ndarray, "m h w *rgb"], columns: int) -> Shaped[np.ndarray, "k n h w *rgb"]:
    """Break a list of images into rows of `columns`; paper fills up the last row."""
    rows = -(-len(images) // columns)
    sheet = np.full((rows * columns, *images.shape[1:]), paper(images[None]), images.dtype)
    sheet[: len(images)] = images
    return sheet.reshape(rows, columns, *images.shape[1:])


@dataclass(frozen=True)
class Grid:
    """A grid on a page. In `axes`, one unit is one pixel of an image, and cells are `step` units apart."""

    axes: Axes
    step: tuple[int, int]  # down, across
    size: tuple[int, int]  # height and width of an image

    def above(self, row: int, column: float | int, text: str, **style: object) -> None:
        """Write over a cell, from its left end on."""
        self._write(column * self.step[1], row * self.step[0] - 1.5, text, **{"va": "bottom", **style})

    def over(self, row: int, column: int, text: str, **style: object) -> None:
        """Write over the middle of a cell."""
        self.above(row, column + 0.5 * self.size[1] / self.step[1], text, ha="center", **style)

    def at_end(self, row: int, text: str, **style: object) -> None:
        """Write over the right end of a row's last cell."""
        right = self.axes.get_xlim()[1] + 0.5
        self.above(row, right / self.step[1], text, ha="right", **style)

    def below(self, row: int, column: int, text: str, **style: object) -> None:
        """Write under the middle of a cell."""
        x = column * self.step[1] + self.size[1] / 2
        y = row * self.step[0] + self.size[0] + 1
        self._write(x, y, text, **{"va": "top", "ha": "center", "size": SMALL, **style})

    def beside(self, row: int, text: str, **style: object) -> None:
        """Write to the left of a row."""
        y = row * self.step[0] + self.size[0] / 2
        self._write(-4, y, text, **{"va": "center", "ha": "right", **style})

    def _write(self, x: Pixels, y: Pixels, text: str, **style: object) -> None:
        self.axes.text(x - 0.5, y - 0.5, text, **{"size": TEXT, "linespacing": 1.1, **style})


def draw_grid(
    figure: Figure,
    images: Shaped[np.ndarray, "k n h w *rgb"],
    left: Pixels,
    top: Pixels,
    scale: Pixels,
    gap: tuple[int, int] = (2, 2),
    **colours: object,
) -> Grid:
    """Draw `images`, `scale` page pixels an image pixel; `colours` go to `imshow` (default: ink on paper)."""
    sheet = tile(images, gap)
    height, width = sheet.shape[:2]
    axes = place(figure, left, top, width * scale, height * scale)
    smoothing = "nearest" if float(scale).is_integer() else "auto"
    axes.imshow(sheet, aspect="auto", interpolation=smoothing, **{**INK_ON_PAPER, **colours})
    axes.set_axis_off()
    h, w = images.shape[2:4]
    return Grid(axes, step=(h + gap[0], w + gap[1]), size=(h, w))


def paper(images: Shaped[np.ndarray, "k n h w *rgb"]) -> int:
    """What is white: no ink, where a number is ink; of red, green and blue as much as there is."""
    if images.ndim == 4:
        return 0
    return 255 if images.dtype == np.uint8 else 1


def fitting_scale(images: Shaped[np.ndarray, "k n h w *rgb"], gap: int, room: Pixels, largest: int) -> Pixels:
    """Page pixels an image pixel, for a row to fit into `room`; at most `largest` for images of 28 pixels."""
    columns, height, width = images.shape[1:4]
    enlarged = largest * max(1, LIKE_DIGITS // max(height, width))
    return min(enlarged, room / (columns * (width + gap) - gap))


def words_between(pixels: Pixels, scale: Pixels) -> int:
    """Image pixels between two rows that leave `pixels` of the page for words."""
    return ceil(pixels / scale)


def grid_height(rows: int, side: int, scale: Pixels, gap: int = 2) -> int:
    """Page pixels that `rows` rows of images take."""
    return round((rows * (side + gap) - gap) * scale)
