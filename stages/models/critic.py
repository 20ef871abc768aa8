"""A critic: tells real images from made-up ones that look nearly real.

    s(x) = W relu(V h + v) + b      one number (B,); h = trunk(x), as in `classifier.py`
    L = −y log σ(s) − (1 − y) log(1 − σ(s)), mean over the batch; y = 1 for a real image, 0 for an impostor

An image is *accepted* where s(x) reaches `threshold`, set such that a wanted share of real images does that
the critic was not trained on. So it does not matter how many impostors there were beside the real images, as
it would for σ(s) = ½.

A classifier is sure of many pictures that are no digits, two digits laid over each other among them. The
critic is trained on just those (`images/impostors.py`).

Reference: the discriminator of Goodfellow et al., *Generative Adversarial Networks*, 2014; here impostors are
made by hand instead of by a network, so that one critic serves every model.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from stages.models import networks
from stages.models.architecture import NetworkSettings
from stages.models.interface import LossTerms


class Settings(NetworkSettings):
    """A section `critic`."""


class Critic(nn.Module):
    """Scores images; trained on pairs of image and y."""

    threshold: Float[Tensor, ""]

    def __init__(self, trunk: nn.Module, width: int, hidden: int) -> None:
        super().__init__()
        self.score = nn.Sequential(trunk, nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, 1))
        self.register_buffer("threshold", torch.zeros(()))

    def forward(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch"]:
        """s(x): the larger, the more like a real image."""
        return self.score(images).squeeze(1).float()

    def accepts(self, images: Float[Tensor, "batch 1 28 28"]) -> Bool[Tensor, "batch"]:
        """Whether each passes for real."""
        return self(images) >= self.threshold

    def set_threshold(self, scores_of_real: Float[Tensor, "n"], share: float) -> None:
        """From now on accept what scores as high as the best `share` of these images: real and unseen."""
        self.threshold.copy_(torch.quantile(scores_of_real, 1 - share, interpolation="lower"))

    def loss(
        self,
        images: Float[Tensor, "batch 1 28 28"],
        real: Int[Tensor, "batch"],
        generator: torch.Generator | None = None,
    ) -> LossTerms:
        """L, and the share of images that σ(s) = ½ puts wrong; `generator` is not used."""
        scores = self(images)
        wrong = ((scores > 0) != (real > 0)).float().mean()
        return {"loss": F.binary_cross_entropy_with_logits(scores, real.float()), "error": wrong}


def build(settings: Settings, latent: int) -> Critic:
    """The network that the settings describe, freshly initialised; `latent` is its hidden layer's width."""
    kind, sizes = settings.architecture, settings.layer_sizes
    trunk, width = networks.build_trunk(kind, sizes, settings.activation, kernel=settings.kernel)
    return Critic(nn.Sequential(*trunk), width, latent)
