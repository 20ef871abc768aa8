"""The best linear denoiser: PCA without noise, and unbeaten on what it was fitted to."""

import numpy as np
import pytest

from stages.analyses.pca import fit_pca
from stages.studies.denoising_capacity.linear_denoiser import LinearDenoiser, fit_linear_denoiser


def error(denoiser, noisy: np.ndarray, clean: np.ndarray) -> float:
    return float(np.square(denoiser.reconstruct(noisy) - clean / 255).mean())


@pytest.mark.parametrize("k", [1, 10, 40])
def test_without_noise_it_is_pca(digits, k):
    clean = digits.train.clean
    ours = fit_linear_denoiser(clean, clean, k).reconstruct(digits.test.clean)
    np.testing.assert_allclose(ours, fit_pca(clean, k).reconstruct(digits.test.clean), atol=2e-3)


def test_with_all_components_it_is_least_squares(digits):
    train = digits.train
    x, y = ((images.reshape(len(images), -1) / 255) for images in (train.noisy, train.clean))
    # fewer images than pixels: least squares is exact there, so half the pixels are hidden
    kept = np.arange(784) % 4 == 0
    noisy = np.where(kept.reshape(28, 28), train.noisy, 0).astype(np.uint8)
    design = np.column_stack([x[:, kept], np.ones(len(x))])
    weights = np.linalg.lstsq(design, y, rcond=None)[0]
    ours = fit_linear_denoiser(train.clean, noisy, 784).reconstruct(noisy).reshape(len(x), -1)
    np.testing.assert_allclose(ours, design @ weights, atol=2e-3)


def test_no_neighbouring_map_of_its_rank_does_better(digits):
    train, random = digits.train, np.random.default_rng(0)
    best = fit_linear_denoiser(train.clean, train.noisy, 5)
    least = error(best, train.noisy, train.clean)
    for _ in range(5):
        encoder = best.encoder * (1 + 0.05 * random.standard_normal(best.encoder.shape).astype(np.float32))
        turned, _ = np.linalg.qr(best.components.T + 0.02 * random.standard_normal((784, 5)))
        for other in (
            LinearDenoiser(best.noisy_mean, best.mean, encoder, best.components),
            LinearDenoiser(best.noisy_mean, best.mean, best.encoder, turned.T.astype(np.float32)),
        ):
            assert error(other, train.noisy, train.clean) > least


def test_it_denoises_its_own_images_better_than_pca(digits):
    train = digits.train
    for k in (5, 20):
        linear, principal = fit_linear_denoiser(train.clean, train.noisy, k), fit_pca(train.clean, k)
        assert error(linear, train.noisy, train.clean) < error(principal, train.noisy, train.clean)


def test_its_first_components_are_those_of_a_smaller_one(digits):
    train = digits.train
    wide, narrow = (fit_linear_denoiser(train.clean, train.noisy, k) for k in (20, 4))
    np.testing.assert_allclose(
        wide.first(4).reconstruct(digits.test.noisy), narrow.reconstruct(digits.test.noisy), atol=1e-5
    )
