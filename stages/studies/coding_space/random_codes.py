"""Codes drawn at random, for codes in the unit cube and for those of a VAE."""

import numpy as np
from jaxtyping import Float
from scipy.special import expit, logit

from stages.analyses.sampling import fitted_gaussian, standard_normal

EDGE = 1e-6  # codes are kept so far from the faces of the cube, where a logit is infinite

Codes = Float[np.ndarray, "n k"]


def random_codes(
    known: Codes, bounded: bool, count: int, generator: np.random.Generator
) -> dict[str, Float[np.ndarray, "count k"]]:
    """`count` codes of each kind, for a model that gives training images the codes `known`.

    `normal` N(0, I); `squashed` the same codes through a sigmoid, where codes are `bounded` by the unit cube;
    `fitted` a Gaussian with the mean and covariance of `known` (in the cube, of their logits, squashed).
    """
    normal = standard_normal(count, known.shape[1], generator)
    if bounded:
        return {
            "normal": normal,
            "squashed": expit(normal),
            "fitted": fitted_in_cube(known, count, generator).astype(np.float32),
        }
    return {"normal": normal, "fitted": fitted_gaussian(known, count, generator)}


def fitted_in_cube(known: Codes, count: int, generator: np.random.Generator) -> Float[np.ndarray, "count k"]:
    """Codes in the unit cube: a Gaussian fitted to the logits of `known`, squashed."""
    return expit(fitted_gaussian(logit(known.clip(EDGE, 1 - EDGE)), count, generator))
