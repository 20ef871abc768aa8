"""Whether pictures differ from each other as real ones do: what a model loses whose outputs are all alike.

    variety = mean ‖a − b‖² over pairs of made pictures / the same over pairs of real ones

1: as different as real ones; near 0: one picture over and over. It does not say what they show: noise has
variety, too. The mean over all pairs needs no pairs: it is twice the summed variance of the pixels.
"""

import numpy as np
from jaxtyping import Float, UInt8

Images = UInt8[np.ndarray, "_ _ _ *rgb"] | Float[np.ndarray, "_ _ _ *rgb"]  # bytes, or in units of [0, 1]


def variety(made: Images, real: Images) -> float:
    """Mean squared distance between two of `made`, over that between two of `real`."""
    return mean_squared_distance(made) / mean_squared_distance(real)


def mean_squared_distance(images: Images) -> float:
    """Mean ‖a − b‖² over pairs of `images`, in units of [0, 1] squared."""
    # E‖a − b‖² = 2 Σ_pixels Var over independent pairs; n/(n − 1) leaves out an image with itself
    white = 255 if images.dtype == np.uint8 else 1
    return 2 * float(images.var(axis=0, ddof=1, dtype=np.float64).sum()) / white**2
