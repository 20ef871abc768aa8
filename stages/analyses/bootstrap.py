"""How far a difference between two kinds of models may be chance: of the seeds, and of the images.

    d = mean of a − mean of b          a, b: (seeds, items) of what was measured, the same items for both

Seeds of each kind and items are drawn with replacement, again and again, and d is computed anew: the crossed
bootstrap of Owen (*The pigeonhole bootstrap*, 2007, arXiv 0712.1111), which widens for either cause. With few
seeds it is some percent too narrow, as every bootstrap is.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

DRAWS = 2000
COVERED = 0.95


class Difference(NamedTuple):
    """A difference, and the interval that covers the middle `COVERED` of its bootstrap's draws."""

    difference: float
    low: float
    high: float


def difference(
    one: Float[np.ndarray, "seeds items"],
    other: Float[np.ndarray, "others items"],
    generator: np.random.Generator,
) -> Difference:
    """Of `one` over `other`."""
    drawn = [_mean_of_draw(one, other, generator) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return Difference(float(one.mean() - other.mean()), float(low), float(high))


def _mean_of_draw(one: np.ndarray, other: np.ndarray, generator: np.random.Generator) -> float:
    """The difference in one draw."""
    items = np.bincount(generator.integers(one.shape[1], size=one.shape[1]), minlength=one.shape[1])
    first, second = (
        (part @ items)[generator.integers(len(part), size=len(part))].mean() for part in (one, other)
    )
    return (first - second) / one.shape[1]
