"""Codes drawn at random for a model with codes in the unit cube.

By eye, as courses ask for it: N(m, s²) for every number of the code alike, with the mean m and the spread s
of all numbers of all codes, as one reads them off a histogram, to one decimal.
"""

import numpy as np
from jaxtyping import Float

from stages.analyses.sampling import standard_normal

Codes = Float[np.ndarray, "n k"]


def by_eye(known: Codes) -> tuple[float, float]:
    """Mean and spread of the numbers of the codes `known`, to one decimal; a spread of 0.1 at least."""
    mean, spread = (float(np.round(moment(known, dtype=np.float64), 1)) for moment in (np.mean, np.std))
    return mean, max(spread, 0.1)


def random_codes(
    known: Codes, count: int, generator: np.random.Generator
) -> dict[str, Float[np.ndarray, "count k"]]:
    """`count` codes of each kind, the same draws: `by_eye` N(m, s²), `normal` N(0, 1)."""
    normal = standard_normal(count, known.shape[1], generator)
    mean, spread = by_eye(known)
    return {"by_eye": np.float32(mean) + np.float32(spread) * normal, "normal": normal}
