"""What filters as large as a stroke or a digit show: a digit, a part of one, a stroke, or noise.

Of each filter w, the positive weights above a quarter of the largest one fall into connected blobs, and the
one of largest energy is its *blob*:

    share = Σ_blob w² / Σ w²        near 1: one connected mark; near 0: ink and its opposite scattered
    area  = pixels of the blob      as a multiple of the same of a typical digit (the median of images)

A filter is the first that holds of

    digit    correlates to at least `digit_from` with some training image
    noise    share below `noise_below`
    stroke   area below `stroke_below` of a typical digit's
    part     else: one mark, too large for a stroke, and like no digit as a whole

Where the lines are drawn is a choice; between settings of a model the shares can be compared.
"""

import numpy as np
from jaxtyping import Float, UInt8
from pydantic import Field
from scipy import ndimage

from stages.common.settings import Fraction, Section

KINDS = ("digit", "part", "stroke", "noise")
FAINT = 0.25  # of the largest weight: what is below is not part of a blob
TOUCHING = np.ones((3, 3))  # pixels that touch at a corner are connected
LEAST = 1e-12


class Settings(Section):
    """A section `kinds`: where the lines between kinds of filters are drawn."""

    digit_from: Fraction = Field(description="correlation with a training image from which it is a digit")
    noise_below: Fraction = Field(description="share of energy in one blob below which it is noise")
    stroke_below: Fraction = Field(description="area, of a typical digit's, below which it is a stroke")


def shares_of_kinds(
    filters: Float[np.ndarray, "f h w"], images: UInt8[np.ndarray, "n 28 28"], settings: Settings
) -> dict[str, float]:
    """Share of `filters` of each kind, and the mean `blob_share`; `images` say what a digit is.

    Filters smaller than an image, kernels, cannot be digits.
    """
    share, area = blobs(filters)
    typical = float(np.median(blobs(images.astype(np.float64))[1]))
    whole = filters.shape[1:] == images.shape[1:]
    likeness = best_correlation(filters, images) if whole else np.zeros(len(filters))
    digit = likeness >= settings.digit_from
    noise = ~digit & (share < settings.noise_below)
    stroke = ~digit & ~noise & (area < settings.stroke_below * typical)
    members = (digit, ~(digit | noise | stroke), stroke, noise)
    found = {kind: float(mask.mean()) for kind, mask in zip(KINDS, members, strict=True)}
    return found | {"blob_share": float(share.mean())}


def blobs(filters: Float[np.ndarray, "f h w"]) -> tuple[Float[np.ndarray, "f"], Float[np.ndarray, "f"]]:
    """Share of energy, and area in pixels, of the largest blob of each filter; 0 of one without ink."""
    found = np.array([_largest_blob(one.astype(np.float64)) for one in filters])
    return found[:, 0], found[:, 1]


def best_correlation(
    filters: Float[np.ndarray, "f 28 28"], images: UInt8[np.ndarray, "n 28 28"]
) -> Float[np.ndarray, "f"]:
    """Correlation (over pixels) of each filter with the image that it resembles most."""
    return (_standardised(filters) @ _standardised(images).T).max(axis=1)


def _largest_blob(weights: Float[np.ndarray, "h w"]) -> tuple[float, float]:
    ink = weights.clip(min=0)
    if not ink.any():
        return 0.0, 0.0
    labels, count = ndimage.label(ink > FAINT * ink.max(), TOUCHING)
    energies = ndimage.sum_labels(np.square(ink), labels, np.arange(1, count + 1))
    area = np.bincount(labels.ravel())[1 + energies.argmax()]
    return float(energies.max() / np.square(weights).sum()), float(area)


def _standardised(rows: np.ndarray) -> Float[np.ndarray, "n pixels"]:
    """Mean 0 and length 1; a constant row becomes 0."""
    flat = rows.reshape(len(rows), -1).astype(np.float32)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), LEAST)
