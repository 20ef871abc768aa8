"""The verbs that every autoencoder here answers to.

    encode    images x (batch, channels, height, width) in [0, 1]  → code z
    decode    code z                                 → images y
    forward   y = decode(encode(x)), what the model makes of x once trained
    loss      named terms for training, `loss` first: sums over pixels and code, means over the batch
    features  z as the flat vector that a probe, k-NN or t-SNE gets to see

and what kind of model it is, which an analysis asks instead of the model's name:

    code_kind     plain: numbers; gaussian: means of q(z|x); sparse: many units, few of them active
    winners       the code as in training, where that depends on the mini-batch
    image_layer   the part whose weights meet the image
    image_shape   channels, height and width of the images that it was built for
    test_metrics  figures of its own, from the terms of its loss on test images

Encoder and decoder are modules of their own. An output lies in [0, 1] where its activation is a sigmoid.
"""

from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from stages.common.errors import StudyError
from stages.images.shape import DIGIT, ImageShape

LossTerms = dict[str, Tensor]


class Autoencoder(nn.Module):
    """An encoder, a decoder, and an objective for the pair."""

    code_kind: ClassVar[Literal["plain", "gaussian", "sparse"]] = "plain"
    image_shape: ImageShape = DIGIT

    @property
    def image_layer(self) -> nn.Module:
        """The part that sees the image: the model itself, or the lowest layer of a stack."""
        return self

    def encode(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch *code"]:
        """The code of each image: what `decode` understands."""
        raise NotImplementedError

    def decode(self, codes: Float[Tensor, "batch *code"]) -> Float[Tensor, "batch channels height width"]:
        """The image that each code stands for."""
        raise NotImplementedError

    def loss(
        self,
        noisy: Float[Tensor, "batch channels height width"],
        clean: Float[Tensor, "batch channels height width"],
        generator: torch.Generator,
    ) -> LossTerms:
        """Terms of the objective, `loss` (their weighted sum) first; scalars, means over the batch."""
        raise NotImplementedError

    def forward(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """Encode, then decode."""
        return self.decode(self.encode(images))

    @torch.inference_mode()
    def reconstruct(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        """`forward` for use after training: no gradients.

        Raises:
            StudyError: images of another shape than the model was built for, or that do not lie in [0, 1], of
                which it would make rubbish.
        """
        if images.shape[1:] != self.image_shape:
            wanted, found = (
                "(n, " + ", ".join(map(str, one)) + ")" for one in (self.image_shape, images.shape[1:])
            )
            raise StudyError(f"the model was trained on images of shape {wanted}; these have {found}")
        low, high = images.aminmax()
        if not (low >= 0 and high <= 1):  # also NaN
            raise StudyError(
                f"images should lie in [0, 1], these lie in [{low:g}, {high:g}]; divide bytes by 255"
            )
        return self(images)

    def features(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch features"]:
        """The code as a flat vector."""
        return self.encode(images).flatten(1)

    def winners(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch *code"]:
        """The code as in training; elsewhere than in a winner-take-all model that of `encode`."""
        return self.encode(images)

    def test_metrics(self, terms: dict[str, float]) -> dict[str, float]:
        """What `terms`, the means of those of `loss` over test images, say of this kind of model alone."""
        return {}
