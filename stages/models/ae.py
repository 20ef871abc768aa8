"""Denoising autoencoder.

Idea: squeeze an image through a code far smaller than itself, and ask for the *clean* image back from a
*noisy* one. What does not fit through (the noise) is lost, what repeats itself (the digit) stays.

    z = f(x̃)              code (batch, k) of the noisy image x̃ (batch, 1, 28, 28); f: encoder
    y = s(g(z))           reconstruction (batch, 1, 28, 28); g: decoder, s: output activation

    mean-squared-error    L(x, y) = Σ (x − y)²
    cross-entropy         L(x, y) = −Σ [x log y + (1 − x) log(1 − y)]

summed over the 784 pixels x of the clean image, then averaged over the batch. The code is linear: no
activation squashes it, so any point of the code space can be reached. With `architecture: dense`, no
hidden layer and a linear output, f and g are linear maps; without noise, and with squared error, the best of
them is PCA (Baldi & Hornik, *Neural Networks and Principal Component Analysis*, 1989).

Reference: Vincent, Larochelle, Lajoie, Bengio, Manzagol, *Stacked Denoising Autoencoders*, JMLR 11
(2010): corruption in section 3.1, the objective in equation (3).

Deviations from the reference: (1) convolutions by default, where the paper has dense layers; (2) all
layers are trained at once, not greedily one by one; (3) encoder and decoder share no weights.
"""

from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional as F

from stages.common.settings import Count, Rate
from stages.common.training import TrainingSettings
from stages.models import networks
from stages.models.interface import Autoencoder, LossTerms
from stages.models.networks import ACTIVATIONS, PIXELS, QUARTER, Activation


class Settings(TrainingSettings):
    """The section `ae` of `params.yaml`."""

    architecture: Literal["conv", "conv-pool", "dense"] = Field(description="see networks.py")
    channels: tuple[Count, Count] = Field(description="filters of the two convolutions (conv, conv-pool)")
    hidden: tuple[Count, ...] = Field(description="hidden layers (dense); none: a linear encoder")
    activation: Activation = Field(description="of the hidden layers")
    output: Literal["sigmoid", "relu", "linear"] = Field(description="activation of the last layer")
    objective: Literal["mean-squared-error", "cross-entropy"] = Field(description="L(x, y)")
    initialisation: Literal["default", "normal"] = Field(description="PyTorch's own, or N(0, std²)")
    initialisation_std: Rate = Field(description="std of `initialisation: normal`")

    @model_validator(mode="after")
    def _probabilities(self) -> "Settings":
        if self.objective == "cross-entropy" and self.output != "sigmoid":
            raise ValueError(f"ae.output is {self.output!r}; cross-entropy needs probabilities, so 'sigmoid'")
        return self


class DenoisingAutoencoder(Autoencoder):
    """`encoder` and `decoder` as modules of their own; `decoder` ends before the output activation."""

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        output: str = "sigmoid",
        objective: str = "cross-entropy",
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.output = ACTIVATIONS[output]()
        self.objective = objective

    def encode(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch latent"]:
        """z = f(x)."""
        return self.encoder(images)

    def decode(self, codes: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch 1 28 28"]:
        """y = s(g(z)); in [0, 1] only with a sigmoid."""
        return self.output(self.decoder(codes))

    def loss(
        self,
        noisy: Float[Tensor, "batch 1 28 28"],
        clean: Float[Tensor, "batch 1 28 28"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L(x, y); nothing here is random, `generator` is not used."""
        logits = self.decoder(self.encoder(noisy)).float()
        if self.objective == "cross-entropy":
            error = F.binary_cross_entropy_with_logits(logits, clean, reduction="none")
        else:
            error = (self.output(logits) - clean).square()
        return {"loss": error.sum(dim=(1, 2, 3)).mean()}  # sum over pixels, mean over images


def build(settings: Settings, latent: int) -> DenoisingAutoencoder:
    """The network that the settings describe, freshly initialised from the global generator."""
    trunk, decoder = _trunk_and_decoder(settings, latent)
    width = _width(settings)
    model = DenoisingAutoencoder(
        nn.Sequential(*trunk, nn.Linear(width, latent)), decoder, settings.output, settings.objective
    )
    if settings.initialisation == "normal":
        networks.draw_normal_weights(model, settings.initialisation_std)
    return model


def _trunk_and_decoder(settings: Settings, latent: int) -> tuple[nn.Sequential, nn.Sequential]:
    act, channels = settings.activation, settings.channels
    if settings.architecture == "dense":
        return networks.dense_encoder(settings.hidden, act), networks.dense_decoder(
            latent, settings.hidden, act
        )
    if settings.architecture == "conv-pool":
        return networks.conv_pool_encoder(channels, act), networks.conv_pool_decoder(latent, channels, act)
    return networks.conv_encoder(channels, act), networks.conv_decoder(latent, channels, act)


def _width(settings: Settings) -> int:
    if settings.architecture == "dense":
        return settings.hidden[-1] if settings.hidden else PIXELS
    return settings.channels[1] * QUARTER**2
