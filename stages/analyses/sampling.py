"""Codes that no image was encoded to: where a decoder has to generate."""

import numpy as np
from jaxtyping import Float


def standard_normal(count: int, size: int, generator: np.random.Generator) -> Float[np.ndarray, "count size"]:
    """Codes from N(0, I), the VAE's prior."""
    return generator.standard_normal((count, size), np.float32)


def fitted_gaussian(
    codes: Float[np.ndarray, "n size"], count: int, generator: np.random.Generator
) -> Float[np.ndarray, "count size"]:
    """Codes from the Gaussian with the mean and the covariance of `codes`."""
    covariance = np.cov(codes, rowvar=False).reshape(codes.shape[1], codes.shape[1])
    draws = generator.multivariate_normal(codes.mean(axis=0), covariance, count, method="eigh")
    return draws.astype(np.float32)


def permuted_units(
    codes: Float[np.ndarray, "n units *place"], count: int, generator: np.random.Generator
) -> Float[np.ndarray, "count units *place"]:
    """Real sparse codes with their units permuted: as many active units as real codes have, but any units."""
    real = codes[generator.integers(len(codes), size=count)]
    return np.stack([code[generator.permutation(len(code))] for code in real])


def independent_units(
    codes: Float[np.ndarray, "n units *place"], count: int, generator: np.random.Generator
) -> Float[np.ndarray, "count units *place"]:
    """Every unit drawn from its own histogram, without regard to the others."""
    units = codes.shape[1]
    return codes[generator.integers(len(codes), size=(count, units)), np.arange(units)]
