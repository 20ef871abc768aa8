"""Deep convolutional generative adversarial network (DCGAN).

Idea: no code is ever made of an image. A generator turns noise into images, a discriminator tells them from
real ones, and each learns from the other: one to find out, one not to be found out.

    z ~ N(0, I)             code (B, k), drawn, never inferred
    G(z)                    image (B, 1, 28, 28) in (0, 1)
    D(x) = σ(d(x))          probability that x is real; d: logits (B,)

*The game* (Goodfellow et al., equation 1):

    min_G max_D  E_x[log D(x)] + E_z[log(1 − D(G(z)))]

*Two losses.* Each player minimises one of its own:

    L_D = −E_x[log D(x)] − E_z[log(1 − D(G(z)))]
    L_G = −E_z[log D(G(z))]                                       (non-saturating; their section 3)

L_G has the same fixed point as the game. While D sees through everything, log(1 − D(G(z))) is flat in G's
weights: with s = d(G(z)), its derivative −σ(s) vanishes as s → −∞, and that of −log σ(s), which is
σ(s) − 1, does not.

*Where it should end.* For a fixed G the best D is p(x) / (p(x) + p_G(x)) (their proposition 1). Once p_G = p
it is ½ everywhere: L_D = log 4 ≈ 1.386 and L_G = log 2 ≈ 0.693. The converse does not hold: losses near
these values also come from a discriminator that has learned nothing. A loss that falls says that one player
is ahead of the other, not that pictures get better.

References: Goodfellow et al., *Generative Adversarial Nets*, 2014 (arXiv 1406.2661); Radford, Metz, Chintala,
*Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks*, 2016 (arXiv
1511.06434): strided convolutions, batch normalisation but in G's last and D's first layer, ReLU in G, leaky
ReLU in D, weights from N(0, 0.02²), Adam with β₁ = 0.5.

Deviations: (1) two convolutions each, for 28 × 28 pixels, where the paper has four or five for 64 × 64; (2) z
is normal, not uniform in [−1, 1], as in all studies here; (3) the output is a sigmoid in (0, 1), as images
are here, where the paper has tanh in (−1, 1): (tanh(a/2) + 1)/2 = σ(a); (4) scales of the batch normalisation
start at 1, not at random; (5) the two players may have different learning rates.
"""

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from stages.common.adversarial_settings import AdversarialSettings
from stages.common.settings import Count
from stages.images.datasets import SIDE

QUARTER = SIDE // 4  # side of the maps after two halvings
LEAK = 0.2  # slope of the leaky ReLU below 0
WEIGHTS_STD = 0.02


class Settings(AdversarialSettings):
    """A section `gan`."""

    channels: tuple[Count, Count] = Field(description="of D's two convolutions, and of G's in reverse")
    batch_normalisation: bool = Field(description="of the hidden layers of both; false: none")


class Gan(nn.Module):
    """`generator` gives images, `discriminator` logits; `loss_…` are what each minimises."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, latent: int) -> None:
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.latent = latent

    def decode(self, codes: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch 1 28 28"]:
        """G(z)."""
        return self.generator(codes)

    def logits(self, images: Float[Tensor, "batch 1 28 28"]) -> Float[Tensor, "batch"]:
        """d(x): above 0 where D takes x for real."""
        return self.discriminator(images).float().squeeze(1)

    def codes(self, count: int, generator: torch.Generator) -> Float[Tensor, "count latent"]:
        """z ~ N(0, I)."""
        return torch.randn(count, self.latent, generator=generator, device=generator.device)

    def discriminator_loss(
        self, real: Float[Tensor, "batch 1 28 28"], made: Float[Tensor, "batch 1 28 28"]
    ) -> dict[str, Float[Tensor, ""]]:
        """`loss` L_D, and the shares of real and of made images that D puts right.

        Each kind is a batch of its own for the batch normalisation: together, its means would tell D the mix.
        """
        of_real, of_made = self.logits(real), self.logits(made)
        return {
            "loss": F.softplus(-of_real).mean() + F.softplus(of_made).mean(),  # −log σ(s) = softplus(−s)
            "real_right": (of_real > 0).float().mean(),
            "made_right": (of_made <= 0).float().mean(),
        }

    def generator_loss(self, made: Float[Tensor, "batch 1 28 28"]) -> dict[str, Float[Tensor, ""]]:
        """`loss` L_G."""
        return {"loss": F.softplus(-self.logits(made)).mean()}


def build(settings: Settings, latent: int) -> Gan:
    """The two networks, freshly initialised from the global generator."""
    norm = nn.BatchNorm2d if settings.batch_normalisation else nn.Identity
    gan = Gan(_generator(latent, settings.channels, norm), _discriminator(settings.channels, norm), latent)
    for module in gan.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, std=WEIGHTS_STD)
    return gan


def _generator(latent: int, channels: tuple[int, int], norm: type[nn.Module]) -> nn.Sequential:
    first, second = channels
    return nn.Sequential(
        nn.Linear(latent, second * QUARTER**2, bias=False),
        nn.Unflatten(1, (second, QUARTER, QUARTER)),  # → c₂ × 7 × 7
        norm(second), nn.ReLU(),
        nn.ConvTranspose2d(second, first, 4, stride=2, padding=1, bias=False),  # → c₁ × 14 × 14
        norm(first), nn.ReLU(),
        nn.ConvTranspose2d(first, 1, 4, stride=2, padding=1),  # → 1 × 28 × 28
        nn.Sigmoid(),
    )  # fmt: skip


def _discriminator(channels: tuple[int, int], norm: type[nn.Module]) -> nn.Sequential:
    first, second = channels
    return nn.Sequential(
        nn.Conv2d(1, first, 4, stride=2, padding=1), nn.LeakyReLU(LEAK),  # → c₁ × 14 × 14
        nn.Conv2d(first, second, 4, stride=2, padding=1, bias=False),  # → c₂ × 7 × 7
        norm(second), nn.LeakyReLU(LEAK),
        nn.Flatten(),
        nn.Linear(second * QUARTER**2, 1),
    )  # fmt: skip
