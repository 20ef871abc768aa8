"""Panels of images that change from epoch to epoch, drawn one above the other: for an animation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, fitting_scale, grid_height
from stages.figures.page import BODY, Pixels, page
from stages.figures.palette import INK
from stages.figures.timeline import chosen_epochs, draw_elapsed

GAP, TOP, ABOVE = 1, 22, 38  # image pixels between images; page pixels over all, and over each panel
LARGEST = 3  # page pixels an image pixel
FRAMES = 40  # so many epochs are shown at most


@dataclass(frozen=True)
class Panel:
    """A heading, and a grid of images and a note for each epoch (one grid of what stands still)."""

    name: str
    images: UInt8[np.ndarray, "epochs rows columns h w *rgb"]
    colour: str = INK
    notes: Sequence[str] = ()

    def at(self, epoch: int) -> tuple[UInt8[np.ndarray, "rows columns h w *rgb"], str]:
        """Images and note of an epoch, from 1 on."""
        index = min(epoch, len(self.images)) - 1
        return self.images[index], self.notes[index] if self.notes else ""


def frames(panels: Sequence[Panel], title: str, at_most: int = FRAMES, colour: str = INK) -> Iterator[Figure]:
    """Yield a figure for each of at most `at_most` evenly chosen epochs, first and last among them."""
    last = max(len(panel.images) for panel in panels)
    for epoch in chosen_epochs(last, at_most):
        yield _frame(panels, int(epoch), last, f"{title}: epoch {epoch} of {last}", colour)


def _frame(panels: Sequence[Panel], epoch: int, last: int, title: str, colour: str) -> Figure:
    scales = [_scale(panel) for panel in panels]
    heights = [ABOVE + _height(panel, scale) for panel, scale in zip(panels, scales, strict=True)]
    figure = page(TOP + sum(heights), title, colour)
    draw_elapsed(figure, epoch / last, colour)
    top = TOP
    for panel, scale, height in zip(panels, scales, heights, strict=True):
        images, note = panel.at(epoch)
        grid = draw_grid(figure, images, 0, top + ABOVE, scale, (GAP, GAP))
        grid.above(0, 0, panel.name, color=panel.colour, weight="bold")
        grid.at_end(0, note, color=panel.colour)
        top += height
    return figure


def _scale(panel: Panel) -> Pixels:
    scale = fitting_scale(panel.images[0], GAP, BODY, LARGEST)
    return int(scale) if scale >= 1 else scale


def _height(panel: Panel, scale: Pixels) -> int:
    rows, _, side = panel.images.shape[1:4]
    return grid_height(rows, side, scale, GAP)
