"""Encoders and decoders that the plain and the variational autoencoder have in common.

An encoder ends in a hidden vector (the model adds the layer that makes a code of it); a decoder begins
at the code and ends *before* the output activation, because a cross-entropy is computed more exactly
from logits. Between them they mirror each other:

    conv        1×28×28 → c₁×14×14 → c₂×7×7 → code → c₂×7×7 → c₁×14×14 → c₁×28×28 → 1×28×28
                stride-2 convolutions down, transposed ones up, one convolution with a filter a channel last
    conv-pool   the same shapes by stride-1 convolutions with 2×2 max pooling, and upsampling
    dense       784 → hidden… → code → …hidden → 784; with no hidden layer, linear maps both ways

Kernels of convolutions are k × k, k = 3 unless said otherwise; zeros around the maps keep their sides.

These are the sizes for digits. All functions take the `shape` of other images: RGB of 32×64 pixels is
3×32×64, then c₁×16×32 and c₂×8×16, or 6144 numbers. Sides that cannot be halved twice are refused, but for
`dense`.
"""

from itertools import pairwise
from math import prod

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from stages.images.shape import DIGIT, ImageShape
from stages.models.architecture import Activation

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "linear": nn.Identity,
}

PIXELS = DIGIT.numbers
KERNEL = 3


def build_trunk(
    architecture: str,
    sizes: tuple[int, ...],
    activation: Activation,
    shape: ImageShape = DIGIT,
    kernel: int = KERNEL,
) -> tuple[nn.Sequential, int]:
    """Encoder of images → (batch, width), and the width; `sizes` are hidden layers or channels."""
    if architecture == "dense":
        return dense_encoder(sizes, activation, shape), (shape.numbers, *sizes)[-1]
    encoder = {"conv": conv_encoder, "conv-pool": conv_pool_encoder}[architecture]
    return encoder(sizes, activation, shape, kernel), sizes[-1] * prod(shape.quarter)


def build_decoder(
    architecture: str,
    latent: int,
    sizes: tuple[int, ...],
    activation: Activation,
    shape: ImageShape = DIGIT,
    kernel: int = KERNEL,
) -> nn.Sequential:
    """Decoder (batch, latent) → logits of images, the mirror of the trunk with the same `sizes`."""
    if architecture == "dense":
        return dense_decoder(latent, sizes, activation, shape)
    decoder = {"conv": conv_decoder, "conv-pool": conv_pool_decoder}[architecture]
    return decoder(latent, sizes, activation, shape, kernel)


def conv_encoder(
    channels: tuple[int, int], activation: Activation, shape: ImageShape = DIGIT, kernel: int = KERNEL
) -> nn.Sequential:
    """(batch, 1, 28, 28) → (batch, c₂·7·7) by stride-2 convolutions."""
    first, second = channels
    act = ACTIVATIONS[activation]
    half = dict(kernel_size=kernel, stride=2, padding=kernel // 2)
    return nn.Sequential(
        nn.Conv2d(shape.channels, first, **half), act(),  # → c₁ × 14 × 14
        nn.Conv2d(first, second, **half), act(),  # → c₂ × 7 × 7
        nn.Flatten(),
    )  # fmt: skip


def conv_decoder(
    latent: int,
    channels: tuple[int, int],
    activation: Activation,
    shape: ImageShape = DIGIT,
    kernel: int = KERNEL,
) -> nn.Sequential:
    """(batch, latent) → logits (batch, 1, 28, 28) by transposed convolutions."""
    first, second = channels
    act = ACTIVATIONS[activation]
    return nn.Sequential(
        nn.Linear(latent, second * prod(shape.quarter)), act(),
        nn.Unflatten(1, (second, *shape.quarter)),  # → c₂ × 7 × 7
        Doubling(second, first, kernel), act(),  # → c₁ × 14 × 14
        Doubling(first, first, kernel), act(),  # → c₁ × 28 × 28
        nn.Conv2d(first, shape.channels, kernel, padding=kernel // 2),  # → 1 × 28 × 28
    )  # fmt: skip


class Doubling(nn.ConvTranspose2d):
    """Transposed convolution that doubles the side of its maps exactly.

    The bias is added apart. As part of the convolution, oneDNN (PyTorch 2.15 on a CPU, channels last) spends
    more time on the bias's gradient than on all others: two thirds of the layer's backward pass.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = KERNEL) -> None:
        super().__init__(inputs, outputs, kernel, stride=2, padding=kernel // 2, output_padding=1)

    def forward(self, maps: Float[Tensor, "b inputs rows columns"]) -> Float[Tensor, "b outputs _ _"]:
        """Maps of twice the rows and columns."""
        wider = F.conv_transpose2d(maps, self.weight, None, self.stride, self.padding, self.output_padding)
        return wider.add_(self.bias.to(wider.dtype)[:, None, None])


def conv_pool_encoder(
    channels: tuple[int, int], activation: Activation, shape: ImageShape = DIGIT, kernel: int = KERNEL
) -> nn.Sequential:
    """(batch, 1, 28, 28) → (batch, c₂·7·7) by convolutions and max pooling."""
    first, second = channels
    act = ACTIVATIONS[activation]
    same = dict(kernel_size=kernel, padding=kernel // 2)
    return nn.Sequential(
        nn.Conv2d(shape.channels, first, **same), act(),  # → c₁ × 28 × 28
        nn.MaxPool2d(2),  # → c₁ × 14 × 14
        nn.Conv2d(first, second, **same), act(),  # → c₂ × 14 × 14
        nn.MaxPool2d(2),  # → c₂ × 7 × 7
        nn.Flatten(),
    )  # fmt: skip


def conv_pool_decoder(
    latent: int,
    channels: tuple[int, int],
    activation: Activation,
    shape: ImageShape = DIGIT,
    kernel: int = KERNEL,
) -> nn.Sequential:
    """(batch, latent) → logits (batch, 1, 28, 28) by upsampling and convolutions."""
    first, second = channels
    act = ACTIVATIONS[activation]
    same = dict(kernel_size=kernel, padding=kernel // 2)
    return nn.Sequential(
        nn.Linear(latent, second * prod(shape.quarter)), act(),
        nn.Unflatten(1, (second, *shape.quarter)),  # → c₂ × 7 × 7
        nn.Upsample(scale_factor=2),  # → c₂ × 14 × 14
        nn.Conv2d(second, first, **same), act(),  # → c₁ × 14 × 14
        nn.Upsample(scale_factor=2),  # → c₁ × 28 × 28
        nn.Conv2d(first, shape.channels, **same),  # → 1 × 28 × 28
    )  # fmt: skip


def dense_encoder(
    hidden: tuple[int, ...], activation: Activation, shape: ImageShape = DIGIT
) -> nn.Sequential:
    """(batch, 1, 28, 28) → (batch, last hidden size), or the 784 pixels where there is no hidden layer."""
    return nn.Sequential(nn.Flatten(), *dense_layers((shape.numbers, *hidden), activation))


def dense_decoder(
    latent: int, hidden: tuple[int, ...], activation: Activation, shape: ImageShape = DIGIT
) -> nn.Sequential:
    """(batch, latent) → logits (batch, 1, 28, 28); `hidden` as the encoder's, in the encoder's order."""
    sizes = (latent, *reversed(hidden))
    return nn.Sequential(
        *dense_layers(sizes, activation),
        nn.Linear(sizes[-1], shape.numbers),
        nn.Unflatten(1, tuple(shape)),
    )


def dense_layers(sizes: tuple[int, ...], activation: Activation) -> list[nn.Module]:
    """Fully connected layers from sizes[0] to sizes[-1], each with its activation."""
    return [
        layer
        for inputs, outputs in pairwise(sizes)
        for layer in (nn.Linear(inputs, outputs), ACTIVATIONS[activation]())
    ]


def draw_normal_weights(network: nn.Module, std: float) -> None:
    """Draw every weight and bias of `network` from N(0, std²), from the global generator as layers do."""
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=std)
