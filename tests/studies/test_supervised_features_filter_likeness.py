"""Likeness of filters: what it overlooks, what it does not, and what scrambling keeps."""

import numpy as np
import pytest

from stages.analyses.filter_kinds import smoothness
from stages.studies.supervised_features.filter_likeness import likeness, positive_share, scrambled
from stages.studies.supervised_features.matching_filters import spread_by_strength

RANDOM = np.random.default_rng(0)
KERNELS, IMAGES = RANDOM.standard_normal((6, 7, 7)), RANDOM.standard_normal((9, 28, 28))


@pytest.mark.parametrize("filters", [KERNELS, IMAGES])
def test_order_scale_and_sign_are_overlooked(filters):
    assert likeness(filters, -3 * filters[::-1]) == pytest.approx(1)
    assert likeness(filters, RANDOM.standard_normal(filters.shape)) < 0.7


def test_a_kernel_may_be_shifted_and_a_filter_as_large_as_the_image_may_not():
    kernel, image = np.zeros((1, 7, 7)), np.zeros((1, 28, 28))
    kernel[0, 1:3, 1:3] = image[0, 4:8, 4:8] = 1
    assert likeness(kernel, np.roll(kernel, (2, 3), axis=(1, 2))) == pytest.approx(1)
    assert likeness(image, np.roll(image, (8, 8), axis=(1, 2))) == 0


def test_it_is_the_mean_of_both_directions():
    one, other = IMAGES[:1], IMAGES[:4]
    best = np.abs([np.corrcoef(one.ravel(), image.ravel())[0, 1] for image in other])
    assert likeness(one, other) == pytest.approx((1 + best.mean()) / 2, abs=0.01)


def test_a_filter_of_zeros_is_like_nothing():
    assert likeness(np.zeros((2, 7, 7)), KERNELS) == 0


@pytest.mark.parametrize("side", [7, 28])
def test_scrambling_keeps_frequencies_and_smoothness_but_not_the_picture(side):
    rows = np.cumsum(RANDOM.standard_normal((200, side, side)), axis=1)
    filters = np.cumsum(rows - rows.mean(axis=(1, 2), keepdims=True), axis=2)
    found = scrambled(filters, np.random.default_rng(1))
    np.testing.assert_allclose(np.abs(np.fft.fft2(found)), np.abs(np.fft.fft2(filters)), rtol=1e-6, atol=1e-6)
    assert smoothness(found).mean() > 0.75 * smoothness(filters).mean()
    same = [np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in zip(filters, found, strict=True)]
    assert abs(np.mean(same)) < 0.1


def test_the_positive_share_is_one_of_ink_and_half_of_an_edge():
    filters = np.ones((3, 2, 2))
    filters[1, :, 0], filters[2] = -1, 0
    np.testing.assert_allclose(positive_share(filters), [1, 0.5, 0])


def test_filters_are_shown_from_the_strongest_to_the_weakest():
    filters = np.arange(11, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    assert spread_by_strength(filters, 3)[:, 0, 0].tolist() == [10, 5, 0]
    assert len(spread_by_strength(filters, 100)) == 11
