"""How alike two sets of filters are, whatever their order, scale and sign.

    c(v, w)  = max_s |Σ_p v(p) w(p + s)| / (‖v‖ ‖w‖)     p: pixels; s: all shifts of a kernel, else s = 0
    likeness = ½ (mean_v max_w c(v, w) + mean_w max_v c(v, w))

1 where each filter of either set is one of the other. A kernel may be shifted, since it is moved over the
image anyhow; a filter as large as the image has its place. Of many filters some agree by chance, and of
smooth ones more, so that a likeness says nothing by itself. Two others stand beside it:

    above    that of the same network and another seed
    below    that of one set and the other with *scrambled* phases: each filter keeps the amplitudes of its
             Fourier transform, and has the phases of white noise: about as smooth, it shows nothing.

Reference for scrambled phases: Theiler et al., *Testing for nonlinearity in time series: the method of
surrogate data*, Physica D 58 (1992).
"""

import numpy as np
from jaxtyping import Float
from scipy.signal import correlate

from stages.images.datasets import SIDE

LEAST = 1e-12  # of a length that is divided by

Filters = Float[np.ndarray, "_ side side"]


def likeness(one: Filters, other: Filters) -> float:
    """Mean of the largest c of every filter of either set with one of the other; all of one size."""
    found = cosines(_unit(one), _unit(other))
    return float(found.max(axis=1).mean() + found.max(axis=0).mean()) / 2


def cosines(one: Float[np.ndarray, "f s s"], other: Float[np.ndarray, "g s s"]) -> Float[np.ndarray, "f g"]:
    """c of all pairs of filters of length 1."""
    if one.shape[1] == SIDE:
        return np.abs(one.reshape(len(one), -1) @ other.reshape(len(other), -1).T)
    return np.array([[np.abs(correlate(v, w)).max() for w in other] for v in one])


def scrambled(filters: Filters, generator: np.random.Generator) -> Filters:
    """Each filter with the phases of white noise."""
    amplitudes = np.abs(np.fft.rfft2(filters))
    phases = np.angle(np.fft.rfft2(generator.standard_normal(filters.shape)))
    return np.fft.irfft2(amplitudes * np.exp(1j * phases), filters.shape[1:])


def positive_share(filters: Filters) -> Float[np.ndarray, "f"]:
    """Share of each filter's energy Σ w² in its positive weights."""
    energy = np.square(filters.astype(np.float64))
    return (energy * (filters > 0)).sum(axis=(1, 2)) / np.maximum(energy.sum(axis=(1, 2)), LEAST)


def _unit(filters: Filters) -> Filters:
    lengths = np.linalg.norm(filters, axis=(1, 2), keepdims=True)
    return filters / np.maximum(lengths, LEAST)
