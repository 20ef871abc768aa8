"""Where codes lie: percentiles, histograms, the Gaussian that fits, neighbours."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from stages.analyses.code_space import BINS, coordinates, fitted, nearest


@pytest.fixture
def codes():
    """Correlated ones, (400, 3)."""
    random = np.random.default_rng(0)
    return (random.normal(size=(400, 3)) @ random.normal(size=(3, 3)) + [1, 2, 3]).astype(np.float32)


def test_a_coordinate_reaches_from_its_1st_to_its_99th_percentile(codes):
    found = coordinates(codes)
    low, high = np.percentile(codes, (1, 99), axis=0)
    np.testing.assert_allclose([one["low"] for one in found], low, rtol=1e-6)
    np.testing.assert_allclose([one["high"] for one in found], high, rtol=1e-6)
    for one, column in zip(found, codes.T, strict=True):
        assert one["counts"].shape == (BINS,)
        assert one["counts"].sum() == ((column >= one["low"]) & (column <= one["high"])).sum()


def test_a_coordinate_that_never_changes_has_a_histogram_too():
    (found,) = coordinates(np.full((9, 1), 0.5, np.float32))
    assert (found["low"], found["high"], found["counts"].sum()) == (0.5, 0.5, 9)


@pytest.mark.parametrize("columns", [3, 1])
def test_the_factor_times_itself_is_the_covariance(codes, columns):
    found = fitted(codes[:, :columns])
    covariance = np.cov(codes[:, :columns], rowvar=False).reshape(columns, columns)
    np.testing.assert_allclose(found["factor"] @ found["factor"].T, covariance, rtol=1e-5)
    np.testing.assert_allclose(found["mean"], codes[:, :columns].mean(axis=0))


def test_coordinates_that_depend_on_each_other_have_a_gaussian_too(codes):
    found = fitted(np.hstack([codes, codes[:, :1]]))
    assert np.isfinite(found["factor"]).all()


def test_nearest_are_those_that_sklearn_finds(codes):
    expected = NearestNeighbors(n_neighbors=5).fit(codes).kneighbors(return_distance=False)
    np.testing.assert_array_equal(nearest(codes, 5), expected)


def test_of_few_codes_all_others_are_near(codes):
    assert nearest(codes[:3], 5).shape == (3, 2)
