"""Sigmoid units that have stopped to tell images apart.

A sigmoid's slope is σ(1 − σ): at most 1/4, and below 0.01 where its value is within 0.01 of 0 or 1. There it
is *saturated*, and passes next to nothing of a gradient. A unit is *constant* where it answers all
images alike: its value deviates by less than 0.01 (standard deviation) from image to image.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.images.datasets import NoisyImages

NEAR = 0.01


def sigmoid_units(model: nn.Module, images: NoisyImages, runtime: Runtime) -> dict[str, dict[str, float]]:
    """For each layer of sigmoids inside `model`, lowest first: the shares `saturated` and `constant`.

    `saturated` is of values (units times images), `constant` of units. The output's sigmoid is left out:
    an image is black and white, so that its pixels ought to be saturated.
    """
    layers = [module for module in model.modules() if isinstance(module, nn.Sigmoid)]
    inner = [layer for layer in layers if layer is not getattr(model, "output", None)]
    return {
        f"layer{index}": _shares(_values(model, layer, images, runtime))
        for index, layer in enumerate(inner, start=1)
    }


def _shares(values: Float[np.ndarray, "n units"]) -> dict[str, float]:
    saturated = (values < NEAR) | (values > 1 - NEAR)
    return {"saturated": float(saturated.mean()), "constant": float((values.std(axis=0) < NEAR).mean())}


def _values(
    model: nn.Module, layer: nn.Module, images: NoisyImages, runtime: Runtime
) -> Float[np.ndarray, "n units"]:
    """What `layer` gives for each image."""
    seen: list[Tensor] = []
    hook = layer.register_forward_hook(lambda module, inputs, output: seen.append(output.detach()))
    map_images(model, images.noisy, runtime)
    hook.remove()
    return torch.cat([part.flatten(1).float() for part in seen]).cpu().numpy()
