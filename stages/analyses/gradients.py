"""How strongly the objective pulls at each layer: gradients by layer, and by pixel of the output.

    ‖∂L/∂W‖          W: the weights of one layer, biases left out; L: the objective, a mean over images
    ‖∂L/∂wᵢ‖         wᵢ: the row of the last dense layer's weights that makes pixel i

All in float32, whatever the precision of training; what is frozen has gradients, too.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from stages.common.runtime import Runtime
from stages.images.datasets import NoisyImages
from stages.images.pixels import channels_first, to_unit
from stages.models.interface import Autoencoder

WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


def weighted_layers(model: nn.Module) -> dict[str, nn.Module]:
    """Layers with weights from the image to the code and back, named by place and sizes: `1: 784 → 30`."""
    layers = [module for module in model.modules() if isinstance(module, WEIGHTED)]
    return {f"{place}: {_sizes(layer)}": layer for place, layer in enumerate(layers, start=1)}


def gradient_norms(model: Autoencoder, images: NoisyImages, runtime: Runtime) -> dict[str, float]:
    """‖∂L/∂W‖ of every layer, by the names of `weighted_layers`."""
    layers = weighted_layers(model)
    gradients = _gradients(model, [layer.weight for layer in layers.values()], images, runtime)
    return {name: float(gradient.norm()) for name, gradient in zip(layers, gradients, strict=True)}


def pixel_gradient_norms(
    model: Autoencoder, images: NoisyImages, runtime: Runtime
) -> Float[Tensor, "pixels"]:
    """‖∂L/∂wᵢ‖ of every pixel i, of a dense decoder; 0 where nothing pulls at a pixel."""
    *_, last = weighted_layers(model).values()
    (gradient,) = _gradients(model, [last.weight], images, runtime)
    return gradient.norm(dim=1).cpu()


def _gradients(
    model: Autoencoder, weights: list[nn.Parameter], images: NoisyImages, runtime: Runtime
) -> tuple[Tensor, ...]:
    model.to(runtime.device)
    inputs, targets = (
        to_unit(channels_first(torch.from_numpy(part).to(runtime.device)))
        for part in (images.noisy, images.clean)
    )
    frozen = [weight for weight in weights if not weight.requires_grad]
    for weight in frozen:
        weight.requires_grad_(True)
    with torch.enable_grad():
        loss = model.loss(inputs, targets, runtime.generator(0, "draws"))["loss"]
        gradients = torch.autograd.grad(loss, weights)
    for weight in frozen:
        weight.requires_grad_(False)
    return gradients


def _sizes(layer: nn.Module) -> str:
    if isinstance(layer, nn.Linear):
        return f"{layer.in_features} → {layer.out_features}"
    return f"{layer.in_channels} → {layer.out_channels}"
