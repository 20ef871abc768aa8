"""Numbers that describe a set of codes."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, UInt8
from torch import Tensor

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime

ACTIVE_VARIANCE = 0.01  # the reference's threshold


def active_units(means: Float[np.ndarray, "n latent"]) -> int:
    """How many coordinates of q's mean vary with the image: Cov_x(E[z|x]) > 0.01.

    Reference: Burda et al., *Importance Weighted Autoencoders*, 2016 (arXiv 1509.00519), section 5.3.
    """
    return int((means.var(axis=0) > ACTIVE_VARIANCE).sum())


def active_fraction(
    winners: Callable[[Tensor], Tensor],
    images: UInt8[np.ndarray, "n height width *rgb"],
    runtime: Runtime,
    batch_size: int,
) -> float:
    """Share of code units that are not zero in the sparse codes that `winners` makes of `images`.

    Lifetime sparsity compares the images of a batch, so `batch_size` should be the one of training.
    """

    def active(batch: Tensor) -> Float[Tensor, "batch"]:
        return (winners(batch).flatten(1) != 0).float().mean(dim=1)

    return float(map_images(active, images, runtime, batch_size).mean(dtype=np.float64))
