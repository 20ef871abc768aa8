"""What filters as large as a stroke or a digit show: a digit, a part of one, a stroke, or noise.

Of a filter w two measures need no line to be drawn:

    likeness     max over training images x of the correlation of w and x      1: w is one of them
    smoothness   Moran's I: N/P Σ_(i,j) (w_i − w̄)(w_j − w̄) / Σ_i (w_i − w̄)²    1: smooth; 0: noise

with N pixels and P pairs (i, j) of pixels side by side or one above the other. A count of kinds does need
lines. The positive weights above a quarter of the largest one fall into connected blobs, and the one of
largest energy is the filter's *blob*:

    share = Σ_blob w² / Σ w²        near 1: one connected mark; near 0: ink and its opposite scattered
    area  = pixels of the blob      as a multiple of the same of a typical digit (the median of images)

A filter is the first that holds of

    digit    likeness of at least `digit_from`
    noise    share below `noise_below`
    stroke   area below `stroke_below`
    part     else: one mark, too large for a stroke, and like no digit as a whole

Where the three lines are drawn is a choice. So each is also moved to either side, and what hangs on them is
told: 27 counts in place of one.

Reference: Moran, *Notes on Continuous Stochastic Phenomena*, Biometrika 37 (1950).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Float, Integer, UInt8
from pydantic import Field
from scipy import ndimage

from stages.common.settings import Fraction, Section

KINDS = ("digit", "part", "stroke", "noise")
FAINT = 0.25  # of the largest weight: what is below is not part of a blob
TOUCHING = np.ones((3, 3))  # pixels that touch at a corner are connected
LEAST = 1e-12

Lines = tuple[float, float, float]  # digit_from, noise_below, stroke_below


class Settings(Section):
    """A section `kinds`: where the lines between kinds of filters are drawn."""

    digit_from: Fraction = Field(description="likeness from which a filter is a digit")
    noise_below: Fraction = Field(description="share of energy in one blob below which it is noise")
    stroke_below: Fraction = Field(description="area, of a typical digit's, below which it is a stroke")
    moved: Fraction = Field(description="by so much each line is moved, to see what hangs on it")

    @property
    def lines(self) -> Lines:
        """Where they are."""
        return self.digit_from, self.noise_below, self.stroke_below

    @property
    def all_lines(self) -> list[Lines]:
        """Each line where it is, and moved to either side, in all combinations."""
        return list(product(*((line - self.moved, line, line + self.moved) for line in self.lines)))


@dataclass(frozen=True)
class Marks:
    """Measures of filters, one value a filter."""

    likeness: Float[np.ndarray, "f"]
    share: Float[np.ndarray, "f"]
    area: Float[np.ndarray, "f"]  # 1: a typical digit's

    @classmethod
    def of(cls, filters: Float[np.ndarray, "f _ _"], images: UInt8[np.ndarray, "n h w"]) -> "Marks":
        """Of `filters`; `images` say what a digit is. Kernels, smaller than an image, are like none."""
        share, area = blobs(filters)
        typical = float(np.median(blobs(images.astype(np.float64))[1]))
        whole = filters.shape[1:] == images.shape[1:]
        likeness = best_correlation(filters, images) if whole else np.zeros(len(filters))
        return cls(likeness, share, area / typical)

    def of_kind(self, lines: Lines) -> Integer[np.ndarray, "f"]:
        """The kind of each filter, as an index into `KINDS`."""
        digit_from, noise_below, stroke_below = lines
        rules = (self.likeness >= digit_from, self.share < noise_below, self.area < stroke_below)
        return np.select(
            rules, [KINDS.index(kind) for kind in ("digit", "noise", "stroke")], KINDS.index("part")
        )

    def shares(self, lines: Lines) -> dict[str, float]:
        """Share of the filters that are of each kind."""
        found = self.of_kind(lines)
        return {kind: float(np.mean(found == index)) for index, kind in enumerate(KINDS)}

    def kinds(self, settings: Settings) -> list[dict[str, str | float]]:
        """A row a kind: `share`, `lowest` and `highest` over all lines, and how often it is `commonest`."""
        moved = [self.shares(lines) for lines in settings.all_lines]
        winners = [max(KINDS, key=shares.__getitem__) for shares in moved]
        share = self.shares(settings.lines)
        return [
            {
                "kind": kind,
                "share": share[kind],
                "lowest": min(shares[kind] for shares in moved),
                "highest": max(shares[kind] for shares in moved),
                "commonest": winners.count(kind) / len(winners),
            }
            for kind in KINDS
        ]


def blobs(filters: Float[np.ndarray, "f h w"]) -> tuple[Float[np.ndarray, "f"], Float[np.ndarray, "f"]]:
    """Share of energy, and area in pixels, of the largest blob of each filter; 0 of one without ink."""
    found = np.array([_largest_blob(one.astype(np.float64)) for one in filters])
    return found[:, 0], found[:, 1]


def best_correlation(
    filters: Float[np.ndarray, "f h w"], images: UInt8[np.ndarray, "n h w"]
) -> Float[np.ndarray, "f"]:
    """Correlation (over pixels) of each filter with the image that it resembles most."""
    return (_standardised(filters) @ _standardised(images).T).max(axis=1)


def smoothness(filters: Float[np.ndarray, "f h w"]) -> Float[np.ndarray, "f"]:
    """Moran's I of each filter, neighbours being side by side or one above the other; 0 of a constant one."""
    _, height, width = filters.shape
    centred = filters.astype(np.float64) - filters.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
    pairs = height * (width - 1) + (height - 1) * width
    beside = (centred[:, :, 1:] * centred[:, :, :-1]).sum(axis=(1, 2))
    above = (centred[:, 1:] * centred[:, :-1]).sum(axis=(1, 2))
    variance = np.square(centred).mean(axis=(1, 2))
    return (beside + above) / pairs / np.maximum(variance, LEAST)


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
