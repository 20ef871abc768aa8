"""The part of an encoder that kinds of models have in common, so that one can start from another's weights.

    x → trunk → hidden vector h → linear layer → code

The trunk of an autoencoder, of a VAE and of a classifier with the same settings is the same network of
`networks.py`. A dense winner-take-all layer has no code beyond its units: its trunk is x → relu(W x + b), as
in a dense classifier whose one hidden layer has as many units.
"""

import torch
from torch import nn

from stages.models.vae import GaussianEncoder
from stages.models.wta import DenseLayer, WinnerTakeAll


def trunk(model: nn.Module) -> nn.Sequential:
    """Layers from the image to the hidden vector: the model's own, not a copy."""
    if isinstance(model, WinnerTakeAll):
        first = model.layers[0]
        if not isinstance(first, DenseLayer):
            raise TypeError("a convolutional winner-take-all layer has no hidden vector")
        return nn.Sequential(nn.Flatten(), *first.encoder)
    if isinstance(model.encoder, GaussianEncoder):
        return model.encoder.trunk
    return model.encoder[:-1]


@torch.no_grad()
def copy_trunk(source: nn.Module, target: nn.Module) -> None:
    """Give the trunk of `target` the weights of that of `source`; RuntimeError where they differ in shape."""
    trunk(target).load_state_dict(trunk(source).state_dict())
