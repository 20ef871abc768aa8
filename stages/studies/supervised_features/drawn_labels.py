"""How many labels classifiers learn from, and which."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Integer, UInt8

from stages.common.errors import StudyError


def label_counts(wanted: Sequence[int], available: int) -> tuple[int, ...]:
    """Numbers of labels to learn from, all of them last.

    Raises:
        StudyError: more are asked for than there are.
    """
    most = max(wanted, default=0)
    if most >= available:
        raise StudyError(
            f"supervised_features.labels asks for {most}; it should be less than {available}, "
            "which are all training images"
        )
    return (*wanted, available)


def balanced(
    labels: UInt8[np.ndarray, "n"], count: int, generator: np.random.Generator
) -> Integer[np.ndarray, "count"]:
    """Indices of `count` images, as many of each class as can be: shuffled classes take turns."""
    order = generator.permutation(len(labels))
    turn = np.empty(len(labels), int)  # the how-manieth of its class an image is
    for label in np.unique(labels):
        members = order[labels[order] == label]
        turn[members] = np.arange(len(members))
    return order[np.argsort(turn[order], kind="stable")][:count]
