"""How like real images are those that a model makes up: distances to the nearest training image.

    distance(x) = min over training images t of √(1/P Σ (x − t)²)          P = 784 pixels, in [0, 1]

Given as a multiple of the same distance for real test images: 1 is as near to what is known as an unseen
real image is. Blur brings an image nearer to all others, so less than 1 is not better than real.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, UInt8

from stages.analyses.exact_products import exact_product

Images = UInt8[np.ndarray, "_ _ _ *rgb"]

REAL = 200  # test images that set the scale
PART = 6000  # training images at a time: full MNIST would need a table of hundreds of megabytes


class Likeness:
    """Measures made-up images against `training` ones, on the scale that real `test` images set."""

    def __init__(self, training: Images, test: Images) -> None:
        self.training = training
        # Where every test image is in the training set too, one grey level is the scale.
        self.real = max(float(nearest_distance(test[:REAL], training).mean()), 1 / 255)

    def distance(self, images: Images) -> float:
        """Mean distance of `images`, 1 for real ones."""
        return float(nearest_distance(images, self.training).mean()) / self.real

    def metrics(self, pictures: Mapping[str, np.ndarray]) -> dict[str, dict[str, float]]:
        """`interpolation` and `samples` of one model, from the arrays of `Pictures.measured`."""
        return {
            "interpolation": {
                "midpoint_distance": self.distance(pictures["measured_middles"]),
                "crossfade_distance": self.distance(pictures["measured_crossfades"]),
            },
            "samples": {
                "prior_distance": self.distance(pictures["measured_prior"]),
                "fitted_distance": self.distance(pictures["measured_fitted"]),
            },
        }


def nearest_distance(
    images: UInt8[np.ndarray, "n height width *rgb"], training: UInt8[np.ndarray, "m height width *rgb"]
) -> Float[np.ndarray, "n"]:
    """Root mean squared difference of each image to the nearest of `training`, in units of [0, 1]."""
    squares = np.full(len(images), np.inf)
    for start in range(0, len(training), PART):
        part = _squared_distances(images, training[start : start + PART]).min(axis=1)
        squares = np.minimum(squares, part)
    return np.sqrt(squares / images[0].size) / 255


def _squared_distances(
    images: UInt8[np.ndarray, "n height width *rgb"], others: UInt8[np.ndarray, "m height width *rgb"]
) -> Float[np.ndarray, "n m"]:
    # (a − b)² = a² + b² − 2ab: one product of matrices instead of a table of n × m × 784
    a, b = images.reshape(len(images), -1), others.reshape(len(others), -1)
    return _squares(a)[:, None] + _squares(b) - 2 * exact_product(a, b.T)


def _squares(flat: UInt8[np.ndarray, "n pixels"]) -> Float[np.ndarray, "n"]:
    return np.square(flat, dtype=np.uint16).sum(axis=1, dtype=np.float64)
