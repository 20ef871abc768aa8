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


def pairs_in_order(labels: UInt8[np.ndarray, "n"], count: int) -> Integer[np.ndarray, "m 2"]:
    """Each of the first `count` images with the next one of another class, the last followed by the first.

    Where all are of one class, each goes with the next.
    """
    n = len(labels)
    pairs = []
    for start in range(min(count, n)):
        others = (start + 1 + np.arange(n - 1)) % n
        different = others[labels[others] != labels[start]]
        pairs.append((start, int(different[0]) if len(different) else (start + 1) % n))
    return np.array(pairs)
