"""Autoencoder whose code is rectified: the plain one of `ae.py`, with a ReLU after the encoder.

    z = max(0, f(x))      code (B, k), no number of it below 0
    y = s(g(z))           reconstruction; L(x, y) as in ae.py

Without hidden layers this is the textbook's "one hidden layer" network: 784 → k → 784, f(x) = A x + a. A
unit then adds its own pattern, a column of the decoder, to the image, or is silent: it cannot subtract it.
Where f(x) is negative for *every* image, the unit is dead: its gradient is 0, so that no further step of
training changes its part of the encoder, and the code has a number less.
"""

from torch import nn

from stages.models import ae
from stages.models.ae import DenoisingAutoencoder


def build(settings: ae.Settings, latent: int) -> DenoisingAutoencoder:
    """The network that the settings describe, with a ReLU on its code."""
    model = ae.build(settings, latent)
    model.encoder.append(nn.ReLU())
    return model
