"""Pairs of images to go from one to the other."""

import numpy as np
from jaxtyping import Integer, UInt8


def pairs_across_classes(
    labels: UInt8[np.ndarray, "n"], count: int, generator: np.random.Generator
) -> Integer[np.ndarray, "count 2"]:
    """Indices of `count` random pairs whose two images are of different classes."""
    starts = generator.integers(len(labels), size=count)
    ends = [generator.choice(np.flatnonzero(labels != labels[start])) for start in starts]
    return np.stack([starts, np.array(ends)], axis=1)
