"""Subspaces of the 784-dimensional space of images: what a linear autoencoder can reach, and how they lie.

For clean images with covariance C = 1/n Σ (x − m)(x − m)ᵀ and its eigenvalues λ₁ ≥ λ₂ ≥ …, no affine map
through k numbers has a smaller mean squared error per pixel than

    MSE(k) = 1/784 Σ_{i>k} λ_i

which PCA reaches (Eckart & Young, 1936; for autoencoders Baldi & Hornik, 1989).
"""

import numpy as np
from jaxtyping import Float, UInt8
from scipy.linalg import subspace_angles

from stages.analyses.exact_products import exact_product


def pca_optimum(images: UInt8[np.ndarray, "n 28 28"], sizes: tuple[int, ...]) -> Float[np.ndarray, "k"]:
    """MSE(k) for each k of `sizes`, in units of [0, 1] squared, on the images themselves."""
    flat = images.reshape(len(images), -1)
    mean = flat.mean(axis=0, dtype=np.float64)
    covariance = exact_product(flat.T, flat) / len(flat) - np.outer(mean, mean)
    largest_first = np.linalg.eigvalsh(covariance)[::-1].clip(0) / 255**2
    return np.array([largest_first[k:].sum() / flat.shape[1] for k in sizes])


def largest_angle(first: Float[np.ndarray, "pixels k"], second: Float[np.ndarray, "pixels m"]) -> float:
    """The largest principal angle between the spans of two sets of columns, in degrees.

    0 where one span holds the other, 90 where some direction of it is orthogonal to all of the other.
    """
    return float(np.degrees(subspace_angles(first, second).max()))


def overlap(first: Float[np.ndarray, "pixels k"], second: Float[np.ndarray, "pixels k"]) -> float:
    """Mean squared cosine of the principal angles: the share of one span that lies in the other, 0 to 1."""
    return float(np.square(np.cos(subspace_angles(first, second))).mean())


def alignment(columns: Float[np.ndarray, "pixels k"], axes: Float[np.ndarray, "pixels k"]) -> float:
    """How far `columns` are themselves among orthonormal `axes`: the mean over columns of the largest cos².

    1 where every column is one of the axes, in whatever order and length; 1/k where each is as far from all.
    """
    unit = columns / np.linalg.norm(columns, axis=0)
    return float(np.square(unit.T @ axes).max(axis=1).mean())
