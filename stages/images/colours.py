"""From colours to grey and back, of images as they are kept."""

import numpy as np
from jaxtyping import Shaped

RED_GREEN_BLUE = np.array([0.299, 0.587, 0.114])  # Rec. 601, as Pillow has them


def luminance(images: Shaped[np.ndarray, "n height width *rgb"]) -> Shaped[np.ndarray, "n height width"]:
    """How bright the images look; grey ones as they are."""
    if images.ndim == 3:
        return images
    bright = images @ RED_GREEN_BLUE
    return (bright.round() if images.dtype == np.uint8 else bright).astype(images.dtype)


def without_colour(
    images: Shaped[np.ndarray, "n height width *rgb"],
) -> Shaped[np.ndarray, "n height width ..."]:
    """As grey images, if no pixel of any has a colour; else as they are."""
    is_grey = images.ndim == 4 and (images == images[..., :1]).all()
    return images[..., 0] if is_grey else images


def in_channels(
    images: Shaped[np.ndarray, "n height width *rgb"], channels: int
) -> Shaped[np.ndarray, "n height width ..."]:
    """Grey images as RGB where there should be three channels."""
    return np.stack([images] * 3, axis=3) if channels == 3 and images.ndim == 3 else images
