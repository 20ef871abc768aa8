"""How smooth filters are: whether a weight resembles its neighbours."""

import numpy as np
from jaxtyping import Float


def smoothness(filters: Float[np.ndarray, "f h w *rgb"]) -> float:
    """Correlation of horizontally and vertically neighbouring weights, over all filters.

    About 0 for the noise of an initialisation, near 1 for broad strokes; 0 where there is nothing to compare.
    """
    filters = filters.astype(np.float64)
    pairs = (filters[:, :, :-1], filters[:, :, 1:]), (filters[:, :-1], filters[:, 1:])
    first, second = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    if len(first) < 2 or first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
