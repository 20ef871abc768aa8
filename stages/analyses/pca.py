"""Principal component analysis: the best that a linear encoder and decoder can do on clean images.

    C = 1/n Σ (x − m)(x − m)ᵀ          x: image (784,); m: mean image (784,)
    x ↦ m + V Vᵀ (x − m)               V: eigenvectors of the k largest eigenvalues of C (784, k)

No linear map through k numbers has a smaller squared error on the images that it was fitted to (Eckart &
Young, 1936). As a baseline for denoising it is fitted to clean images and applied to noisy ones: noise is
spread over all 784 directions, and only k of them pass. (The best linear denoiser is fitted to noisy images.)

The sizes are those of digits. Of images of more than 1024 numbers the components come from a randomised
singular value decomposition (Halko, Martinsson & Tropp, 2011) of as many images as a gigabyte has room for,
which makes no table of pixels by pixels.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from stages.analyses.exact_products import exact_product

MOST = 2**27  # numbers decomposed at random: all of CIFAR-10's
EXACT = 1024  # pixels up to which all eigenvectors are computed: of RGB, 128 × 128, C would fill 19 GB


@dataclass(frozen=True)
class Pca:
    """A mean image and orthonormal components, both in units of [0, 1], largest variance first."""

    mean: Float[np.ndarray, "pixels"]
    components: Float[np.ndarray, "k pixels"]

    def first(self, k: int) -> "Pca":
        """The same with k components."""
        return Pca(self.mean, self.components[:k])

    def reconstruct(
        self, images: UInt8[np.ndarray, "n height width *rgb"]
    ) -> Float[np.ndarray, "n height width *rgb"]:
        """Project `images` to the components and back, in units of [0, 1], which a result may leave."""
        centred = images.reshape(len(images), -1) / np.float32(255) - self.mean
        return (centred @ self.components.T @ self.components + self.mean).reshape(images.shape)


def fit_pca(images: UInt8[np.ndarray, "n height width *rgb"], components: int) -> Pca:
    """Principal components of `images`: `components` of them, as many as there are, if fewer."""
    flat = images.reshape(len(images), -1)
    if flat.shape[1] > EXACT:
        return _randomized(flat[: MOST // flat.shape[1]] / np.float32(255), components)
    mean = flat.mean(axis=0, dtype=np.float64)
    covariance = exact_product(flat.T, flat) / len(flat) - np.outer(mean, mean)
    _, vectors = np.linalg.eigh(covariance)  # ascending
    largest_first = vectors[:, ::-1][:, :components].T
    return Pca((mean / 255).astype(np.float32), np.ascontiguousarray(largest_first, np.float32))


def _randomized(flat: Float[np.ndarray, "n pixels"], components: int) -> Pca:
    from sklearn.decomposition import PCA  # here, as importing it takes two seconds

    found = PCA(min(components, *flat.shape), svd_solver="randomized", random_state=0).fit(flat)
    return Pca(found.mean_, found.components_)
