"""Noisy input, reconstruction and clean target under each other, with the PSNR of every image."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, fitting_scale, grid_height, words_between
from stages.figures.page import BODY, TEXT, Pixels, page, write
from stages.figures.palette import INK, MUTED
from stages.figures.quality import psnr_of_all, psnr_of_each
from stages.figures.subject import Subject

Images = UInt8[np.ndarray, "n h w *rgb"]

LARGEST, GAP, WORDS = (
    3,
    1,
    54,
)  # page pixels an image pixel; image pixels; page pixels between rows, for words
ABOVE, BETWEEN = 58, 26  # page pixels over a block, for its heading, and between two blocks


def blocks_of(pictures: Mapping[str, np.ndarray]) -> dict[str, tuple[Images, Images, Images]]:
    """Sort `<part>_noisy`, `_reconstruction` and `_clean` into `{name: (noisy, restored, clean)}`."""
    parts = {"training": "train", "test": "test"}
    return {
        name: tuple(pictures[f"{part}_{kind}"] for kind in ("noisy", "reconstruction", "clean"))
        for name, part in parts.items()
    }


def draw(blocks: Mapping[str, tuple[Images, Images, Images]], subject: Subject) -> Figure:
    """Draw `{name of a block: (noisy, restored, clean images)}`, at most ten images a block."""
    any_block = np.stack(next(iter(blocks.values())))
    scale = fitting_scale(any_block, GAP, BODY, LARGEST)
    down = words_between(WORDS, scale)
    height = ABOVE + grid_height(3, any_block.shape[2], scale, down) + BETWEEN
    figure = page(height * len(blocks) - BETWEEN, f"{subject.name}: denoising", subject.colour)
    for index, (name, (noisy, restored, clean)) in enumerate(blocks.items()):
        write(figure, 0, index * height + 12, f"{len(clean)} {name} images", weight="bold", size=TEXT + 1)
        rows = {"noisy input": noisy, "reconstruction": restored, "clean target": clean}
        _draw_block(figure, rows, index * height + ABOVE, scale, subject.colour)
    return figure


def _draw_block(figure: Figure, rows: Mapping[str, Images], top: Pixels, scale: Pixels, colour: str) -> None:
    gap = (words_between(WORDS, scale), GAP)
    grid = draw_grid(figure, np.stack(list(rows.values())), 0, top, scale, gap)
    *compared, target = rows
    for row, (name, shade) in enumerate(zip(compared, (MUTED, colour), strict=True)):
        grid.above(row, 0, f"{name}, {psnr_of_all(rows[name], rows[target]):.1f} dB", color=shade)
        for column, value in enumerate(psnr_of_each(rows[name], rows[target])):
            grid.below(row, column, f"{value:.1f}", color=shade)
    grid.above(len(compared), 0, target, color=INK)
