"""How good a reconstruction is. All take images in [0, 1], one number an image unless said otherwise.

With x the clean target, y the reconstruction, P = 784 pixels:

    mse            1/P Σ (x − y)²
    psnr_db        −10 log₁₀ mse                                  (peak value 1)
    cross_entropy  −1/P Σ [x log y + (1 − x) log(1 − y)]          (nats a pixel)

The cross-entropy of grey targets does not reach 0: y = x gives their own entropy.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

Pair = tuple[Float[np.ndarray, "_ *pixels"], Float[np.ndarray, "_ *pixels"]]  # of targets and outputs

EPSILON = 1e-6  # keeps log finite; the smallest probability that float32 tells apart next to 1 is 6e-8


def mse(
    target: Float[np.ndarray, "n *pixels"], output: Float[np.ndarray, "n *pixels"]
) -> Float[np.ndarray, "n"]:
    """Mean squared error of each image."""
    return np.square(target - output).reshape(len(target), -1).mean(axis=1)


def psnr_db(mean_squared_error: Float[np.ndarray, "*n"] | float) -> Float[np.ndarray, "*n"] | float:
    """Peak signal-to-noise ratio in dB of a mean squared error; of a set of images: of their mean error."""
    return -10 * np.log10(np.maximum(mean_squared_error, 1e-12))


def cross_entropy(
    target: Float[np.ndarray, "n *pixels"], output: Float[np.ndarray, "n *pixels"]
) -> Float[np.ndarray, "n"]:
    """Cross-entropy of each image, mean over pixels, in nats; outputs are clipped to [1e-6, 1 − 1e-6]."""
    inside = np.clip(output, EPSILON, 1 - EPSILON)
    nats = -(target * np.log(inside) + (1 - target) * np.log1p(-inside))
    return nats.reshape(len(target), -1).mean(axis=1)


def reconstruction_metrics(
    target: Float[np.ndarray, "n *pixels"], output: Float[np.ndarray, "n *pixels"]
) -> dict[str, float]:
    """`mse`, `psnr_db` and `cross_entropy` of a whole set."""
    return metrics_of_blocks([(target, output)])


def metrics_of_blocks(pairs: Iterable[Pair]) -> dict[str, float]:
    """The same of a set whose targets and outputs come block by block."""
    errors, entropies = zip(*((mse(*pair), cross_entropy(*pair)) for pair in pairs), strict=True)
    error = float(np.concatenate(errors).mean())
    return {
        "mse": error,
        "psnr_db": float(psnr_db(error)),
        "cross_entropy": float(np.concatenate(entropies).mean()),
    }
