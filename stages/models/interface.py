"""The verbs that every autoencoder here answers to.

    encode    images x (batch, 1, 28, 28) in [0, 1]  → code z
    decode    code z                                 → images y
    forward   y = decode(encode(x)), what the model makes of x once trained
    loss      named terms for training, `loss` first: sums over pixels and code, means over the batch
    features  z as the flat vector that a probe, k-NN or t-SNE gets to see

Encoder and decoder are modules of their own. An output lies in [0, 1] where its activation is a sigmoid.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

LossTerms = dict[str, Tensor]


class Autoencoder(nn.Module):
    """An encoder, a decoder, and an objective for the pair."""

    def encode(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch *code"]:
        """The code of each image: what `decode` understands."""
        raise NotImplementedError

    def decode(self, codes: Float[Tensor, "batch *code"]) -> Float[Tensor, "batch 1 28 28"]:
        """The image that each code stands for."""
        raise NotImplementedError

    def loss(
        self,
        noisy: Float[Tensor, "batch 1 28 28"],
        clean: Float[Tensor, "batch 1 28 28"],
        generator: torch.Generator,
    ) -> LossTerms:
        """Terms of the objective, `loss` (their weighted sum) first; scalars, means over the batch."""
        raise NotImplementedError

    def forward(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch 1 28 28"]:
        """Encode, then decode."""
        return self.decode(self.encode(images))

    @torch.inference_mode()
    def reconstruct(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch 1 28 28"]:
        """`forward` for use after training: no gradients."""
        return self(images)

    def features(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch features"]:
        """The code as a flat vector."""
        return self.encode(images).flatten(1)
