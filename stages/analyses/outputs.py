"""What a model's outputs are like as numbers, before anything is clipped: range, variety, dead pixels."""

import numpy as np
from jaxtyping import Bool, Float, UInt8

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.models.interface import Autoencoder

BLACK = 0.5 / 255  # what is below becomes the byte 0


def raw_outputs(
    model: Autoencoder, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime
) -> Float[np.ndarray, "n 28 28"]:
    """Reconstructions as the model gives them, in units of [0, 1], which they may leave."""
    return map_images(model.reconstruct, images, runtime)[:, 0]


def variety(outputs: Float[np.ndarray, "n 28 28"], targets: UInt8[np.ndarray, "n 28 28"]) -> float:
    """Variance from image to image, over all pixels, as a share of the targets'; 0: all outputs alike."""
    return float(outputs.var(axis=0).sum() / (targets / np.float32(255)).var(axis=0).sum())


def dead_pixels(
    outputs: Float[np.ndarray, "n 28 28"], targets: UInt8[np.ndarray, "n 28 28"]
) -> Bool[np.ndarray, "28 28"]:
    """Pixels that are black in every output though not in every target."""
    return (outputs < BLACK).all(axis=0) & (targets > 0).any(axis=0)


def output_range(outputs: Float[np.ndarray, "n 28 28"]) -> dict[str, float]:
    """`smallest` and `largest` value, and the shares `below_0` and `above_1`."""
    return {
        "smallest": float(outputs.min()),
        "largest": float(outputs.max()),
        "below_0": float((outputs < 0).mean()),
        "above_1": float((outputs > 1).mean()),
    }
