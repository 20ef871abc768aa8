"""How far codes drawn at random lie from the codes of real images, and whose neighbours they are.

    d(z) = min over training codes t of ‖z − t‖
    distance = mean d(random codes) / mean d(codes of unseen real images)

1: a random code lies as near to known codes as the code of an unseen image does; more: where the decoder has
seen no code. In a wide space a few times this distance is already nowhere: volume grows with its kth power.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer, UInt8
from scipy.special import expit, logit
from sklearn.metrics import pairwise_distances_argmin_min
from threadpoolctl import threadpool_limits

from stages.analyses.sampling import fitted_gaussian

EDGE = 1e-6  # codes are kept so far from the faces of the cube, where a logit is infinite


@dataclass(frozen=True)
class Neighbourhood:
    """Known codes with their classes, and the distance at which unseen real codes lie from them."""

    codes: Float[np.ndarray, "n k"]
    labels: UInt8[np.ndarray, "n"]
    unseen: Float[np.ndarray, "m k"]

    def distance(self, codes: Float[np.ndarray, "_ k"]) -> float:
        """Mean distance of `codes` to the nearest known one, 1 for unseen real codes."""
        _, real = nearest(self.unseen, self.codes)
        _, found = nearest(codes, self.codes)
        return float(found.mean() / real.mean())

    def neighbours(self, codes: Float[np.ndarray, "s k"]) -> UInt8[np.ndarray, "s"]:
        """Class of the known code nearest to each of `codes`."""
        index, _ = nearest(codes, self.codes)
        return self.labels[index]


def nearest(
    codes: Float[np.ndarray, "s k"], known: Float[np.ndarray, "n k"]
) -> tuple[Integer[np.ndarray, "s"], Float[np.ndarray, "s"]]:
    """Index of the nearest of `known` to each of `codes`, and its Euclidean distance."""
    with threadpool_limits(1):
        return pairwise_distances_argmin_min(codes, known)


def class_widths(
    codes: Float[np.ndarray, "n k"], labels: UInt8[np.ndarray, "n"]
) -> Float[np.ndarray, "classes"]:
    """Root mean squared distance of the codes of each class from the middle of their class."""
    variances = [codes[labels == label].var(axis=0, dtype=np.float64).sum() for label in np.unique(labels)]
    return np.sqrt(variances)


def squashed(codes: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """σ(z): from the line into (0, 1)."""
    return expit(codes)


def fitted_in_cube(
    codes: Float[np.ndarray, "n k"], count: int, generator: np.random.Generator
) -> Float[np.ndarray, "count k"]:
    """Codes in the unit cube: a Gaussian fitted to the logits of `codes`, squashed."""
    return squashed(fitted_gaussian(logit(codes.clip(EDGE, 1 - EDGE)), count, generator))
