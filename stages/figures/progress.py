"""The same test images after each epoch: as a strip, and as an animation."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures import animation
from stages.figures.animation import Panel
from stages.figures.grid import draw_grid, fitting_scale, grid_height
from stages.figures.page import BODY, page
from stages.figures.palette import INK, MUTED
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject
from stages.figures.timeline import chosen_epochs

Images = UInt8[np.ndarray, "n h w *rgb"]
Epochs = UInt8[np.ndarray, "epochs n h w *rgb"]

LARGEST, GAP, LEFT = 2, (3, 4), 226  # page pixels an image pixel; image pixels; page pixels
ROWS = 12  # so many epochs are shown at most


def draw(noisy: Images, reconstructions: Epochs, clean: Images, subject: Subject) -> Figure:
    """Draw the strip: a row an epoch (evenly chosen when there are more than `ROWS`), at most ten images."""
    shown = chosen_epochs(len(reconstructions), ROWS)
    rows = np.concatenate([noisy[None], reconstructions[shown - 1], clean[None]])
    scale = fitting_scale(rows, GAP[1], BODY - LEFT, LARGEST)
    height = grid_height(len(rows), rows.shape[2], scale, GAP[0])
    figure = page(height, f"{subject.name}: while it learns", subject.colour)
    grid = draw_grid(figure, rows, LEFT, 0, scale, GAP)
    grid.beside(0, f"noisy  {_psnr(noisy, clean)}", color=MUTED)
    for row, epoch in enumerate(shown, start=1):
        text = f"epoch {epoch}  {_psnr(reconstructions[epoch - 1], clean)}"
        grid.beside(row, text, color=subject.colour)
    grid.beside(len(shown) + 1, "clean target", color=INK)
    return figure


def frames(noisy: Images, reconstructions: Epochs, clean: Images, subject: Subject) -> Iterator[Figure]:
    """Yield a figure an epoch (evenly chosen when there are too many), for an animation."""
    notes = [_psnr(images, clean) for images in reconstructions]
    panels = [
        Panel("noisy input", noisy[None, None], MUTED, [_psnr(noisy, clean)]),
        Panel("reconstruction", reconstructions[:, None], subject.colour, notes),
        Panel("clean target", clean[None, None]),
    ]
    return animation.frames(panels, subject.name, colour=subject.colour)


def _psnr(images: Images, clean: Images) -> str:
    return f"{psnr_of_all(images, clean):.1f} dB"
