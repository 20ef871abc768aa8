"""Autoencoder with codes in the unit cube, and a decoder of more power than the encoder.

    z = σ(f(x))        code (B, k) in (0, 1)ᵏ of the image x (B, 1, 28, 28); f: encoder, σ: logistic sigmoid
    y = σ(g(z))        reconstruction; g: decoder
    L = −Σ [x log y + (1 − x) log(1 − y)]       over the 784 pixels, then the mean over the batch

The sigmoid bounds the code, and so says where codes can lie at all; the objective does not say where in the
cube they do. A decoder with more layers than the encoder can fold the cube into digits that a shallow encoder
has only roughly sorted.

Reference: Hinton & Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, 2006, whose
networks have logistic units.

Deviations: (1) the code has logistic units, where the paper's code is linear and its hidden layers are
logistic; (2) hidden layers are ReLU, trained at once, not layer by layer; (3) encoder and decoder differ in
size, where the paper has mirror images of each other; (4) a convolutional variant.
"""

from typing import Annotated, Literal

from pydantic import Field
from torch import nn

from stages.common.settings import Section, needed_by
from stages.common.training_settings import TrainingSettings
from stages.models import networks
from stages.models.ae import DenoisingAutoencoder
from stages.models.architecture import Activation, Channels, Hidden


class Conv(Section):
    """Of `architecture: conv`."""

    encoder_channels: Channels = Field(description="filters of the encoder's two convolutions")
    decoder_channels: Channels = Field(description="of the decoder, as an encoder would have them")


class Dense(Section):
    """Of `architecture: dense`."""

    encoder_hidden: Hidden = Field(description="hidden layers of the encoder")
    decoder_hidden: Hidden = Field(description="hidden layers of the decoder, last first")


class Settings(TrainingSettings):
    """A section for one such autoencoder; layers are listed from the image's side of each network."""

    architecture: Literal["conv", "dense"] = Field(description="see networks.py")
    conv: Annotated[Conv | None, needed_by("architecture", "conv")] = None
    dense: Annotated[Dense | None, needed_by("architecture", "dense")] = None
    activation: Activation = Field(description="of the hidden layers")

    @property
    def layer_sizes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Of the encoder and of the decoder."""
        if self.architecture == "dense":
            return self.dense.encoder_hidden, self.dense.decoder_hidden
        return self.conv.encoder_channels, self.conv.decoder_channels


def build(settings: Settings, latent: int) -> DenoisingAutoencoder:
    """The network that the settings describe, freshly initialised from the global generator."""
    kind, activation = settings.architecture, settings.activation
    encoder_sizes, decoder_sizes = settings.layer_sizes
    trunk, width = networks.build_trunk(kind, encoder_sizes, activation)
    decoder = networks.build_decoder(kind, latent, decoder_sizes, activation)
    encoder = nn.Sequential(*trunk, nn.Linear(width, latent), nn.Sigmoid())
    return DenoisingAutoencoder(encoder, decoder, output="sigmoid", objective="cross-entropy")
