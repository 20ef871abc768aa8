"""What single units respond to: weights that can be seen as images, and feature maps of one image."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from stages.common.datasets import SIDE
from stages.models.interface import Autoencoder
from stages.models.networks import ACTIVATIONS


def encoder_filters(model: Autoencoder) -> Float[Tensor, "filters height width"]:
    """Weights of the first layer: kernels of a convolution, rows of a dense layer as 28 × 28 images."""
    return _as_images(_weighted_layers(model)[0])


def decoder_filters(model: Autoencoder) -> Float[Tensor, "filters height width"]:
    """Weights of the last layer: kernels, or what each unit of a dense layer adds to the image."""
    return _as_images(_weighted_layers(model)[-1])


@torch.inference_mode()
def feature_maps(model: Autoencoder, image: Float[Tensor, "1 1 28 28"]) -> list[Tensor]:
    """Activations of every encoder layer for one image: (maps, height, width) or (units,), lowest first."""
    outputs: list[Tensor] = []
    kinds = tuple(kind for kind in ACTIVATIONS.values() if kind is not nn.Identity)
    hooks = [
        module.register_forward_hook(lambda module, inputs, output: outputs.append(output[0].float()))
        for module in model.modules()
        if isinstance(module, kinds)
    ]
    model.features(image)
    for hook in hooks:
        hook.remove()
    return outputs


def _weighted_layers(model: Autoencoder) -> list[nn.Module]:
    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    # A tied decoder has no weights of its own: the last layer that has some is then the encoder.
    return [module for module in model.modules() if isinstance(module, kinds) and hasattr(module, "weight")]


def _as_images(layer: nn.Module) -> Float[Tensor, "filters height width"]:
    weight = layer.weight.detach()
    if weight.dim() == 4:
        return weight.flatten(0, 1)  # one image channel on one side: a kernel for each channel of the other
    return (weight if weight.shape[1] == SIDE**2 else weight.T).unflatten(1, (SIDE, SIDE))
