"""Denoising autoencoder.

Idea: squeeze an image through a code far smaller than itself, and ask for the *clean* image back from a
*noisy* one. What does not fit through (the noise) is lost, what repeats itself (the digit) stays.

    z = f(x̃)              code (batch, k) of the noisy image x̃ (batch, channels, height, width); f: encoder
    y = s(g(z))           reconstruction, of the same shape; g: decoder, s: output activation

    mean-squared-error    L(x, y) = Σ (x − y)²
    cross-entropy         L(x, y) = −Σ [x log y + (1 − x) log(1 − y)]

summed over the pixels x of the clean image, 784 of a digit, in RGB each three times, then averaged over the
batch. The code is linear: no activation squashes it, so any point of the code space can be reached. With
`architecture: dense`, no hidden layer and a linear output, f and g are linear maps; without noise, and with
squared error, the best of them is PCA (Baldi & Hornik, *Neural Networks and Principal Component Analysis*,
1989).

Reference: Vincent, Larochelle, Lajoie, Bengio, Manzagol, *Stacked Denoising Autoencoders*, JMLR 11
(2010): corruption in section 3.1, the objective in equation (3).

Deviations from the reference: (1) convolutions by default, where the paper has dense layers; (2) all
layers are trained at once, not greedily one by one; (3) encoder and decoder share no weights.
"""

from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError
from torch import Tensor, nn
from torch.nn import functional as F

from stages.common.settings import Others, Rate
from stages.images.shape import DIGIT, ImageShape
from stages.models import networks
from stages.models.architecture import NetworkSettings
from stages.models.interface import Autoencoder, LossTerms
from stages.models.networks import ACTIVATIONS


class Settings(NetworkSettings):
    """The section `ae` of `params.yaml`."""

    objective: Literal["mean-squared-error", "cross-entropy"] = Field(description="L(x, y)")
    output: Literal["sigmoid", "relu", "linear"] = Field(description="activation of the last layer")
    initialisation_std: Rate | None = Field(
        description="weights and biases from N(0, std²); null: PyTorch's own"
    )

    @field_validator("output")
    @classmethod
    def _probabilities(cls, output: str, others: Others) -> str:
        if others.data.get("objective") == "cross-entropy" and output != "sigmoid":
            raise PydanticCustomError("output", "cross-entropy needs probabilities, so 'sigmoid'")
        return output


class DenoisingAutoencoder(Autoencoder):
    """`encoder` and `decoder` as modules of their own; `decoder` ends before the output activation."""

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        output: str = "sigmoid",
        objective: str = "cross-entropy",
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.output = ACTIVATIONS[output]()
        self.objective = objective

    def encode(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch latent"]:
        """z = f(x)."""
        return self.encoder(images)

    def decode(self, codes: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch channels height width"]:
        """y = s(g(z)); in [0, 1] only with a sigmoid."""
        return self.output(self.decoder(codes))

    def loss(
        self,
        noisy: Float[Tensor, "batch channels height width"],
        clean: Float[Tensor, "batch channels height width"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L(x, y); nothing here is random, `generator` is not used."""
        logits = self.decoder(self.encoder(noisy)).float()
        if self.objective == "cross-entropy":
            error = F.binary_cross_entropy_with_logits(logits, clean, reduction="none")
        else:
            error = (self.output(logits) - clean).square()
        return {"loss": error.sum(dim=(1, 2, 3)).mean()}  # sum over pixels, mean over images


def build(settings: Settings, latent: int, shape: ImageShape = DIGIT) -> DenoisingAutoencoder:
    """The network that the settings describe, freshly initialised from the global generator."""
    kind, sizes, kernel = settings.architecture, settings.layer_sizes, settings.kernel
    trunk, width = networks.build_trunk(kind, sizes, settings.activation, shape, kernel)
    decoder = networks.build_decoder(kind, latent, sizes, settings.activation, shape, kernel)
    encoder = nn.Sequential(*trunk, nn.Linear(width, latent))
    model = DenoisingAutoencoder(encoder, decoder, settings.output, settings.objective)
    if settings.initialisation_std is not None:
        networks.draw_normal_weights(model, settings.initialisation_std)
    model.image_shape = shape
    return model
