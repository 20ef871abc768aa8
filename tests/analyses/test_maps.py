"""t-SNE, kernel PCA and trustworthiness."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from stages.analyses.maps import kernel_pca, trustworthiness, tsne

RANDOM = np.random.default_rng(0)
LABELS = np.repeat([0, 1, 2], 20)
CENTRES = 20 * RANDOM.normal(size=(3, 8))
BLOBS = (CENTRES[LABELS] + RANDOM.normal(size=(60, 8))).astype(np.float32)


def apart(points: np.ndarray) -> bool:
    """Is every point nearer to the mean of its own blob than to the others'?"""
    means = np.stack([points[label == LABELS].mean(axis=0) for label in range(3)])
    distances = np.square(points[:, None] - means).sum(axis=2)
    return bool((distances.argmin(axis=1) == LABELS).all())


def test_tsne_keeps_clusters_apart():
    points = tsne(BLOBS, perplexity=10.0, seed=0)
    assert points.shape == (60, 2)
    assert apart(points)


@pytest.mark.parametrize("width", [1, 2, 60])
def test_tsne_takes_codes_of_any_width(width):
    codes = RANDOM.normal(size=(55, width)).astype(np.float32)
    first, same = (tsne(codes, perplexity=5.0, seed=3) for _ in range(2))
    assert first.shape == (55, 2)
    np.testing.assert_array_equal(first, same)


def gaussian_kernel_pca(codes: np.ndarray, components: int) -> np.ndarray:
    """By the book: eigenvectors of the centred kernel matrix, each times the root of its eigenvalue."""
    codes = codes.astype(np.float64)
    squared = np.square(codes[:, None] - codes).sum(axis=2)
    kernel = np.exp(-squared / np.median(squared[np.triu_indices(len(codes), k=1)]))
    centring = np.eye(len(codes)) - 1 / len(codes)
    values, vectors = np.linalg.eigh(centring @ kernel @ centring)
    return (vectors * np.sqrt(values.clip(0)))[:, ::-1][:, :components]


def up_to_sign(points: np.ndarray) -> np.ndarray:
    return points * np.sign(points[np.abs(points).argmax(axis=0), np.arange(points.shape[1])])


def test_kernel_pca_is_the_eigendecomposition_of_the_centred_gaussian_kernel():
    points, expected = kernel_pca(BLOBS, 3, seed=0), gaussian_kernel_pca(BLOBS, 3)
    np.testing.assert_allclose(up_to_sign(points), up_to_sign(expected), atol=1e-3)


def test_kernel_pca_of_blobs_keeps_them_apart_in_two_dimensions():
    assert apart(kernel_pca(BLOBS, 2, seed=0))


def test_kernel_pca_separates_rings_as_pca_cannot():
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = np.repeat([1.0, 6.0], 20)
    rings = np.stack([radius * np.cos(angle * 2), radius * np.sin(angle * 2)], axis=1).astype(np.float32)
    inner = radius == 1

    def separable(points: np.ndarray) -> bool:
        return any(
            column[inner].max() < column[~inner].min() or column[~inner].max() < column[inner].min()
            for column in points.T
        )

    assert separable(kernel_pca(rings, 3, seed=0))
    assert not separable(PCA(2).fit_transform(rings))


def test_the_scale_of_the_codes_drops_out_of_kernel_pca():
    one, other = kernel_pca(BLOBS, 2, seed=0), kernel_pca(BLOBS * 1000, 2, seed=0)
    np.testing.assert_allclose(up_to_sign(one), up_to_sign(other), atol=1e-3)


def test_codes_that_are_all_alike_are_survived():
    assert np.isfinite(kernel_pca(np.ones((10, 3), np.float32), 2, seed=0)).all()


def test_a_map_that_is_the_codes_is_wholly_trustworthy_and_a_shuffled_one_is_not():
    codes = RANDOM.normal(size=(100, 2)).astype(np.float32)
    assert trustworthiness(codes, codes, 5) == 1
    assert trustworthiness(codes, RANDOM.permutation(codes), 5) < 0.7


def test_trustworthiness_is_its_formula():
    codes, points = (
        RANDOM.normal(size=(30, 4)).astype(np.float32),
        RANDOM.normal(size=(30, 2)).astype(np.float32),
    )
    n, k = 30, 4
    penalty = 0
    for i in range(n):
        near = [j for j in np.argsort(np.square(points - points[i]).sum(axis=1)) if j != i][:k]
        order = [j for j in np.argsort(np.square(codes - codes[i]).sum(axis=1)) if j != i]
        penalty += sum(max(0, order.index(j) + 1 - k) for j in near)
    expected = 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty
    assert trustworthiness(codes, points, k) == pytest.approx(expected)
