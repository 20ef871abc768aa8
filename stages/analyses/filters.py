"""What single units respond to: weights that can be seen as images, and feature maps of one image."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from stages.images.shape import ImageShape
from stages.models.interface import Autoencoder
from stages.models.networks import ACTIVATIONS


def encoder_filters(model: Autoencoder) -> Float[Tensor, "filters height width *rgb"]:
    """Weights of the first layer: kernels of a convolution, rows of a dense layer as images."""
    return _as_images(_weights(model)[0], model.image_shape)


def decoder_filters(model: Autoencoder) -> Float[Tensor, "filters height width *rgb"]:
    """Weights of the last layer: kernels, or what each unit of a dense layer adds to the image."""
    weights = _weights(model)
    tied = len(weights) == 1  # a decoder without weights of its own has the encoder's, transposed
    return _as_images(weights[-1] if tied else weights[-1].transpose(0, 1), model.image_shape)


@torch.inference_mode()
def feature_maps(model: Autoencoder, image: Float[Tensor, "1 channels height width"]) -> list[Tensor]:
    """Activations of every encoder layer for one image: (maps, height, width) or (units,), lowest first."""
    outputs: list[Tensor] = []
    kinds = tuple(ACTIVATIONS.values())
    hooks = [
        module.register_forward_hook(lambda module, inputs, output: outputs.append(output[0].float()))
        for module in model.modules()
        if isinstance(module, kinds)
    ]
    code = model.features(image)[0].float()
    for hook in hooks:
        hook.remove()
    return outputs or [code]  # a linear encoder has no layer but the code


def _weights(model: Autoencoder) -> list[Tensor]:
    """Of each layer that has some, the axis of its outputs first."""
    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    modules = [module for module in model.image_layer.modules() if isinstance(module, kinds)]
    return [_outputs_first(module) for module in modules if hasattr(module, "weight")]


def _outputs_first(module: nn.Module) -> Tensor:
    weight = module.weight.detach()
    return weight.transpose(0, 1) if isinstance(module, nn.ConvTranspose2d) else weight


def _as_images(weight: Tensor, shape: ImageShape) -> Float[Tensor, "filters height width *rgb"]:
    kernels = weight if weight.dim() == 4 else weight.unflatten(1, tuple(shape))  # (filters, channels, h, w)
    return kernels[:, 0] if shape.channels == 1 else kernels.movedim(1, 3)
