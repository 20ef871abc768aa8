"""Units of a code that no image switches on."""

import numpy as np
from jaxtyping import Float


def dead_share(codes: Float[np.ndarray, "n units"]) -> float:
    """Share of the units that are 0 for every one of the images; of rectified codes, those that are dead."""
    return float(np.mean(~codes.any(axis=0)))
