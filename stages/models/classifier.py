"""A convolutional classifier: the judge of generated digits, and the supervised relative of the encoders.

    h = trunk(x)                        hidden vector (B, width); the trunk is an autoencoder's encoder trunk
    p(c|x) = softmax(W relu(z) + b)     z = V h + v: (B, latent), where an autoencoder has its code

    L = −log p(label|x), mean over the batch

As a judge it says which class a picture looks like, and how sure it is: max_c p(c|x). A classifier is sure
of many pictures that are no digits, so its confidence compares pictures; it does not certify one.

Reference: the trunk is that of `networks.py`; the objective is the cross-entropy of any textbook.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from stages.models import networks
from stages.models.architecture import NetworkSettings
from stages.models.interface import LossTerms

CLASSES = 10


class Settings(NetworkSettings):
    """A section `classifier`."""


class Classifier(nn.Module):
    """`encoder` gives the code z, `head` the classes' logits; trained on pairs of image and label."""

    def __init__(self, encoder: nn.Module, latent: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(latent, CLASSES))

    def encode(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch latent"]:
        """z, where an autoencoder has its code."""
        return self.encoder(images)

    def features(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch latent"]:
        """The code, under the name that probes use."""
        return self.encode(images)

    def forward(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch classes"]:
        """Logits of the classes."""
        return self.head(self.encoder(images))

    def probabilities(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch classes"]:
        """p(c|x)."""
        return self(images).float().softmax(dim=1)

    def loss(
        self,
        images: Float[Tensor, "batch 1 28 28"],
        labels: Int[Tensor, "batch"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L, and the share of images that are put wrong; `generator` is not used."""
        logits = self(images).float()
        wrong = (logits.argmax(dim=1) != labels).float().mean()
        return {"loss": F.cross_entropy(logits, labels), "error": wrong}


def build(settings: Settings, latent: int) -> Classifier:
    """The network that the settings describe, freshly initialised from the global generator."""
    kind, sizes = settings.architecture, settings.layer_sizes
    trunk, width = networks.build_trunk(kind, sizes, settings.activation, kernel=settings.kernel)
    return Classifier(nn.Sequential(*trunk, nn.Linear(width, latent)), latent)
