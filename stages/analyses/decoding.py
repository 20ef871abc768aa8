"""Pictures that a decoder makes of codes."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from stages.analyses.batches import map_codes
from stages.common.runtime import Runtime
from stages.images.pixels import channels_last, to_bytes


def decoded_images(
    decode: Callable[[Tensor], Tensor], codes: Float[np.ndarray, "n *code"], runtime: Runtime
) -> UInt8[np.ndarray, "n height width *rgb"]:
    """What `decode` makes of `codes`, clipped to [0, 1], as bytes."""
    return channels_last(to_bytes(torch.from_numpy(map_codes(decode, codes, runtime))))
