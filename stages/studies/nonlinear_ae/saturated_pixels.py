"""Outputs of a sigmoid at which it is flat: y (1 − y), its slope, is next to nothing there.

Through a flat sigmoid a squared error passes hardly any gradient, whether the pixel is right or wrong.
"""

import numpy as np
from jaxtyping import Float

EDGE = 0.01  # from 0 or 1: there the slope is 1/25 of the largest at most
WRONG = 0.5  # from the pixel's value

Pixels = Float[np.ndarray, "n height width"]


def saturated_share(outputs: Pixels) -> float:
    """Share of the pixels whose output is within `EDGE` of 0 or 1."""
    return float(saturated(outputs).mean())


def stuck_share(outputs: Pixels, images: Pixels) -> float:
    """Share of the pixels that are saturated and off by more than `WRONG`."""
    return float((saturated(outputs) & (np.abs(outputs - images) > WRONG)).mean())


def saturated(outputs: Pixels) -> np.ndarray:
    """Where outputs are within `EDGE` of 0 or 1."""
    return (outputs < EDGE) | (outputs > 1 - EDGE)
