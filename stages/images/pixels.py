"""Images as bytes, which are kept, and as numbers in [0, 1], which are computed with."""

import numpy as np
from jaxtyping import Float, UInt8
from torch import Tensor


def to_unit(images: UInt8[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Bytes 0…255 → [0, 1]."""
    return images.float().div_(255)


def to_bytes(images: Float[Tensor, "*shape"]) -> UInt8[np.ndarray, "*shape"]:
    """Images in [0, 1] (what lies outside is clipped) → 0…255 in NumPy."""
    return images.detach().float().clamp(0, 1).mul(255).round().byte().cpu().numpy()
