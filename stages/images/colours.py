"""From colours to grey and back, of images as they are kept."""

import numpy as np
from jaxtyping import Shaped, UInt8

from stages.common.large_arrays import blocks, filled

RED_GREEN_BLUE = np.array([0.299, 0.587, 0.114])  # Rec. 601, as Pillow has them


def luminance(images: Shaped[np.ndarray, "n height width *rgb"]) -> Shaped[np.ndarray, "n height width"]:
    """How bright the images look; grey ones as they are."""
    if images.ndim == 3:
        return images
    bright = images @ RED_GREEN_BLUE
    return (bright.round() if images.dtype == np.uint8 else bright).astype(images.dtype)


def without_colour(
    images: UInt8[np.ndarray, "n height width *rgb"],
) -> UInt8[np.ndarray, "n height width ..."]:
    """As grey images, if no pixel of any has a colour; else as they are."""
    parts = [images[block] for block in blocks(images.shape)]
    if images.ndim == 3 or not all((part == part[..., :1]).all() for part in parts):
        return images
    return filled(images.shape[:3], (part[..., 0] for part in parts))


def in_channels(
    images: Shaped[np.ndarray, "n height width *rgb"], channels: int
) -> Shaped[np.ndarray, "n height width ..."]:
    """Grey images as RGB where there should be three channels."""
    return np.stack([images] * 3, axis=3) if channels == 3 and images.ndim == 3 else images
