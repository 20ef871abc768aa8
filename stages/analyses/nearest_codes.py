"""How far codes lie from the codes of known images, and which class is nearest.

    d(z) = min over training codes t of ‖z − t‖
    distance = mean d(random codes) / mean d(codes of unseen real images)

1: a random code lies as near to known codes as the code of an unseen image does; more: where the decoder has
seen no code. In a wide space a few times this distance is already nowhere: volume grows with its kth power.
"""

from functools import cached_property

import numpy as np
from jaxtyping import Float, Integer, UInt8
from sklearn.metrics import pairwise_distances_argmin_min
from threadpoolctl import threadpool_limits


class NearestCodes:
    """Codes of known images and their classes; codes of `unseen` images set the unit of distance."""

    def __init__(
        self,
        known: Float[np.ndarray, "n k"],
        labels: UInt8[np.ndarray, "n"],
        unseen: Float[np.ndarray, "m k"],
    ) -> None:
        self.known, self.labels, self.unseen = known, labels, unseen

    def distance(self, codes: Float[np.ndarray, "s k"]) -> float:
        """Mean distance of `codes` to the nearest known one, 1 for unseen real codes."""
        _, found = nearest(codes, self.known)
        return float(found.mean() / self._unit)

    def classes(self, codes: Float[np.ndarray, "s k"]) -> UInt8[np.ndarray, "s"]:
        """Class of the known code nearest to each of `codes`."""
        index, _ = nearest(codes, self.known)
        return self.labels[index]

    def widths(self) -> Float[np.ndarray, "classes"]:
        """Root mean squared distance of the known codes of each class from the middle of their class."""
        by_class = (self.known[self.labels == label] for label in np.unique(self.labels))
        return np.sqrt([codes.var(axis=0, dtype=np.float64).sum() for codes in by_class])

    @cached_property
    def _unit(self) -> float:
        _, distances = nearest(self.unseen, self.known)
        return distances.mean()


def nearest(
    codes: Float[np.ndarray, "s k"], known: Float[np.ndarray, "n k"]
) -> tuple[Integer[np.ndarray, "s"], Float[np.ndarray, "s"]]:
    """Index of the nearest of `known` to each of `codes`, and its Euclidean distance."""
    with threadpool_limits(1):
        return pairwise_distances_argmin_min(codes, known)
