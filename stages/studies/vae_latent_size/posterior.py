"""What a VAE's encoder says of many images, and how far all of it together is from the prior.

    KL_j      = −½ mean_x (1 + log σ_j² − μ_j² − σ_j²)                   one coordinate's part of the KL term
    q(z)      = mean_x q(z|x), the aggregate: mean m = E[μ], covariance S = Cov(μ) + diag E[σ²]
    gap       = KL(N(m, S) ‖ N(0, I)) = ½ (tr S + mᵀm − k − log det S)       nats

The gap compares first and second moments only: 0 does not mean that the aggregate is the prior, but a large
gap means that codes drawn from the prior lie where few images have theirs, or none.

Reference for the aggregate: Hoffman & Johnson, *ELBO surgery*, 2016.
"""

import numpy as np
import torch
from jaxtyping import Float, UInt8

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.models.vae import VariationalAutoencoder

Codes = Float[np.ndarray, "n k"]


def posterior(
    model: VariationalAutoencoder, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime
) -> tuple[Codes, Codes]:
    """μ and log σ² of q(z|x) for each image."""
    both = map_images(lambda batch: torch.cat(model.encoder(batch), dim=1), images, runtime)
    mean, log_variance = np.split(both, 2, axis=1)
    return mean, log_variance


def kl_of_units(mean: Codes, log_variance: Codes) -> Float[np.ndarray, "k"]:
    """KL_j of each coordinate, in nats; their sum is the KL term."""
    return -0.5 * (1 + log_variance - np.square(mean) - np.exp(log_variance)).mean(axis=0)


def gap_to_prior(mean: Codes, variance: Codes) -> float:
    """The gap; `variance` is σ², zeros where codes are points."""
    centre = mean.mean(axis=0, dtype=np.float64)
    covariance = np.cov(mean, rowvar=False, dtype=np.float64).reshape(2 * mean.shape[1:])
    covariance += np.diag(variance.mean(axis=0, dtype=np.float64))
    log_det = np.linalg.slogdet(covariance)[1]
    return float((np.trace(covariance) + centre @ centre - len(centre) - log_det) / 2)
