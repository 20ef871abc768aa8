"""Variational autoencoder.

Idea: let the code be not a point but a small Gaussian cloud, and keep all clouds close to one standard
normal. Neighbouring codes then have to decode to similar images, and a code drawn at random from the
standard normal decodes to an image that could have been in the data.

Symbols, with k = `latent` and B the batch:

    x                       image, (B, channels, height, width) in [0, 1]
    z                       code, (B, k)
    p(z) = N(0, I)          prior
    p(x|z) = Bernoulli(y)   decoder: y = sigmoid(g(z)), one probability a pixel (and colour), shaped like x
    q(z|x) = N(μ, σ²)       encoder: μ (B, k) and log σ² (B, k), both functions of x

*The bound.* The likelihood of an image, log p(x) = log ∫ p(x|z) p(z) dz, has no closed form. Multiply and
divide by q and use Jensen's inequality (the logarithm of a mean is at least the mean of the logarithm):

    log p(x) = log E_q[p(x|z) p(z) / q(z|x)]
             ≥ E_q[log p(x|z)] − E_q[log q(z|x) / p(z)]
             = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z))          = ELBO            (paper: eq. 3)

Training minimises −ELBO; the first term is the reconstruction, the second keeps the clouds in place.

*Sampling.* The expectation over q is estimated by one draw z ~ q(z|x). A draw has no gradient with
respect to μ and σ, so it is written as a function of them and of noise that depends on nothing:

    z = μ + σ ⊙ ε,   ε ~ N(0, I) (B, k)       σ = exp(½ log σ²)              (paper: eq. 4 and section 2.4)

*Reconstruction term.* With Bernoulli pixels, −log p(x|z) is the cross-entropy:

    C = −Σ_pixels [x log y + (1 − x) log(1 − y)]                               (paper: eq. 11)

*KL term.* Both are Gaussians with independent coordinates, so the integral is a sum over coordinates of
E_q[½(z² − (z − μ)²/σ² − log σ²)]; with E_q[z²] = μ² + σ² and E_q[(z − μ)²] = σ² this is

    KL = −½ Σ_code (1 + log σ² − μ² − σ²)                                      (paper: appendix B)

*Objective and reductions.* loss = C + β·KL: C is summed over the pixels (784 of a digit) and KL over the k
coordinates (both come from the same sum of log-densities, so neither may be averaged alone: a mean over
pixels would silently multiply β by their number), then both are averaged over the B images. All are nats an
image.

`encode` gives μ, the centre of the cloud, and `decode` is y.

References: Kingma & Welling, *Auto-Encoding Variational Bayes*, 2014 (arXiv 1312.6114). β: Higgins et
al., *β-VAE*, 2017, eq. 4. Noisy input: Im et al., *Denoising Criterion for Variational Auto-Encoding
Framework*, 2017.

Deviations: (1) the encoder reads the noisy image while C is taken on the clean one, so the bound is that
of a denoising VAE; (2) pixels are grey values in [0, 1], not binary, so C does not reach 0 and the ELBO
compares only with others on grey pixels. With β = 0 the draw stays, and nothing but the cross-entropy decides
how wide it is: σ shrinks, towards the plain autoencoder's z = μ.
"""

from typing import Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from stages.common import ranks
from stages.images.shape import DIGIT, ImageShape
from stages.models import networks
from stages.models.architecture import Activation, NetworkSettings
from stages.models.interface import Autoencoder, LossTerms


class Settings(NetworkSettings):
    """The section `vae` of `params.yaml`; `activation` is of the encoder."""

    architecture: Literal["conv", "dense"] = Field(description="see networks.py")
    decoder_activation: Activation = Field(description="of the decoder's hidden layers (the second 512)")
    beta: float = Field(ge=0, description="weight of the KL term; 1: the ELBO, 0: cross-entropy alone")


class GaussianEncoder(nn.Module):
    """x → (μ, log σ²) of q(z|x): a shared trunk, then a linear layer for each."""

    def __init__(self, trunk: nn.Module, width: int, latent: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.to_mean = nn.Linear(width, latent)
        self.to_log_variance = nn.Linear(width, latent)

    def forward(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """μ and log σ²."""
        hidden = self.trunk(images)
        return self.to_mean(hidden), self.to_log_variance(hidden)


class VariationalAutoencoder(Autoencoder):
    """`encoder` gives (μ, log σ²), `decoder` the logits of y."""

    code_kind = "gaussian"

    def __init__(self, encoder: GaussianEncoder, decoder: nn.Module, beta: float = 1.0) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.beta = beta

    def encode(self, images: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch latent"]:
        """μ, the mean of q(z|x)."""
        mean, _ = self.encoder(images)
        return mean

    def decode(self, codes: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch channels height width"]:
        """y = sigmoid(g(z))."""
        return self.decoder(codes).sigmoid()

    def loss(
        self,
        noisy: Float[Tensor, "batch channels height width"],
        clean: Float[Tensor, "batch channels height width"],
        generator: torch.Generator,
    ) -> LossTerms:
        """C + β·KL, C and KL, in nats an image, for one draw of z per image."""
        mean, log_variance = (part.float() for part in self.encoder(noisy))
        codes = sample(mean, log_variance, generator)
        cross_entropy = bernoulli_cross_entropy(self.decoder(codes).float(), clean)  # (batch,)
        kl = kl_to_standard_normal(mean, log_variance)  # (batch,)
        return {
            "loss": (cross_entropy + self.beta * kl).mean(),
            "cross_entropy": cross_entropy.mean(),
            "kl": kl.mean(),
        }

    def test_metrics(self, terms: dict[str, float]) -> dict[str, float]:
        """The ELBO and the KL of its two terms, in nats an image."""
        return {"elbo": -terms["cross_entropy"] - terms["kl"], "kl": terms["kl"]}


def sample(
    mean: Float[Tensor, "batch latent"],
    log_variance: Float[Tensor, "batch latent"],
    generator: torch.Generator,
) -> Float[Tensor, "batch latent"]:
    """z = μ + σ ⊙ ε, a draw from q(z|x) that gradients pass through."""
    return mean + (0.5 * log_variance).exp() * ranks.normal_like(mean, generator)


def kl_to_standard_normal(
    mean: Float[Tensor, "batch latent"], log_variance: Float[Tensor, "batch latent"]
) -> Float[Tensor, "batch"]:
    """KL(N(μ, σ²) ‖ N(0, I)), summed over the code, in nats."""
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(dim=1)


def bernoulli_cross_entropy(
    logits: Float[Tensor, "batch channels height width"],
    targets: Float[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch"]:
    """−log p(x|z), summed over pixels, in nats."""
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(dim=(1, 2, 3))


def build(settings: Settings, latent: int, shape: ImageShape = DIGIT) -> VariationalAutoencoder:
    """The network that the settings describe, freshly initialised from the global generator."""
    kind, sizes, kernel = settings.architecture, settings.layer_sizes, settings.kernel
    trunk, width = networks.build_trunk(kind, sizes, settings.activation, shape, kernel)
    decoder = networks.build_decoder(kind, latent, sizes, settings.decoder_activation, shape, kernel)
    model = VariationalAutoencoder(GaussianEncoder(trunk, width, latent), decoder, settings.beta)
    model.image_shape = shape
    return model
