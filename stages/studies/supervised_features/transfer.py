"""The part of an encoder that kinds of models have in common, so that one can start from another's weights.

    x → trunk → hidden vector h → linear layer → code

The trunk of an autoencoder, of a VAE and of a classifier with the same settings is the same network of
`networks.py`. A winner-take-all layer has no code beyond its units, so it is all trunk: dense, it is
x → relu(W x + b); convolutional, the largest activations of its maps' regions. `matching_classifier` puts a
classifier upon such a trunk.
"""

import torch
from torch import nn

from stages.images.datasets import SIDE
from stages.models import wta
from stages.models.classifier import Classifier
from stages.models.vae import GaussianEncoder
from stages.models.wta import DenseLayer, WinnerTakeAll


def trunk(model: nn.Module) -> nn.Sequential:
    """Layers from the image to the hidden vector: the model's own, not a copy."""
    if isinstance(model, WinnerTakeAll):
        layer = model.image_layer
        if isinstance(layer, DenseLayer):
            return nn.Sequential(nn.Flatten(), *layer.encoder)
        return nn.Sequential(*layer.encoder, nn.MaxPool2d(layer.pool), nn.Flatten())
    if isinstance(model.encoder, GaussianEncoder):
        return model.encoder.trunk
    return model.encoder[:-1]


@torch.no_grad()
def copy_trunk(source: nn.Module, target: nn.Module) -> None:
    """Give the trunk of `target` the weights of that of `source`; RuntimeError where they differ in shape."""
    trunk(target).load_state_dict(trunk(source).state_dict())


def matching_classifier(settings: wta.Settings, latent: int) -> Classifier:
    """A classifier whose trunk is that of a winner-take-all layer, with the weights that it starts from."""
    layers = trunk(wta.build(settings))
    width = layers(torch.zeros(1, 1, SIDE, SIDE)).shape[1]
    return Classifier(nn.Sequential(*layers, nn.Linear(width, latent)), latent)
