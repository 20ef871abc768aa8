"""How flat the set of a decoder's outputs is, before the sigmoid: what hidden layers add.

Without hidden layers the logits B z + b lie in a flat set of k dimensions, whatever B. Hidden layers can bend
it. How far they do is measured by

    flat share = Σ_{i≤k} λ_i / Σ_i λ_i,     λ₁ ≥ λ₂ ≥ … the eigenvalues of the covariance of the logits,

the share of their variance that a flat set of k dimensions holds: 1 where nothing is bent.
"""

import numpy as np
from jaxtyping import UInt8

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.models.ae import DenoisingAutoencoder


def flat_share(model: DenoisingAutoencoder, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime) -> float:
    """The flat share of `model`'s logits for `images`."""
    codes = map_images(model.encode, images, runtime)
    logits = map_images(lambda batch: model.decoder(model.encode(batch)), images, runtime)
    flat = logits.reshape(len(images), -1).astype(np.float64)
    largest_first = np.linalg.eigvalsh(np.cov(flat, rowvar=False))[::-1].clip(0)
    return float(largest_first[: codes.shape[1]].sum() / largest_first.sum())
