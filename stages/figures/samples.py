"""Random codes, decoded: what comes out where no image was put in."""

from collections.abc import Mapping

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
CAPTIONS = {
    "plain": """
    Left: codes from the standard normal. Right: from a Gaussian with the mean and covariance of the
    training codes. Nothing in this objective says where codes should lie, so the left side shows what N(0,
    1) happens to hit.

    Read off: how many look like digits, and whether aiming at where the codes are (right) helps.

    Not to be read off: how likely anything is. This model defines no distribution over images.
    """,
    "gaussian": """
    Left: codes from N(0, 1), the prior; with β = 0 nothing pulls the codes of images to it. Right: from a
    Gaussian with the mean and covariance of the training codes. Shown is the decoder's mean, hence soft
    edges.

    Read off: how many look like digits, and whether the sides differ. The less they do, the better the
    codes of real images fill N(0, 1).

    Not to be read off: how often the model makes which digit. These are too few to count.
    """,
    "sparse": """
    Thousands of units, most of them silent, have no use for a standard normal. Shown instead: left, as many
    random units switched on as real codes have; right, every unit drawn from its own histogram,
    independently of all others.

    Read off: what the units are (strokes), and that strokes thrown together at random make no digit.

    Not to be read off: a fault in training. Which units go together is not part of this model; it describes
    images, it does not generate them.
    """,
}


def draw(prior: UInt8[np.ndarray, "n h w"], fitted: UInt8[np.ndarray, "m h w"], subject: Subject) -> Figure:
    """Draw the two sets side by side, under headings that say how their codes were drawn."""
    sets = dict(zip(HEADINGS[subject.code], (prior, fitted), strict=True))
    return draw_sets(sets, f"{subject.name}: random codes, decoded", CAPTIONS[subject.code], subject.colour)


def draw_sets(
    sets: Mapping[str, UInt8[np.ndarray, "_ h w"]], title: str, caption: str, colour: str
) -> Figure:
    """Draw two or three sets of images side by side, each under its heading."""
    width = (BODY - BETWEEN * (len(sets) - 1)) / len(sets)
    sheets = [in_rows(images, COLUMNS) for images in sets.values()]
    side = sheets[0].shape[-1]
    scale = max(1, int(width / (COLUMNS * (side + GAP) - GAP)))
    height = TOP + max(grid_height(len(sheet), side, scale, GAP) for sheet in sheets)
    figure = page(height, title, caption, colour)
    for index, (heading, sheet) in enumerate(zip(sets, sheets, strict=True)):
        left = index * (width + BETWEEN)
        write(figure, left, 12, heading, weight="bold", color=colour)
        draw_grid(figure, sheet, left, TOP, scale, (GAP, GAP))
    return figure
