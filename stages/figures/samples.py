"""Random codes, decoded: what comes out where no image was put in."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, grid_height, in_rows
from stages.figures.page import BODY, page, write
from stages.figures.subject import Subject

COLUMNS, GAP, TOP, BETWEEN = 4, 4, 40, 48  # images a row; image pixels; page pixels

HEADINGS = {
    "plain": ("standard normal codes", "Gaussian fitted to codes"),
    "gaussian": ("codes from N(0, 1)", "Gaussian fitted to codes"),
    "sparse": ("random units, switched on", "each unit as often as in codes"),
}


def draw(
    prior: UInt8[np.ndarray, "n h w *rgb"], fitted: UInt8[np.ndarray, "m h w *rgb"], subject: Subject
) -> Figure:
    """Draw the two sets side by side, under headings that say how their codes were drawn."""
    sets = dict(zip(HEADINGS[subject.code], (prior, fitted), strict=True))
    return draw_sets(sets, f"{subject.name}: random codes, decoded", subject.colour)


def draw_sets(
    sets: Mapping[str, UInt8[np.ndarray, "_ h w *rgb"]],
    title: str,
    colour: str,
    colours: Sequence[str] = (),
) -> Figure:
    """Draw two or three sets of images side by side, each under its heading; `colours`: if they differ."""
    width = (BODY - BETWEEN * (len(sets) - 1)) / len(sets)
    sheets = [in_rows(images, COLUMNS) for images in sets.values()]
    across, down = sheets[0].shape[3], sheets[0].shape[2]
    scale = width / (COLUMNS * (across + GAP) - GAP)
    scale = int(scale) if scale >= 1 else scale
    height = TOP + max(grid_height(len(sheet), down, scale, GAP) for sheet in sheets)
    figure = page(height, title, colour)
    headings = zip(sets, sheets, colours or [colour] * len(sets), strict=True)
    for index, (heading, sheet, own) in enumerate(headings):
        left = index * (width + BETWEEN)
        write(figure, left, 12, heading, weight="bold", color=own)
        draw_grid(figure, sheet, left, TOP, scale, (GAP, GAP))
    return figure
