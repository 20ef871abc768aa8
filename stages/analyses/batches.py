"""Running a model over many images (or codes), a batch at a time."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Shaped, UInt8
from torch import Tensor

from stages.common.runtime import Runtime
from stages.images.memory import check_memory
from stages.images.pixels import channels_first, to_unit
from stages.training.loop import EVALUATION_BATCH


def map_images(
    function: Callable[[Tensor], Tensor],
    images: UInt8[np.ndarray, "n height width *rgb"],
    runtime: Runtime,
    batch_size: int = EVALUATION_BATCH,
) -> Float[np.ndarray, "n *out"]:
    """`function` of all `images`, given to it as (batch, channels, height, width) in [0, 1]."""
    return _map(lambda batch: function(to_unit(channels_first(batch))), images, runtime, batch_size)


def map_codes(
    function: Callable[[Tensor], Tensor], codes: Float[np.ndarray, "n *code"], runtime: Runtime
) -> Float[np.ndarray, "n *out"]:
    """`function` of all `codes`."""
    return _map(function, codes, runtime, EVALUATION_BATCH)


@torch.inference_mode()
def _map(
    function: Callable[[Tensor], Tensor],
    inputs: Shaped[np.ndarray, "n *shape"],
    runtime: Runtime,
    batch_size: int,
) -> Float[np.ndarray, "n *out"]:
    outputs = None
    for start in range(0, len(inputs), batch_size):
        batch = torch.from_numpy(inputs[start : start + batch_size]).to(runtime.device)
        with runtime.autocast():
            output = function(batch).float().cpu().numpy()
        if outputs is None:  # one allocation: a list of parts would need twice the memory to join
            check_memory(
                len(inputs) * output[0].nbytes,
                "outputs of a model",
                "take fewer (embed.most_images), or a smaller code",
            )
            outputs = np.empty((len(inputs), *output.shape[1:]), np.float32)
        outputs[start : start + len(output)] = output
    return outputs
