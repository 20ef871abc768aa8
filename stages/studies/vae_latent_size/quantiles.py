"""The whole of a two-dimensional code space on one sheet, each place with the same share of the prior.

    z_ij = (Φ⁻¹(u_j), Φ⁻¹(v_i)),   u_j = (j + ½) / side,   v_i = 1 − (i + ½) / side

Φ⁻¹ is the inverse of the standard normal's distribution function, so that evenly spaced shares u and v
become codes that are dense where the prior is. Row 0 is the top of the sheet: there the second coordinate is
largest.

Reference: Kingma & Welling, *Auto-Encoding Variational Bayes*, 2014 (arXiv 1312.6114), figure 4.
"""

import numpy as np
from jaxtyping import Float
from scipy.stats import norm


def quantile_grid(side: int) -> Float[np.ndarray, "side side 2"]:
    """Codes at the standard normal's quantiles: `side` rows from top to bottom, `side` columns."""
    values = norm.ppf((np.arange(side) + 0.5) / side)
    first, second = np.meshgrid(values, values[::-1])
    return np.stack([first, second], axis=-1).astype(np.float32)
