"""Principal component analysis: the best that a linear encoder and decoder can do on clean images.

    C = 1/n Σ (x − m)(x − m)ᵀ          x: image (784,); m: mean image (784,)
    x ↦ m + V Vᵀ (x − m)               V: eigenvectors of the k largest eigenvalues of C (784, k)

No linear map through k numbers has a smaller squared error on the images that it was fitted to (Eckart &
Young, 1936). As a baseline for denoising it is fitted to clean images and applied to noisy ones: noise is
spread over all 784 directions, and only k of them pass. (The best linear denoiser is fitted to noisy images.)
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from stages.analyses.exact_products import exact_product


@dataclass(frozen=True)
class Pca:
    """A mean image and orthonormal components, both in units of [0, 1], largest variance first."""

    mean: Float[np.ndarray, "784"]
    components: Float[np.ndarray, "k 784"]

    def first(self, k: int) -> "Pca":
        """The same with k components."""
        return Pca(self.mean, self.components[:k])

    def reconstruct(self, images: UInt8[np.ndarray, "n 28 28"]) -> Float[np.ndarray, "n 28 28"]:
        """Project `images` to the components and back, in units of [0, 1], which a result may leave."""
        centred = images.reshape(len(images), -1) / np.float32(255) - self.mean
        return (centred @ self.components.T @ self.components + self.mean).reshape(images.shape)


def fit_pca(images: UInt8[np.ndarray, "n 28 28"], components: int) -> Pca:
    """Principal components of `images`: `components` of them, at most as many as there are pixels."""
    flat = images.reshape(len(images), -1)
    mean = flat.mean(axis=0, dtype=np.float64)
    covariance = exact_product(flat.T, flat) / len(flat) - np.outer(mean, mean)
    _, vectors = np.linalg.eigh(covariance)  # ascending
    largest_first = vectors[:, ::-1][:, :components].T
    return Pca((mean / 255).astype(np.float32), np.ascontiguousarray(largest_first, np.float32))
