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

from typing import Literal

from pydantic import Field
from torch import nn

from stages.common.settings import Count
from stages.common.training import TrainingSettings
from stages.models import networks
from stages.models.ae import DenoisingAutoencoder
from stages.models.networks import PIXELS, QUARTER, Activation

Channels = tuple[Count, Count]


class Settings(TrainingSettings):
    """A section for one such autoencoder; layers are listed from the image's side of each network."""

    architecture: Literal["conv", "dense"] = Field(description="see networks.py")
    encoder_hidden: tuple[Count, ...] = Field(description="hidden layers of the encoder (dense)")
    decoder_hidden: tuple[Count, ...] = Field(description="hidden layers of the decoder, last first (dense)")
    encoder_channels: Channels = Field(description="filters of the encoder's two convolutions (conv)")
    decoder_channels: Channels = Field(description="of the decoder, as an encoder would have them (conv)")
    activation: Activation = Field(description="of the hidden layers")


def build(settings: Settings, latent: int) -> DenoisingAutoencoder:
    """The network that the settings describe, freshly initialised from the global generator."""
    act = settings.activation
    if settings.architecture == "dense":
        trunk = networks.dense_encoder(settings.encoder_hidden, act)
        width = (PIXELS, *settings.encoder_hidden)[-1]
        decoder = networks.dense_decoder(latent, settings.decoder_hidden, act)
    else:
        trunk = networks.conv_encoder(settings.encoder_channels, act)
        width = settings.encoder_channels[1] * QUARTER**2
        decoder = networks.conv_decoder(latent, settings.decoder_channels, act)
    encoder = nn.Sequential(*trunk, nn.Linear(width, latent), nn.Sigmoid())
    return DenoisingAutoencoder(encoder, decoder, output="sigmoid", objective="cross-entropy")
