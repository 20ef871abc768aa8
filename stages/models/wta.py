"""Winner-take-all autoencoders, fully connected and convolutional.

Idea: no bottleneck; the code may be larger than the image. What keeps it from copying is that only the
strongest activations survive training, so every unit has to be good at something rare: a stroke.

Fully connected, with n units, input x (B, P) of P pixels, 784 of a digit:

    a = W x + b,  h = relu(a)            activations h (B, n)
    z = relu(lifetime(a))                each unit keeps its largest ρ·B activations of the mini-batch
    y = V z + c                          reconstruction (B, P); tied weights: V = Wᵀ

Convolutional, with m maps:

    a = conv(… relu(conv(x))),  h = relu(a)    activations h (B, m, height, width), stride 1, zero-padded
    z = relu(lifetime(spatial(a)))       each map keeps its single largest activation; of these winners of
                                         a map, only the largest ρ·B of the mini-batch
    y = deconv(z)                        (B, channels, height, width): one linear layer; each winner draws
                                         its filter

    L = Σ_pixels (x − y)², mean over the batch

Features: sparsity off. A probe gets h itself, maps max-pooled (p × p regions). Stacking: a trained layer is
frozen, and the next one takes its features as data.

Reference: Makhzani & Frey, *Winner-Take-All Autoencoders*, NIPS 2015 (arXiv 1409.2752): lifetime sparsity
in section 2, spatial sparsity and features in section 3.

Deviations: (1) the paper has no code for a *single* image, since lifetime sparsity compares images. Here a
running mean of each unit's weakest winner is kept in training, as batch normalisation keeps its
statistics, and afterwards a unit fires where it exceeds that threshold; `encode` and `reconstruct` use it.
(2) the input may be noisy with the clean image as target (`noisy_input`). (3) decoding through a stack
turns features back into sparse activations by the same thresholds; of pooled maps the position within a
region is lost, and its centre is taken. (4) a unit that no image of a mini-batch excites has no gradient in
the paper and stays dead; here its winners, the images that come nearest, get one as if there were no ReLU,
so that it comes back if its decoder's column, which learns nothing meanwhile, draws what is missing. For
this the ReLU stands behind the choice of winners, which changes no value.
"""

from math import gcd
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError
from torch import Tensor, nn
from torch.nn import functional as F

from stages.common import ranks
from stages.common.errors import StudyError
from stages.common.settings import Count, Odd, Others, Rate, Section, Share, needed_by
from stages.common.training_settings import TrainingSettings
from stages.images.shape import DIGIT, ImageShape
from stages.models.interface import Autoencoder, LossTerms
from stages.models.sparsity import (
    lifetime_sparsity,
    rectified,
    spatial_and_lifetime_sparsity,
    spatial_sparsity,
)

# Of the running mean: a memory of about 4 batches. With 20 it lags behind in the first epochs, in which
# weights grow fast: too many units then fire for a single image, and the validation loss is far too large.
THRESHOLD_MOMENTUM = 0.25


class Dense(Section):
    """Of dense layers."""

    units: Count = Field(description="size of the first layer's code")
    tied: bool = Field(description="the decoder's weights are the encoder's, transposed")


class Conv(Section):
    """Of convolutional layers."""

    maps: Count = Field(description="number of maps, of every layer of the encoder")
    encoder_kernels: tuple[Odd, ...] = Field(min_length=1, description="a convolution each")
    decoder_kernel: Odd = Field(description="of the deconvolution")
    pool: Count = Field(description="side of the regions that features are max-pooled over")


class StackedLayer(Section):
    """A further layer, which takes the features of the one below as its data."""

    architecture: Literal["dense", "conv"] = Field(description="conv needs a conv layer below")
    size: Count = Field(description="units or maps")
    lifetime: Share = Field(description="as in the first layer")


class Settings(TrainingSettings):
    """The section `wta` of `params.yaml`."""

    takes_latent: ClassVar[bool] = False  # the code is as wide as the last layer

    architecture: Literal["dense", "conv"] = Field(description="fully connected, or convolutional")
    dense: Annotated[Dense | None, needed_by("architecture", "dense")] = None
    conv: Annotated[Conv | None, needed_by("architecture", "conv")] = None
    lifetime: Share = Field(description="share of a mini-batch in which a unit may fire; 1: off")
    initialisation_std: Rate = Field(description="weights start at N(0, std²), biases at 0")
    noisy_input: bool = Field(description="train on noisy inputs; the paper has clean ones")
    stack: tuple[StackedLayer, ...] = Field(description="further layers, each trained on the one below")

    @field_validator("stack")
    @classmethod
    def _buildable(cls, stack: tuple[StackedLayer, ...], others: Others) -> tuple[StackedLayer, ...]:
        kinds = [others.data.get("architecture", "conv"), *(layer.architecture for layer in stack)]
        if kinds != sorted(kinds):  # "conv" < "dense"
            raise PydanticCustomError(
                "stack", "maps cannot be had from units: no conv layer above a dense one"
            )
        if "dense" in kinds and others.data.get("dense", "refused for itself") is None:
            raise PydanticCustomError("stack", "its dense layer is tied or not as the section `dense` says")
        return stack

    @property
    def size(self) -> int:
        """Units or maps of the first layer."""
        return self.dense.units if self.architecture == "dense" else self.conv.maps

    def check_against(self, shape: ImageShape) -> None:
        """Raises StudyError where no such network can be built for images of this shape."""
        side = gcd(shape.height, shape.width)
        if self.architecture == "conv" and side % self.conv.pool:
            fitting = ", ".join(str(pool) for pool in range(1, side + 1) if side % pool == 0)
            raise StudyError(
                f"wta.conv.pool is {self.conv.pool}; it should divide both sides of {shape.height} × "
                f"{shape.width} pixels: {fitting}"
            )


class Layer(nn.Module):
    """What both kinds share: activations → winners → reconstruction, and a threshold for single images."""

    encoder: nn.Sequential  # ends in a ReLU
    threshold: Float[Tensor, "units"]

    def __init__(self, size: int, lifetime: float) -> None:
        super().__init__()
        self.lifetime = lifetime
        self.register_buffer("threshold", torch.zeros(size))

    def activations(self, inputs: Tensor) -> Tensor:
        """h, sparsity off."""
        raise NotImplementedError

    def winners(self, inputs: Tensor) -> Tensor:
        """Sparse activations as in training: the winners of this mini-batch."""
        raise NotImplementedError

    def sparse(self, inputs: Tensor) -> Tensor:
        """Winners of the mini-batch while training (which moves the threshold), by threshold afterwards."""
        if not self.training:
            return self.above_threshold(self.activations(inputs))
        winners = self.winners(inputs)
        if self.lifetime < 1:
            self._track(winners.detach())
        return winners

    def above_threshold(self, activations: Tensor) -> Tensor:
        """Sparse activations of each image on its own: what exceeds the unit's threshold."""
        raise NotImplementedError

    def _track(self, winners: Tensor) -> None:
        strength = winners.amax(dim=(2, 3)) if winners.dim() > 2 else winners  # (batch, units)
        strength = ranks.gathered(strength)
        weakest = strength.masked_fill(strength <= 0, torch.inf).amin(dim=0)
        fired = weakest.isfinite()  # a unit without a winner keeps its threshold
        self.threshold.lerp_(torch.where(fired, weakest.float(), self.threshold), THRESHOLD_MOMENTUM)


class DenseLayer(Layer):
    """Fully connected: inputs of any `shape` → (batch, units) → inputs."""

    def __init__(self, shape: tuple[int, ...], units: int, lifetime: float, tied: bool) -> None:
        super().__init__(units, lifetime)
        self.shape = shape
        inputs = torch.Size(shape).numel()
        self.encoder = nn.Sequential(nn.Linear(inputs, units), nn.ReLU())
        self.decoder = nn.Linear(units, inputs)
        self.tied = tied
        if tied:
            del self.decoder.weight

    def activations(self, inputs: Float[Tensor, "batch *shape"]) -> Float[Tensor, "batch units"]:
        """h = relu(W x + b)."""
        return self.encoder(inputs.flatten(1))

    def winners(self, inputs: Float[Tensor, "batch *shape"]) -> Float[Tensor, "batch units"]:
        """Lifetime sparsity, unless its share is 1."""
        if self.lifetime == 1:
            return self.activations(inputs)
        before_relu = self.encoder[:-1](inputs.flatten(1))
        return rectified(lifetime_sparsity(before_relu, self.lifetime))

    def above_threshold(self, activations: Float[Tensor, "batch units"]) -> Float[Tensor, "batch units"]:
        """Zero what is below the unit's threshold."""
        return activations * (activations >= self.threshold)

    def decode(self, codes: Float[Tensor, "batch units"]) -> Float[Tensor, "batch *shape"]:
        """y = V z + c."""
        weight = self.encoder[0].weight.T if self.tied else self.decoder.weight
        return F.linear(codes, weight, self.decoder.bias).unflatten(1, self.shape)

    def features(self, inputs: Float[Tensor, "batch *shape"]) -> Float[Tensor, "batch units"]:
        """h, sparsity off."""
        return self.activations(inputs)

    def from_features(self, features: Float[Tensor, "batch units"]) -> Float[Tensor, "batch units"]:
        """Features → sparse activations that `decode` understands."""
        return self.above_threshold(features.relu())


class ConvLayer(Layer):
    """Convolutional: (batch, channels, height, width) → (batch, maps, height, width) → inputs."""

    def __init__(
        self,
        channels: int,
        maps: int,
        kernels: tuple[int, ...],
        decoder_kernel: int,
        pool: int,
        lifetime: float,
    ) -> None:
        super().__init__(maps, lifetime)
        sizes = [channels] + [maps] * len(kernels)
        self.encoder = nn.Sequential(
            *(
                layer
                for inputs, kernel in zip(sizes, kernels, strict=False)
                for layer in (nn.Conv2d(inputs, maps, kernel, padding=kernel // 2), nn.ReLU())
            )
        )
        self.decoder = nn.ConvTranspose2d(maps, channels, decoder_kernel, padding=decoder_kernel // 2)
        self.pool = pool

    def activations(
        self, inputs: Float[Tensor, "b channels height width"]
    ) -> Float[Tensor, "b maps height width"]:
        """h, the maps of the last convolution."""
        return self.encoder(inputs)

    def winners(
        self, inputs: Float[Tensor, "b channels height width"]
    ) -> Float[Tensor, "b maps height width"]:
        """Spatial sparsity, and lifetime sparsity unless its share is 1."""
        before_relu = self.encoder[:-1](inputs)
        if self.lifetime == 1:
            return spatial_sparsity(before_relu, rectified)
        return spatial_and_lifetime_sparsity(before_relu, self.lifetime, rectified)

    def above_threshold(
        self, activations: Float[Tensor, "b maps height width"]
    ) -> Float[Tensor, "b maps height width"]:
        """The winner of each map, if it exceeds the map's threshold."""
        winners = spatial_sparsity(activations)
        return winners * (winners >= self.threshold[:, None, None])

    def decode(self, codes: Float[Tensor, "b maps height width"]) -> Float[Tensor, "b channels height width"]:
        """y = deconv(z)."""
        return self.decoder(codes)

    def features(
        self, inputs: Float[Tensor, "b channels height width"]
    ) -> Float[Tensor, "b maps rows columns"]:
        """h, sparsity off, max-pooled."""
        return F.max_pool2d(self.activations(inputs), self.pool)

    def from_features(
        self, features: Float[Tensor, "b maps rows columns"]
    ) -> Float[Tensor, "b maps height width"]:
        """Pooled maps → sparse activations, each at the centre of its region."""
        spread = features.new_zeros(*features.shape[:2], *(side * self.pool for side in features.shape[2:]))
        spread[..., self.pool // 2 :: self.pool, self.pool // 2 :: self.pool] = features.relu()
        return self.above_threshold(spread)


class WinnerTakeAll(Autoencoder):
    """One layer, or a stack of them; `loss` trains the top layer on the features of those below."""

    code_kind = "sparse"

    def __init__(self, layers: list[Layer]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def upto(self, depth: int) -> "WinnerTakeAll":
        """The same layers, the lowest `depth` of them; all but the top one frozen."""
        for below in self.layers[: depth - 1]:
            below.requires_grad_(False)
        lower = WinnerTakeAll(list(self.layers[:depth]))
        lower.image_shape = self.image_shape
        return lower

    @property
    def top(self) -> Layer:
        """The layer whose sparse activations are the code."""
        return self.layers[-1]

    @property
    def image_layer(self) -> Layer:
        """The lowest layer."""
        return self.layers[0]

    def encode(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch *code"]:
        """Sparse activations of the top layer."""
        return self.top.sparse(self._below(images))

    def decode(self, codes: Float[Tensor, "batch *code"]) -> Float[Tensor, "batch channels height width"]:
        """Linear decoding, layer by layer from the top; not confined to [0, 1]."""
        outputs = self.top.decode(codes)
        for below in reversed(self.layers[:-1]):
            outputs = below.decode(below.from_features(outputs))
        return outputs

    def features(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch features"]:
        """Activations of the top layer, sparsity off, maps max-pooled, flat."""
        return self.top.features(self._below(images)).flatten(1)

    def winners(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch *code"]:
        """The code as in training: the winners of this mini-batch."""
        return self.top.winners(self._below(images))

    def loss(
        self,
        noisy: Float[Tensor, "batch channels height width"],
        clean: Float[Tensor, "batch channels height width"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L of the top layer; nothing here is random, `generator` is not used."""
        output = self.top.decode(self.top.sparse(self._below(noisy)))
        error = (output.float() - self._below(clean)).square()
        return {"loss": error.flatten(1).sum(dim=1).mean()}  # sum over pixels, mean over images

    def _below(self, images: Float[Tensor, "batch channels height width"]) -> Tensor:
        with torch.no_grad():
            for layer in self.layers[:-1]:
                images = layer.features(images)
        return images


def build(settings: Settings, latent: int | None = None, shape: ImageShape = DIGIT) -> WinnerTakeAll:
    """The stack that the settings describe, freshly initialised; its code's size is not `latent`."""
    settings.check_against(shape)
    first = StackedLayer(architecture=settings.architecture, size=settings.size, lifetime=settings.lifetime)
    layers, inputs = [], tuple(shape)
    for spec in (first, *settings.stack):
        layer, inputs = _layer(spec, inputs, settings)
        layers.append(layer)
    model = WinnerTakeAll(layers)
    model.image_shape = shape
    _draw_small_weights(model, settings.initialisation_std)
    return model


def _draw_small_weights(model: WinnerTakeAll, std: float) -> None:
    # Weights of pixels that are seldom on hardly learn. Where they start large, as PyTorch has them, they
    # stay, as noise in the features that a probe sees.
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=std)
        else:
            nn.init.zeros_(parameter)


def _layer(spec: StackedLayer, shape: tuple[int, ...], settings: Settings) -> tuple[Layer, tuple[int, ...]]:
    """The layer, and the shape of its features."""
    if spec.architecture == "dense":
        return DenseLayer(shape, spec.size, spec.lifetime, settings.dense.tied), (spec.size,)
    conv = settings.conv
    pool = 1 if any(side % conv.pool for side in shape[1:]) else conv.pool
    layer = ConvLayer(shape[0], spec.size, conv.encoder_kernels, conv.decoder_kernel, pool, spec.lifetime)
    return layer, (spec.size, shape[1] // pool, shape[2] // pool)
