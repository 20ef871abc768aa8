"""CKA: against its definition, and with the invariances that it claims. KernelPCA: against PCA."""

import numpy as np
import pytest
from sklearn.decomposition import PCA, KernelPCA

from stages.studies.supervised_features.cka import alignment, gram, linear_cka

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.standard_normal((40, 7)), RANDOM.standard_normal((40, 5))
Y[:, :3] += X[:, :3]  # related, but not the same


def by_definition(x: np.ndarray, y: np.ndarray) -> float:
    """HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)) with the centring matrix H written out."""
    n = len(x)
    h = np.eye(n) - np.ones((n, n)) / n

    def hsic(a: np.ndarray, b: np.ndarray) -> float:
        return np.trace(a @ h @ b @ h) / (n - 1) ** 2

    k, l = x @ x.T, y @ y.T  # noqa: E741
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def by_features(x: np.ndarray, y: np.ndarray) -> float:
    """‖Yᵀ X‖² / (‖Xᵀ X‖ ‖Yᵀ Y‖)."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    norms = np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)
    return np.linalg.norm(y.T @ x) ** 2 / norms


@pytest.mark.parametrize("reference", [by_definition, by_features])
def test_it_is_its_definition(reference):
    assert linear_cka(X + 3, Y - 2) == pytest.approx(reference(X + 3, Y - 2), rel=1e-10)
    assert 0.1 < linear_cka(X, Y) < 0.9


def test_a_representation_is_like_itself():
    assert linear_cka(X, X) == pytest.approx(1)


def test_it_is_symmetric():
    assert linear_cka(X, Y) == pytest.approx(linear_cka(Y, X))


def test_rotations_reflections_shifts_and_a_common_scale_change_nothing():
    turned, _ = np.linalg.qr(RANDOM.standard_normal((7, 7)))
    assert linear_cka(0.01 * X @ turned + 5, Y) == pytest.approx(linear_cka(X, Y), rel=1e-9)


def test_scaling_single_units_changes_it():
    assert abs(linear_cka(X * np.array([10, 1, 1, 1, 1, 1, 1]), Y) - linear_cka(X, Y)) > 0.05


def test_uncorrelated_representations_have_none():
    basis, _ = np.linalg.qr(np.column_stack([np.ones(40), RANDOM.standard_normal((40, 6))]))
    assert linear_cka(basis[:, 1:4], basis[:, 4:7]) == pytest.approx(0, abs=1e-12)


def test_a_constant_representation_is_like_nothing():
    assert alignment(gram(np.ones((40, 3))), gram(X)) == 0


def test_chance_falls_with_the_number_of_images_and_rises_with_units():
    def chance(images: int, units: int) -> float:
        return linear_cka(RANDOM.standard_normal((images, units)), RANDOM.standard_normal((images, units)))

    assert chance(2000, 5) < chance(50, 5) < chance(50, 200)


def test_kernel_pca_with_a_linear_kernel_is_pca_up_to_signs(digits):
    images = digits.train.clean.reshape(len(digits.train), -1) / 255
    ours = KernelPCA(4, kernel="linear", eigen_solver="dense").fit_transform(images)
    theirs = PCA(4, svd_solver="full").fit_transform(images)
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours * signs, theirs, atol=1e-8)
