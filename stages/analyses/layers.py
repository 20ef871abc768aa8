"""A trained model as a list of layers, numbers and arrays only: what runs it need not be PyTorch.

A layer is a mapping of its `kind` and what that kind needs. Images and maps are (channels, height, width):

    linear          weights (out, in), bias (out); takes whatever there is as one flat vector
    transposed      the same with weights (in, out): a row is what one input makes of the outputs
    convolution     weights (out, in, k, k), bias (out), kernel k, stride, padding
    deconvolution   the same, and `extra`, rows and columns added at the end
    relu, sigmoid, tanh
    pool            maxima over size × size
    upsample        every value size × size times
    reshape         shape
    winner          of each map the largest value, 0 elsewhere
    threshold       least (units): 0 where a value is below its unit's or map's
    spread          every value to the centre of size × size zeros

A row of weights, whatever its first axis stands for, is made by one unit, and has a size of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor, nn

from stages.common.errors import StudyError
from stages.models.ae import DenoisingAutoencoder
from stages.models.interface import Autoencoder
from stages.models.vae import VariationalAutoencoder
from stages.models.wta import ConvLayer, DenseLayer, Layer, WinnerTakeAll

Step = dict[str, Any]


class UnknownLayerError(StudyError):
    """A model has a layer for which there is no kind above."""


@dataclass(frozen=True)
class Layers:
    """A model: `encoder` from image to code, of a VAE to μ and then log σ²; `decoder` from code to image.

    Attributes:
        code_shape: what `decoder` takes, (latent,) or (maps, height, width).
    """

    encoder: list[Step]
    decoder: list[Step]
    code_shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        """How many weights there are; tied ones count once."""
        weights = {
            id(step["weights"]): step["weights"] for step in self.encoder + self.decoder if "weights" in step
        }
        return sum(array.size for array in weights.values())


@torch.inference_mode()
def layers_of(model: Autoencoder) -> Layers:
    """What `model`, in evaluation mode, does.

    Raises:
        UnknownLayerError: it has a layer of another kind than those above.
    """
    match model:
        case VariationalAutoencoder():
            encoder = [
                *_steps(model.encoder.trunk),
                _both(model.encoder.to_mean, model.encoder.to_log_variance),
            ]
            decoder = [*_steps(model.decoder), {"kind": "sigmoid"}]
        case WinnerTakeAll():
            encoder, decoder = _stack(list(model.layers))
        case DenoisingAutoencoder():
            encoder, decoder = _steps(model.encoder), _steps(model.decoder) + _steps(model.output)
        case _:
            raise UnknownLayerError(f"a {type(model).__name__} is none of the models whose layers are known")
    return Layers(encoder, decoder, tuple(model.encode(torch.zeros(1, *model.image_shape)).shape[1:]))


def _steps(module: nn.Module) -> list[Step]:
    match module:
        case nn.Sequential():
            return [step for part in module for step in _steps(part)]
        case nn.Identity() | nn.Flatten():  # a linear layer takes its input flat in any case
            return []
        case nn.Linear():
            return [_linear(module.weight, module.bias)]
        case nn.Conv2d():
            return [{"kind": "convolution", **_convolved(module), "weights": _array(module.weight)}]
        case nn.ConvTranspose2d():
            weights, extra = _array(module.weight.transpose(0, 1)), module.output_padding[0]
            return [{"kind": "deconvolution", **_convolved(module), "weights": weights, "extra": extra}]
        case nn.ReLU() | nn.Sigmoid() | nn.Tanh():
            return [{"kind": type(module).__name__.lower()}]
        case nn.MaxPool2d():
            return [{"kind": "pool", "size": module.kernel_size}]
        case nn.Upsample(mode="nearest"):
            return [{"kind": "upsample", "size": int(module.scale_factor)}]
        case nn.Unflatten():
            return [{"kind": "reshape", "shape": list(module.unflattened_size)}]
    raise UnknownLayerError(f"{type(module).__name__} is no layer that is known")


def _linear(weights: Tensor, bias: Tensor) -> Step:
    return {"kind": "linear", "weights": _array(weights), "bias": _array(bias)}


def _both(first: nn.Linear, second: nn.Linear) -> Step:
    """Two layers side by side as one: their outputs follow each other."""
    return _linear(torch.cat([first.weight, second.weight]), torch.cat([first.bias, second.bias]))


def _convolved(module: nn.Conv2d | nn.ConvTranspose2d) -> Step:
    if module.dilation != (1, 1) or module.groups != 1 or module.padding_mode != "zeros":
        raise UnknownLayerError("no convolution is known that is dilated, grouped, or padded but with zeros")
    sizes = {"kernel": module.kernel_size[0], "stride": module.stride[0], "padding": module.padding[0]}
    return {"bias": _array(module.bias), **sizes}


def _array(values: Tensor) -> Float32[np.ndarray, "..."]:
    return np.ascontiguousarray(values.detach().float().cpu().numpy())


def _stack(layers: list[Layer]) -> tuple[list[Step], list[Step]]:
    """Winner-take-all layers: features upwards, the top one's sparse activations, and the way back."""
    *below, top = layers
    encoders = {layer: _steps(layer.encoder) for layer in layers}  # once, so that tied weights are one array
    upwards = _joined([*encoders[layer], *_pooled(layer)] for layer in below)
    downwards = _joined(
        [*_from_features(layer), *_decoder(layer, encoders[layer])] for layer in reversed(below)
    )
    return (
        [*upwards, *encoders[top], *_above_threshold(top)],
        [*_decoder(top, encoders[top]), *downwards],
    )


def _joined(parts: Iterable[list[Step]]) -> list[Step]:
    return [step for part in parts for step in part]


def _pooled(layer: Layer) -> list[Step]:
    return [{"kind": "pool", "size": layer.pool}] if isinstance(layer, ConvLayer) else []


def _above_threshold(layer: Layer) -> list[Step]:
    threshold = {"kind": "threshold", "least": _array(layer.threshold)}
    return [{"kind": "winner"}, threshold] if isinstance(layer, ConvLayer) else [threshold]


def _from_features(layer: Layer) -> list[Step]:
    spread = [{"kind": "spread", "size": layer.pool}] if isinstance(layer, ConvLayer) else []
    return [{"kind": "relu"}, *spread, *_above_threshold(layer)]


def _decoder(layer: Layer, encoder: list[Step]) -> list[Step]:
    if not isinstance(layer, DenseLayer):
        return _steps(layer.decoder)
    weights = encoder[0]["weights"] if layer.tied else _array(layer.decoder.weight.T)
    linear = {"kind": "transposed", "weights": weights, "bias": _array(layer.decoder.bias)}
    return [linear, {"kind": "reshape", "shape": list(layer.shape)}]
