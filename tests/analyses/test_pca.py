"""PCA agrees with scikit-learn's, and no linear map of its width does better."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from stages.analyses.exact_products import exact_product
from stages.analyses.pca import fit_pca

BYTES = np.random.default_rng(0)


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 255


@pytest.mark.parametrize("components", [1, 10, 50])
def test_reconstructions_are_scikit_learns(digits, components):
    reference = PCA(components, svd_solver="full").fit(flat(digits.train.clean))
    expected = reference.inverse_transform(reference.transform(flat(digits.test.noisy)))
    ours = fit_pca(digits.train.clean, components).reconstruct(digits.test.noisy)
    np.testing.assert_allclose(ours.reshape(expected.shape), expected, atol=1e-4)


def test_components_are_orthonormal_and_ordered_by_variance(digits):
    pca = fit_pca(digits.train.clean, 20)
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(20), atol=1e-5)
    variances = ((flat(digits.train.clean) - pca.mean) @ pca.components.T).var(axis=0)
    assert (np.diff(variances) < 0).all()


def test_the_first_components_are_those_of_a_narrower_pca(digits):
    images = digits.train.clean
    np.testing.assert_array_equal(fit_pca(images, 20).first(5).components, fit_pca(images, 5).components)


def test_all_components_give_the_image_back(digits):
    restored = fit_pca(digits.train.clean, 784).reconstruct(digits.test.clean)
    np.testing.assert_allclose(restored, digits.test.clean / 255, atol=1e-4)


def test_no_other_subspace_of_its_width_leaves_a_smaller_error(digits):
    images = flat(digits.train.clean)
    pca = fit_pca(digits.train.clean, 5)
    best = np.square(pca.reconstruct(digits.train.clean).reshape(images.shape) - images).mean()
    for _ in range(5):
        basis, _ = np.linalg.qr(pca.components.T + 0.02 * BYTES.standard_normal(pca.components.T.shape))
        other = (images - pca.mean) @ basis @ basis.T + pca.mean
        assert np.square(other - images).mean() > best


def test_products_of_bytes_are_exact():
    left, right = (BYTES.integers(200, 256, shape, np.uint8) for shape in ((7, 3000), (3000, 5)))
    np.testing.assert_array_equal(exact_product(left, right), left.astype(np.int64) @ right.astype(np.int64))
