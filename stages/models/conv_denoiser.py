"""Convolutional denoiser whose code is a stack of maps: Keras's example of a denoising autoencoder.

Idea: the ordinary denoising objective, but no bottleneck of numbers. The code keeps its place in the image,
and with 32 maps of 7 × 7 it holds twice as many numbers as the image has pixels. What has to go is not
quantity but noise: three convolutions see a neighbourhood of 10 × 10 pixels, in which strokes repeat
themselves and noise does not.

    1×28×28 → conv, pool → 32×14×14 → conv, pool → 32×7×7 = code z
    z → transposed conv → 32×14×14 → transposed conv → 32×28×28 → conv → 1×28×28, sigmoid = y

    L(x, y) = −Σ [x log y + (1 − x) log(1 − y)]     x: clean image; summed over pixels, mean over the batch

All kernels are 3 × 3; with 32 filters there are 28 353 parameters.

Reference: https://keras.io/examples/vision/autoencoder (Santiago L. Valdarrama, 2021). Chollet's *Building
Autoencoders in Keras* (2016) has an older network of the same kind.

Deviations from the reference: (1) its cross-entropy is a mean over pixels, here divided by 784; (2) pooling
stands before the ReLU, not behind it: the largest of four values is the same either way, and the ReLU then
has a quarter of the work; (3) PyTorch's initial weights, not Glorot's.
"""

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from stages.common.settings import Count
from stages.common.training_settings import TrainingSettings
from stages.models.interface import Autoencoder, LossTerms
from stages.models.networks import Doubling


class Settings(TrainingSettings):
    """A section `conv_denoiser`."""

    filters: Count = Field(description="of every convolution but the last; maps of the code")


class ConvDenoiser(Autoencoder):
    """`encoder` gives the code, maps of 7 × 7; `decoder` ends before the sigmoid."""

    def __init__(self, filters: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, filters, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),  # → filters × 14 × 14
            nn.Conv2d(filters, filters, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(),  # → filters × 7 × 7
        )  # fmt: skip
        self.decoder = nn.Sequential(
            Doubling(filters, filters), nn.ReLU(),  # → filters × 14 × 14
            Doubling(filters, filters), nn.ReLU(),  # → filters × 28 × 28
            nn.Conv2d(filters, 1, 3, padding=1),  # → 1 × 28 × 28
        )  # fmt: skip

    def encode(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch filters 7 7"]:
        """The code: maps that keep their place in the image."""
        return self.encoder(images)

    def decode(self, codes: Float[Tensor, "batch filters 7 7"]) -> Float[Tensor, "batch 1 28 28"]:
        """y, in [0, 1]."""
        return self.decoder(codes).sigmoid()

    def loss(
        self,
        noisy: Float[Tensor, "batch 1 28 28"],
        clean: Float[Tensor, "batch 1 28 28"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L(x, y); nothing here is random, `generator` is not used."""
        logits = self.decoder(self.encoder(noisy)).float()
        error = F.binary_cross_entropy_with_logits(logits, clean, reduction="none")
        return {"loss": error.sum(dim=(1, 2, 3)).mean()}  # sum over pixels, mean over images


def build(settings: Settings, latent: int | None = None) -> ConvDenoiser:
    """The network that the settings describe, freshly initialised; its code's size is not `latent`."""
    return ConvDenoiser(settings.filters)
