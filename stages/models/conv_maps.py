"""Convolutional autoencoders without a dense layer: the code is a set of maps.

    z = f(x)      code (batch, c₂, s, s): maps of the image x (batch, 1, 28, 28)
    y = g(z)      reconstruction (batch, 1, 28, 28), linear

    L = Σ_pixels (x − y)², mean over the batch

Nothing but the shape of the code stands between f, g and the identity. Three shapes, with k × k kernels:

    strided       1×28×28 → c₁×14×14 → c₂×7×7 → c₁×14×14 → 1×28×28
                  stride-2 convolutions down, transposed ones up ("all-convolutional")
    pool          the same shapes by stride-1 convolutions with 2×2 max pooling, and upsampling
    stride-free   1×28×28 → c₁×28×28 → c₂×28×28 → c₁×28×28 → 1×28×28
                  stride-1 convolutions: a code of c₂ numbers for every pixel

Each layer but the last has a ReLU. A linear output lets the identity be had exactly: one weight of 1 in the
middle of a kernel and zeros around it pass an image, which is not negative, through convolution and ReLU.

Reference: Masci, Meier, Cireşan, Schmidhuber, *Stacked Convolutional Auto-Encoders for Hierarchical Feature
Extraction*, ICANN 2011, which finds that max pooling is what gives filters of its own; the all-convolutional
form: Springenberg et al., *Striving for Simplicity*, 2015 (arXiv 1412.6806).

Deviations: (1) ReLU, where Masci et al. have tanh; (2) encoder and decoder share no weights; (3) pooled maps
are doubled by repeating, not by putting the maxima back to where they were.
"""

from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from stages.common.settings import Count, Odd
from stages.common.training_settings import TrainingSettings
from stages.models.interface import Autoencoder, LossTerms

Shape = Literal["strided", "pool", "stride-free"]


class Settings(TrainingSettings):
    """A section `conv_maps`."""

    shape: Shape = Field(description="see above")
    channels: tuple[Count, Count] = Field(description="c₁ and c₂: maps of the two layers of the encoder")
    kernel: Odd = Field(description="side k of the kernels")


class MapAutoencoder(Autoencoder):
    """`encoder` gives maps, `decoder` an image."""

    def __init__(self, encoder: nn.Sequential, decoder: nn.Sequential) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def encode(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch maps side side"]:
        """z = f(x)."""
        return self.encoder(images)

    def decode(self, codes: Float[Tensor, "batch maps side side"]) -> Float[Tensor, "batch 1 28 28"]:
        """y = g(z); not confined to [0, 1]."""
        return self.decoder(codes)

    def loss(
        self,
        noisy: Float[Tensor, "batch 1 28 28"],
        clean: Float[Tensor, "batch 1 28 28"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L; nothing here is random, `generator` is not used."""
        error = (self(noisy).float() - clean).square()
        return {"loss": error.sum(dim=(1, 2, 3)).mean()}  # sum over pixels, mean over images


def build(settings: Settings, latent: int | None = None) -> MapAutoencoder:
    """The network that the settings describe, freshly initialised; its code's size is not `latent`."""
    make = {"strided": strided, "pool": pool, "stride-free": stride_free}[settings.shape]
    return MapAutoencoder(*make(settings.channels, settings.kernel))


def strided(channels: tuple[int, int], kernel: int) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder and decoder with strides of 2."""
    first, second = channels
    half = dict(kernel_size=kernel, stride=2, padding=kernel // 2)
    double = half | dict(output_padding=1)  # doubles the side exactly
    return nn.Sequential(
        nn.Conv2d(1, first, **half), nn.ReLU(),  # → c₁ × 14 × 14
        nn.Conv2d(first, second, **half), nn.ReLU(),  # → c₂ × 7 × 7
    ), nn.Sequential(
        nn.ConvTranspose2d(second, first, **double), nn.ReLU(),  # → c₁ × 14 × 14
        nn.ConvTranspose2d(first, 1, **double),  # → 1 × 28 × 28
    )  # fmt: skip


def pool(channels: tuple[int, int], kernel: int) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder and decoder with max pooling and upsampling."""
    first, second = channels
    same = dict(kernel_size=kernel, padding=kernel // 2)
    return nn.Sequential(
        nn.Conv2d(1, first, **same), nn.ReLU(), nn.MaxPool2d(2),  # → c₁ × 14 × 14
        nn.Conv2d(first, second, **same), nn.ReLU(), nn.MaxPool2d(2),  # → c₂ × 7 × 7
    ), nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(second, first, **same), nn.ReLU(),  # → c₁ × 14 × 14
        nn.Upsample(scale_factor=2), nn.Conv2d(first, 1, **same),  # → 1 × 28 × 28
    )  # fmt: skip


def stride_free(channels: tuple[int, int], kernel: int) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder and decoder that keep the image's size."""
    first, second = channels
    same = dict(kernel_size=kernel, padding=kernel // 2)
    return nn.Sequential(
        nn.Conv2d(1, first, **same), nn.ReLU(),  # → c₁ × 28 × 28
        nn.Conv2d(first, second, **same), nn.ReLU(),  # → c₂ × 28 × 28
    ), nn.Sequential(
        nn.Conv2d(second, first, **same), nn.ReLU(),  # → c₁ × 28 × 28
        nn.Conv2d(first, 1, **same),  # → 1 × 28 × 28
    )  # fmt: skip
