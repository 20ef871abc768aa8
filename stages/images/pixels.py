"""Images as bytes, which are kept, and as numbers in [0, 1], which are computed with.

Kept images have their colours last, (n, height, width, 3), and none if they are grey, (n, height, width);
networks take (n, channels, height, width).
"""

import numpy as np
from jaxtyping import Float, Shaped, UInt8
from torch import Tensor


def to_unit(images: UInt8[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Bytes 0…255 → [0, 1]."""
    return images.float().div_(255)


def to_bytes(images: Float[Tensor, "*shape"]) -> UInt8[np.ndarray, "*shape"]:
    """Images in [0, 1] (what lies outside is clipped) → 0…255 in NumPy."""
    return images.detach().float().clamp(0, 1).mul(255).round().byte().cpu().numpy()


def channels_first(
    images: Shaped[Tensor, "n height width *rgb"],
) -> Shaped[Tensor, "n channels height width"]:
    """Kept images → as networks take them."""
    return images.unsqueeze(1) if images.dim() == 3 else images.movedim(3, 1).contiguous()


def channels_last(
    images: Shaped[np.ndarray, "n channels height width"],
) -> Shaped[np.ndarray, "n height width *rgb"]:
    """Images of a network → as they are kept."""
    return images[:, 0] if images.shape[1] == 1 else np.ascontiguousarray(np.moveaxis(images, 1, 3))
