"""A stack of layers, taken apart into autoencoders of one layer each: greedy layer-wise training.

    h₀ = x,  hᵢ = s(Aᵢ hᵢ₋₁ + aᵢ)       codes of layer i = 1 … n; hₙ is the code of the stack, without s
    yᵢ = Bᵢ hᵢ + bᵢ                     what the mirror of layer i in the decoder makes of them

The layer at depth i is trained, together with its mirror, to restore hᵢ₋₁ from hᵢ, those below being as they
are: no gradient reaches them. What is restored lies in [0, 1] at the bottom and above sigmoids; there yᵢ
are logits of a cross-entropy, and elsewhere L = Σ (hᵢ₋₁ − yᵢ)². In the stack, yᵢ passes through the
activation s on its way down. Where s is a ReLU, it brings no yᵢ farther from hᵢ₋₁ ≥ 0. Then all layers
are trained together as one deep autoencoder: fine-tuning.

Reference: Bengio, Lamblin, Popovici, Larochelle, *Greedy Layer-Wise Training of Deep Networks*, 2007; Hinton
& Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, 2006.

Deviations: (1) autoencoders, where Hinton and Salakhutdinov stack restricted Boltzmann machines; (2) layer
and mirror share no weights; (3) Bengio et al. fine-tune a classifier, here it is the reconstruction.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from stages.models.ae import DenoisingAutoencoder
from stages.models.interface import LossTerms


class LayerAutoencoder(nn.Module):
    """One layer of a stack and its mirror, as an autoencoder of the codes that `below` gives."""

    def __init__(self, below: nn.Sequential, layer: nn.Sequential, mirror: nn.Linear) -> None:
        super().__init__()
        self.below, self.layer, self.mirror = below, layer, mirror
        self.bounded = isinstance(below[-1], nn.Flatten | nn.Sigmoid)  # images, or codes in (0, 1)

    def loss(
        self,
        noisy: Float[Tensor, "batch 1 28 28"],
        clean: Float[Tensor, "batch 1 28 28"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L of this layer alone; nothing here is random, `generator` is not used."""
        with torch.no_grad():
            inputs, target = self.below(noisy), self.below(clean).float()
        output = self.mirror(self.layer(inputs)).float()
        if self.bounded:
            error = F.binary_cross_entropy_with_logits(output, target, reduction="none")
        else:
            error = (output - target).square()
        return {"loss": error.sum(dim=1).mean()}  # sum over the codes, mean over images


def layer_autoencoders(stack: DenoisingAutoencoder) -> list[LayerAutoencoder]:
    """The layers of a dense `stack` from the image up; they share its weights, so training them trains it."""
    flatten, *modules = stack.encoder
    mirrors = [module for module in stack.decoder if isinstance(module, nn.Linear)]
    found, below = [], nn.Sequential(flatten)
    for depth, mirror in enumerate(reversed(mirrors)):
        layer = nn.Sequential(*modules[2 * depth : 2 * depth + 2])  # with its activation; the code has none
        found.append(LayerAutoencoder(below, layer, mirror))
        below = nn.Sequential(*below, *layer)
    return found
