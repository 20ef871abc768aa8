import numpy as np
import pytest
from sklearn.decomposition import PCA

from stages.studies.linear_ae_is_pca.subspaces import largest_angle, overlap, pca_optimum


def test_the_optimum_is_the_error_of_scikit_learns_pca(digits):
    flat = digits.train.clean.reshape(len(digits.train), -1) / 255
    for k, found in zip((1, 7, 40), pca_optimum(digits.train.clean, (1, 7, 40)), strict=True):
        pca = PCA(k, svd_solver="full").fit(flat)
        assert found == pytest.approx(np.square(flat - pca.inverse_transform(pca.transform(flat))).mean())


def test_angles_between_planes_are_what_they_were_made():
    x, y, z = np.eye(3)
    tilted = np.cos(np.radians(30)) * y + np.sin(np.radians(30)) * z
    first, second = np.stack([x, y], axis=1), np.stack([x + 2 * tilted, tilted], axis=1)
    assert largest_angle(first, second) == pytest.approx(30)
    assert overlap(first, second) == pytest.approx((1 + 0.75) / 2)


def test_the_axes_within_a_subspace_do_not_matter():
    generator = np.random.default_rng(0)
    basis, mixture = generator.standard_normal((20, 4)), generator.standard_normal((4, 4))
    assert largest_angle(basis, basis @ mixture) == pytest.approx(0, abs=1e-5)
    assert overlap(basis, basis @ mixture) == pytest.approx(1)
