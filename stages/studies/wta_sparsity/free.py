"""CONV-WTA's network without its sparsity: an ordinary overcomplete convolutional autoencoder.

With spatial sparsity its help for silent maps is gone, too: both sit in the choice of winners.
"""

from jaxtyping import Float
from torch import Tensor

from stages.models import wta


class FreeLayer(wta.ConvLayer):
    """A convolutional layer whose code is its activations, in training and afterwards."""

    def winners(self, inputs: Float[Tensor, "b channels side side"]) -> Float[Tensor, "b maps side side"]:
        """Every activation wins."""
        return self.activations(inputs)

    def above_threshold(
        self, activations: Float[Tensor, "b maps side side"]
    ) -> Float[Tensor, "b maps side side"]:
        """Nothing is below."""
        return activations


def build(settings: wta.Settings, latent: int | None = None) -> wta.WinnerTakeAll:
    """The network of `wta.build`, of the same first weights, without sparsity."""
    sparse = wta.build(settings)  # first: weights are drawn from a generator that the other would move on
    conv = settings.conv
    layer = FreeLayer(1, conv.maps, conv.encoder_kernels, conv.decoder_kernel, conv.pool, 1)
    layer.load_state_dict(sparse.top.state_dict())
    return wta.WinnerTakeAll([layer])
