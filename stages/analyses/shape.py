"""What the eye names first in a picture of a stroke: its slant, thickness, width, height, ink, and loops.

Of an image with the grey values g(r, c) in [0, 1] at row r and column c, in pixels unless said otherwise:

    ink        Σ g: so many pixels' worth of full ink
    height     √12 σ_r: the height of a filled rectangle whose ink spreads as far over the rows, σ_r² = Var(r)
    slant      arctan of the columns to the right per row upwards, −Cov(r, c) / σ_r²: degrees, 0 upright,
               positive leaning right as in /
    width      √12 σ of the columns once that slant is taken out, so that leaning does not count as width
    thickness  2 Σ g / Σ |∇g|: a long stroke of width t and length l has ink t l, and edges of length 2 l
    loops      regions of paper that ink encloses; ink is above half of the image's largest value, and regions
               that touch at a corner alone are apart

Variances and covariances are weighted by ink. All but `ink` are the same for a fainter copy of an image. An
image without ink has 0 everywhere.
"""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Integer, Shaped
from scipy import ndimage

MEASURES = ("slant", "thickness", "width", "height", "ink", "loops")

LEAST = 1e-6
SPREAD_OF_A_BAR = 12**0.5  # a uniform distribution's width, as a multiple of its standard deviation
WITHIN_AN_IMAGE = np.zeros((3, 3, 3))  # (image, row, column): pixels side by side, never two images
WITHIN_AN_IMAGE[1] = ndimage.generate_binary_structure(2, 1)


def shapes(images: Shaped[np.ndarray, "n h w"]) -> pd.DataFrame:
    """A row for each of `images` (uint8, or floats in [0, 1]), a column for each of `MEASURES`."""
    scale = 255 if images.dtype == np.uint8 else 1
    grey = images.astype(np.float64) / scale
    ink = grey.sum(axis=(1, 2))
    row, column, covariance = _moments(grey, np.maximum(ink, LEAST))
    shear = -covariance / np.maximum(row, LEAST)
    upright = column - np.square(shear) * row
    measured = {
        "slant": np.degrees(np.arctan(shear)),
        "thickness": 2 * ink / np.maximum(_edges(grey), LEAST),
        "width": SPREAD_OF_A_BAR * np.sqrt(upright.clip(min=0)),
        "height": SPREAD_OF_A_BAR * np.sqrt(row),
        "ink": ink,
        "loops": _loops(grey > np.maximum(grey.max(axis=(1, 2), keepdims=True) / 2, LEAST)),
    }
    return pd.DataFrame({name: measured[name] for name in MEASURES})


def _moments(
    grey: Float[np.ndarray, "n h w"], ink: Float[np.ndarray, "n"]
) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """Variance of the rows, of the columns, and their covariance, weighted by ink."""
    rows, columns = (np.arange(side, dtype=np.float64) for side in grey.shape[1:])
    by_row, by_column = grey.sum(axis=2), grey.sum(axis=1)
    row, column = by_row @ rows / ink, by_column @ columns / ink
    return (
        (by_row @ rows**2 / ink - row**2).clip(min=0),
        (by_column @ columns**2 / ink - column**2).clip(min=0),
        (grey @ columns) @ rows / ink - row * column,
    )


def _edges(grey: Float[np.ndarray, "n h w"]) -> Float[np.ndarray, "n"]:
    """Σ |∇g|: total length of the edges, a faint one counting for less; paper is around the image."""
    padded = np.pad(grey, ((0, 0), (1, 1), (1, 1)))
    down = np.diff(padded, axis=1)[:, :, :-1]
    across = np.diff(padded, axis=2)[:, :-1]
    return np.hypot(down, across).sum(axis=(1, 2))


def _loops(ink: Bool[np.ndarray, "n h w"]) -> Integer[np.ndarray, "n"]:
    """Regions of paper in each image, less the one around the ink."""
    paper = np.pad(~ink, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    labels, count = ndimage.label(paper, WITHIN_AN_IMAGE)
    image_of = np.zeros(count + 1, int)
    image_of[labels] = np.arange(len(ink))[:, None, None]
    return np.bincount(image_of[1:], minlength=len(ink)) - 1
