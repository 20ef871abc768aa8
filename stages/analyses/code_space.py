"""Where codes lie: each coordinate's range and histogram, the Gaussian that fits, and which are near."""

import numpy as np
from jaxtyping import Float, Float32, UInt16

BINS = 24
ENDS = (1, 99)  # percentiles: walks reach from the one to the other


def coordinates(codes: Float32[np.ndarray, "n size"]) -> list[dict[str, float | UInt16[np.ndarray, "bins"]]]:
    """Of each coordinate 1st and 99th percentile, `low` and `high`, and `counts` of codes in bins between."""
    return [_coordinate(column) for column in codes.T.astype(float)]


def fitted(codes: Float32[np.ndarray, "n size"]) -> dict[str, Float[np.ndarray, "..."]]:
    """The Gaussian with mean and covariance Σ of `codes`: `mean` (size,), and `factor` F with F·Fᵀ = Σ."""
    covariance = np.cov(codes, rowvar=False).reshape(codes.shape[1], codes.shape[1])
    variances, axes = np.linalg.eigh(covariance)
    return {"mean": codes.mean(axis=0), "factor": axes * np.sqrt(variances.clip(0))}


def nearest(codes: Float32[np.ndarray, "n size"], count: int) -> UInt16[np.ndarray, "n count"]:
    """Of each code the `count` nearest others, or all others, nearest first."""
    flat = codes.astype(float)
    squares = np.square(flat).sum(axis=1)
    distances = squares[:, None] + squares - 2 * flat @ flat.T
    np.fill_diagonal(distances, np.inf)
    return distances.argsort(axis=1, kind="stable")[:, : min(count, len(codes) - 1)].astype(np.uint16)


def _coordinate(values: Float[np.ndarray, "n"]) -> dict[str, float | UInt16[np.ndarray, "bins"]]:
    low, high = np.percentile(values, ENDS)
    counts, _ = np.histogram(values, BINS, (low, high) if high > low else (low - 1, low + 1))
    return {"low": float(low), "high": float(high), "counts": counts.clip(max=2**16 - 1).astype(np.uint16)}
