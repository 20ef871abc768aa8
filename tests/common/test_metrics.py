"""Metrics against their closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.common.metrics import cross_entropy, mse, psnr_db, reconstruction_metrics

RANDOM = np.random.default_rng(0)
TARGET = RANDOM.random((3, 28, 28), np.float32)
OUTPUT = RANDOM.random((3, 28, 28), np.float32)


def flat(value: float, count: int = 2) -> np.ndarray:
    return np.full((count, 28, 28), value, np.float32)


@given(st.floats(0, 1), st.floats(0, 1))
def test_mse_of_flat_images_is_their_squared_difference(x, y):
    np.testing.assert_allclose(mse(flat(x), flat(y)), (x - y) ** 2, rtol=1e-4, atol=1e-6)


def test_mse_is_one_number_an_image_and_a_mean_over_pixels():
    expected = [
        sum((x - y) ** 2 for x, y in zip(a.flat, b.flat, strict=True)) / 784
        for a, b in zip(TARGET, OUTPUT, strict=True)
    ]
    np.testing.assert_allclose(mse(TARGET, OUTPUT), expected, rtol=1e-5)


def test_psnr_of_a_hundredth_is_20_db_and_ten_times_less_is_10_db_more():
    assert psnr_db(0.01) == pytest.approx(20)
    assert psnr_db(0.001) == pytest.approx(30)
    assert psnr_db(1.0) == pytest.approx(0)


def test_psnr_of_a_perfect_reconstruction_is_finite():
    assert math.isfinite(psnr_db(0.0))


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_cross_entropy_of_flat_images_is_its_formula(x, y):
    expected = -(x * math.log(y) + (1 - x) * math.log(1 - y))
    np.testing.assert_allclose(cross_entropy(flat(x), flat(y)), expected, rtol=1e-3)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_cross_entropy_is_least_where_output_is_target(x, y):
    assert cross_entropy(flat(x), flat(y))[0] >= cross_entropy(flat(x), flat(x))[0] - 1e-5


def test_cross_entropy_of_sure_and_right_pixels_is_0_and_of_wrong_ones_finite():
    assert cross_entropy(flat(1.0), flat(1.0))[0] == pytest.approx(0, abs=2e-6)
    assert cross_entropy(flat(1.0), flat(0.0))[0] == pytest.approx(-math.log(1e-6), rel=1e-3)
    assert cross_entropy(flat(0.0), flat(1.0))[0] == pytest.approx(-math.log(1e-6), rel=0.02)


def test_cross_entropy_of_an_output_beyond_the_range_is_that_of_its_end():
    np.testing.assert_array_equal(cross_entropy(TARGET, flat(-3.0, 3)), cross_entropy(TARGET, flat(0.0, 3)))
    np.testing.assert_array_equal(cross_entropy(TARGET, flat(3.0, 3)), cross_entropy(TARGET, flat(1.0, 3)))


def test_metrics_of_a_set_are_means_and_psnr_is_that_of_the_mean_error():
    metrics = reconstruction_metrics(TARGET, OUTPUT)
    assert metrics["mse"] == pytest.approx(mse(TARGET, OUTPUT).mean())
    assert metrics["psnr_db"] == pytest.approx(-10 * math.log10(metrics["mse"]))
    assert metrics["cross_entropy"] == pytest.approx(cross_entropy(TARGET, OUTPUT).mean())
    assert all(type(value) is float for value in metrics.values())
