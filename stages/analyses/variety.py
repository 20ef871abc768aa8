"""Whether made pictures differ from each other as real ones do: what a generator that collapses loses.

    variety = mean ‖a − b‖² over pairs of made pictures / the same over pairs of real ones

1: as different as real ones; near 0: one picture over and over. It does not say what they show: noise has
variety, too. The mean over all pairs needs no pairs: it is twice the summed variance of the pixels.
"""

import numpy as np
from jaxtyping import UInt8


def variety(made: UInt8[np.ndarray, "n 28 28"], real: UInt8[np.ndarray, "m 28 28"]) -> float:
    """Mean squared distance between two of `made`, over that between two of `real`."""
    return _mean_squared_distance(made) / _mean_squared_distance(real)


def _mean_squared_distance(images: UInt8[np.ndarray, "n 28 28"]) -> float:
    # E‖a − b‖² = 2 Σ_pixels Var over independent pairs; n/(n − 1) leaves out an image with itself
    return 2 * float(images.var(axis=0, ddof=1, dtype=np.float64).sum())
