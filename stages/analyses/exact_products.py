"""Matrix products of bytes without rounding: the same on every machine, with any number of threads."""

import numpy as np
from jaxtyping import Float, UInt8

BLOCK = 256  # 256 products of two bytes are below 2^24, up to which float32 holds every whole number


def exact_product(
    left: UInt8[np.ndarray, "n inner"], right: UInt8[np.ndarray, "inner m"]
) -> Float[np.ndarray, "n m"]:
    """`left @ right`: in float32, and so fast, block by block of `inner`, the blocks summed in float64."""
    total = np.zeros((left.shape[0], right.shape[1]))
    for start in range(0, left.shape[1], BLOCK):
        block = slice(start, start + BLOCK)
        total += left[:, block].astype(np.float32) @ right[block].astype(np.float32)
    return total
