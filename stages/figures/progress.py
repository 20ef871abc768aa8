"""The same test images after each epoch: as a strip, and as an animation."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import BODY, page, place
from stages.figures.palette import HAIRLINE, INK, MUTED
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject

Images = UInt8[np.ndarray, "n h w"]
Epochs = UInt8[np.ndarray, "epochs n h w"]

SCALE, GAP, LEFT = 2, (3, 4), 226  # of the strip
FRAME_SCALE, FRAME_GAP, FRAME_TOP = 3, (11, 1), 48  # of the animation
STRIP, FRAMES = 12, 40  # so many epochs are shown at most

CAPTION = """
Noisy input (top), its reconstruction after each epoch, clean target (bottom); decibels are the PSNR over
these {n} test images. {left_out}

Read off: what is learned first (place and weight of the stroke) and what last (its ends, gaps and loops),
and after which epoch little changes.

Not to be read off: when to stop. The validation loss tells that.
"""
FRAME_CAPTION = """
The same {n} test images after each epoch, and their PSNR.

Read off: what is learned first and what last; where the strokes stop moving.
"""


def draw(noisy: Images, reconstructions: Epochs, clean: Images, subject: Subject) -> Figure:
    """Draw the strip: a row an epoch (evenly chosen when there are more than `STRIP`), at most ten images."""
    shown = chosen_epochs(len(reconstructions), STRIP)
    left_out = (
        ""
        if len(shown) == len(reconstructions)
        else f"{len(shown)} of {len(reconstructions)} epochs are shown."
    )
    rows = np.concatenate([noisy[None], reconstructions[shown - 1], clean[None]])
    height = grid_height(len(rows), 28, SCALE, GAP[0])
    caption = CAPTION.format(n=len(clean), left_out=left_out)
    figure = page(height, f"{subject.name}: while it learns", caption, subject.colour)
    grid = draw_grid(figure, rows, LEFT, 0, SCALE, GAP)
    grid.beside(0, f"noisy  {psnr_of_all(noisy, clean):.1f} dB", color=MUTED)
    for row, epoch in enumerate(shown, start=1):
        quality = psnr_of_all(reconstructions[epoch - 1], clean)
        grid.beside(row, f"epoch {epoch}  {quality:.1f} dB", color=subject.colour)
    grid.beside(len(shown) + 1, "clean target", color=INK)
    return figure


def frames(noisy: Images, reconstructions: Epochs, clean: Images, subject: Subject) -> Iterator[Figure]:
    """Yield a figure an epoch (evenly chosen when there are more than `FRAMES`), for an animation."""
    last = len(reconstructions)
    for epoch in chosen_epochs(last, FRAMES):
        images = {"noisy input": noisy, "reconstruction": reconstructions[epoch - 1], "clean target": clean}
        yield _frame(images, f"{subject.name}: epoch {epoch} of {last}", float(epoch / last), subject.colour)


def chosen_epochs(last: int, at_most: int) -> np.ndarray:
    """Epochs from 1 to `last`, both among them: all, or `at_most` of them evenly spaced."""
    return np.unique(np.linspace(1, last, min(last, at_most)).round().astype(int))


def _frame(rows: dict[str, Images], title: str, share: float, colour: str) -> Figure:
    noisy, restored, clean = rows.values()
    height = FRAME_TOP + grid_height(3, 28, FRAME_SCALE, FRAME_GAP[0])
    figure = page(height, title, FRAME_CAPTION.format(n=len(clean)), colour)
    _draw_time(figure, share, colour)
    grid = draw_grid(figure, np.stack(list(rows.values())), 0, FRAME_TOP, FRAME_SCALE, FRAME_GAP)
    texts = (f"{psnr_of_all(noisy, clean):.1f} dB", f"{psnr_of_all(restored, clean):.1f} dB", "")
    for row, (name, text, shade) in enumerate(zip(rows, texts, (MUTED, colour, INK), strict=True)):
        grid.above(row, 0, f"{name}  {text}", color=shade)
    return figure


def _draw_time(figure: Figure, share: float, colour: str) -> None:
    axes = place(figure, 0, 0, BODY, 7, xlim=(0, 1), ylim=(-0.5, 0.5))
    axes.set_axis_off()
    axes.barh([0, 0], [1, share], height=1, color=[HAIRLINE, colour])
