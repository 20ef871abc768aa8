"""The best linear denoiser through k numbers: reduced-rank regression of clean images on noisy ones.

    y = m + V Vᵀ Bᵀ (x̃ − m̃)       x̃: noisy image (784,); m, m̃: mean clean and mean noisy image (784,)

    B = S⁻¹ T                      least squares without a bottleneck: S = 1/n Σ (x̃ − m̃)(x̃ − m̃)ᵀ,
                                   T = 1/n Σ (x̃ − m̃)(x − m)ᵀ
    V (784, k)                     eigenvectors of the k largest eigenvalues of Tᵀ S⁻¹ T, the covariance of
                                   what least squares makes of the noisy images

No map through k numbers that is linear has a smaller squared error on the pairs that it was fitted to. It
differs from PCA of the clean images in what it knows: that noise is there, how strong, and that clipping
to [0, 1] shifted the mean. Without noise B is the identity on the images' span, and it *is* PCA.

Reference: Izenman, *Reduced-rank regression for the multivariate linear model*, 1975, theorem 1.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from stages.analyses.exact_products import exact_product

RIDGE = 1e-6  # of S's mean variance, added to all: without noise, border pixels never vary


@dataclass(frozen=True)
class LinearDenoiser:
    """Means in units of [0, 1], `encoder` Bᵀ's part that passes, and `components` Vᵀ, largest first."""

    noisy_mean: Float[np.ndarray, "784"]
    mean: Float[np.ndarray, "784"]
    encoder: Float[np.ndarray, "784 k"]
    components: Float[np.ndarray, "k 784"]

    def first(self, k: int) -> "LinearDenoiser":
        """The best one through k numbers: components do not depend on how many there are."""
        return LinearDenoiser(self.noisy_mean, self.mean, self.encoder[:, :k], self.components[:k])

    def reconstruct(self, images: UInt8[np.ndarray, "n 28 28"]) -> Float[np.ndarray, "n 28 28"]:
        """Denoise `images`; in units of [0, 1], which a result may leave."""
        centred = images.reshape(len(images), -1) / np.float32(255) - self.noisy_mean
        return (centred @ self.encoder @ self.components + self.mean).reshape(images.shape)


def fit_linear_denoiser(
    clean: UInt8[np.ndarray, "n 28 28"], noisy: UInt8[np.ndarray, "n 28 28"], components: int
) -> LinearDenoiser:
    """The best linear map through `components` numbers from `noisy` to `clean` images, paired."""
    x, y = (images.reshape(len(images), -1) for images in (noisy, clean))
    x_mean, y_mean = (images.mean(axis=0, dtype=np.float64) for images in (x, y))
    s = exact_product(x.T, x) / len(x) - np.outer(x_mean, x_mean)  # (784, 784)
    t = exact_product(x.T, y) / len(x) - np.outer(x_mean, y_mean)  # (784, 784)
    s += RIDGE * np.trace(s) / len(s) * np.eye(len(s))
    b = np.linalg.solve(s, t)
    fitted = t.T @ b
    _, vectors = np.linalg.eigh((fitted + fitted.T) / 2)  # ascending
    v = vectors[:, ::-1][:, :components]
    arrays = (x_mean / 255, y_mean / 255, b @ v, v.T)
    return LinearDenoiser(*(np.ascontiguousarray(array, np.float32) for array in arrays))
