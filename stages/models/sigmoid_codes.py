"""Autoencoder with codes in the unit cube, and a decoder of more power than the encoder.

    z = σ(f(x))        code (B, k) in (0, 1)ᵏ of the image x (B, 1, 28, 28); f: encoder, σ: logistic sigmoid
    y = σ(g(z))        reconstruction; g: decoder
    L = Σ (x − y)²     over the 784 pixels, then the mean over the batch

The sigmoid bounds the code, and so says where codes can lie at all; the objective does not say where in the
cube they do. A decoder with more layers than the encoder can fold the cube into digits that a shallow encoder
has only roughly sorted.

Reference: Hinton & Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, 2006, whose
networks have logistic units.

Deviations: (1) the code has logistic units, where the paper's code is linear and its hidden layers are
logistic; (2) hidden layers have other activations, and are trained at once, not layer by layer; (3) encoder
and decoder differ in size, where the paper has mirror images of each other; (4) squared error, where the
paper ends with cross-entropy; (5) a convolutional variant: max pooling down, upsampling up, dense layers
around the code.
"""

from typing import Annotated, Literal

from pydantic import Field
from torch import nn

from stages.common.settings import Count, Section, needed_by
from stages.common.training_settings import TrainingSettings
from stages.models import networks
from stages.models.ae import DenoisingAutoencoder
from stages.models.architecture import Activation, Channels, Hidden


class Conv(Section):
    """Of `architecture: conv-pool`."""

    encoder_channels: Channels = Field(description="filters of the encoder's two convolutions")
    decoder_channels: Channels = Field(description="of the decoder, as an encoder would have them")
    hidden: Count = Field(description="units of the dense layer before the code, and of the one behind it")


class Dense(Section):
    """Of `architecture: dense`."""

    encoder_hidden: Hidden = Field(description="hidden layers of the encoder")
    decoder_hidden: Hidden = Field(description="hidden layers of the decoder, last first")


class Settings(TrainingSettings):
    """A section for one such autoencoder; layers are listed from the image's side of each network."""

    architecture: Literal["conv-pool", "dense"] = Field(description="see networks.py")
    conv: Annotated[Conv | None, needed_by("architecture", "conv-pool")] = None
    dense: Annotated[Dense | None, needed_by("architecture", "dense")] = None
    activation: Activation = Field(description="of the hidden layers")


def build(settings: Settings, latent: int) -> DenoisingAutoencoder:
    """The network that the settings describe, freshly initialised from the global generator."""
    encoder, decoder = (_dense if settings.architecture == "dense" else _conv)(settings, latent)
    encoder = nn.Sequential(*encoder, nn.Sigmoid())
    return DenoisingAutoencoder(encoder, decoder, output="sigmoid", objective="mean-squared-error")


def _dense(settings: Settings, latent: int) -> tuple[nn.Sequential, nn.Sequential]:
    sizes, activation = settings.dense, settings.activation
    trunk, width = networks.build_trunk("dense", sizes.encoder_hidden, activation)
    decoder = networks.build_decoder("dense", latent, sizes.decoder_hidden, activation)
    return nn.Sequential(*trunk, nn.Linear(width, latent)), decoder


def _conv(settings: Settings, latent: int) -> tuple[nn.Sequential, nn.Sequential]:
    sizes, activation = settings.conv, settings.activation
    trunk, width = networks.build_trunk("conv-pool", sizes.encoder_channels, activation)
    decoder = networks.build_decoder("conv-pool", sizes.hidden, sizes.decoder_channels, activation)
    down = networks.dense_layers((width, sizes.hidden), activation)
    up = networks.dense_layers((latent, sizes.hidden), activation)
    return nn.Sequential(*trunk, *down, nn.Linear(sizes.hidden, latent)), nn.Sequential(*up, *decoder)
