"""Whether labels tell images apart: own images may come without classes, and then all have the same label."""

import numpy as np
from jaxtyping import UInt8


def have_classes(labels: UInt8[np.ndarray, "n"]) -> bool:
    """Whether there are two classes or more. Ask it of training images: there every class occurs."""
    return bool(labels.min() < labels.max())
