"""How the codes of one digit lie among those of the others.

    separation of a digit    mean silhouette of its codes: (b − a) / max(a, b), a the mean distance of a code
                             to its own digit's codes, b to those of the nearest other digit
    middle of a path         (z₁ + z₂) / 2, z₁ a code of the digit, z₂ one of another digit

A separation near 1 is a tight cluster far from all others, 0 and less a cluster that runs into another one.
Reference: Rousseeuw, *Silhouettes*, Journal of Computational and Applied Mathematics 20 (1987).
"""

import numpy as np
from jaxtyping import Bool, Float, UInt8
from sklearn.metrics import silhouette_samples
from threadpoolctl import threadpool_limits

from stages.analyses.nearest_codes import NearestCodes, nearest

CLASSES = 10
FAR = 0.95  # nowhere: farther from known codes than this share of the codes of unseen images


def separation(
    codes: Float[np.ndarray, "n k"], labels: UInt8[np.ndarray, "n"]
) -> Float[np.ndarray, "classes"]:
    """Mean silhouette of each digit's codes."""
    with threadpool_limits(1):
        silhouettes = silhouette_samples(codes.astype(np.float64), labels)
    return np.array([silhouettes[labels == digit].mean() for digit in range(CLASSES)])


def path_middles(
    codes: Float[np.ndarray, "n k"],
    labels: UInt8[np.ndarray, "n"],
    count: int,
    generator: np.random.Generator,
) -> list[Float[np.ndarray, "count k"]]:
    """Of each digit the middles of `count` straight paths from its codes to codes of other digits."""
    middles = []
    for digit in range(CLASSES):
        own, others = (np.flatnonzero(chosen) for chosen in (labels == digit, labels != digit))
        starts, ends = (codes[generator.choice(index, count)] for index in (own, others))
        middles.append((starts + ends) / 2)
    return middles


def far(codes: Float[np.ndarray, "s k"], real: NearestCodes) -> float:
    """Share of `codes` farther from the known ones than all but 5 % of the unseen real codes."""
    (_, found), (_, unseen) = (nearest(some, real.known) for some in (codes, real.unseen))
    return float(np.mean(found > np.quantile(unseen, FAR)))


def passing(
    accepted: Bool[np.ndarray, "n"], labels: UInt8[np.ndarray, "n"], least: int = 5
) -> Bool[np.ndarray, "n"]:
    """`accepted`, but all of a digit of which fewer than `least` are: paths have to start somewhere."""
    few = np.bincount(labels[accepted], minlength=CLASSES) < least
    return accepted | few[labels]
