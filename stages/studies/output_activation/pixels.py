"""What single pixels of a decoder's output do: their range, and which of them stay black or are dead.

    black    below half a grey level for every image, though some of these images have ink there
    dead     exactly 0 for every image, though some have ink there

With y = max(0, a), a pixel that is dead has a ≤ 0 for every image, and so no gradient into its weights. A
sigmoid is 0 only where float32 ends (below a = −103), a linear output by accident.
"""

import numpy as np
from jaxtyping import Bool, Float, UInt8

HALF_A_GREY_LEVEL = 0.5 / 255  # what is below becomes the byte 0

Outputs = Float[np.ndarray, "n 28 28"]
Targets = UInt8[np.ndarray, "n 28 28"]


def black_pixels(outputs: Outputs, targets: Targets) -> Bool[np.ndarray, "28 28"]:
    """Pixels that are black in every output though not in every target."""
    return (outputs < HALF_A_GREY_LEVEL).all(axis=0) & inked_pixels(targets)


def dead_pixels(outputs: Outputs, targets: Targets) -> Bool[np.ndarray, "28 28"]:
    """Pixels that are exactly 0 in every output though not in every target."""
    return (outputs == 0).all(axis=0) & inked_pixels(targets)


def inked_pixels(targets: Targets) -> Bool[np.ndarray, "28 28"]:
    """Pixels with ink in some image."""
    return (targets > 0).any(axis=0)


def output_range(outputs: Outputs) -> dict[str, float]:
    """`smallest` and `largest` value, and the shares `below_0` and `above_1`."""
    return {
        "smallest": float(outputs.min()),
        "largest": float(outputs.max()),
        "below_0": float((outputs < 0).mean()),
        "above_1": float((outputs > 1).mean()),
    }
