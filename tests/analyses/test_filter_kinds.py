from pathlib import Path

import numpy as np
import pytest

from stages.analyses.filter_kinds import KINDS, Settings, best_correlation, blobs, shares_of_kinds
from stages.common.settings import validated

LINES = validated(Settings, {"digit_from": 0.7, "noise_below": 0.3, "stroke_below": 0.5}, Path("test"))


def noise(count=20):
    return np.random.default_rng(0).standard_normal((count, 28, 28)).astype(np.float32)


def bar(height, side=28):
    filters = np.zeros((1, side, side), np.float32)
    filters[0, 2 : 2 + height, 4:7] = 1
    return filters


def kinds(filters, digits):
    found = shares_of_kinds(filters, digits.train.clean, LINES)
    return {kind: found[kind] for kind in KINDS}


def test_a_bar_is_one_blob_of_all_its_energy():
    share, area = blobs(bar(5))
    assert share == pytest.approx([1])
    assert area.tolist() == [15]


def test_of_two_blobs_the_stronger_counts_and_negative_weights_are_none():
    filters = bar(5)
    filters[0, 20, 20:22] = 3  # energy 18, against 15 of the bar, which is above a quarter of 3
    filters[0, 26, 26] = -2
    share, area = blobs(filters)
    assert share == pytest.approx([18 / (18 + 15 + 4)])
    assert area.tolist() == [2]


def test_a_filter_without_ink_has_no_blob():
    assert [value.tolist() for value in blobs(-bar(5))] == [[0], [0]]


def test_correlation_is_numpys(digits):
    filters, images = noise(3), digits.train.clean[:40]
    every = np.corrcoef(filters.reshape(3, -1), images.reshape(40, -1))[:3, 3:]
    np.testing.assert_allclose(best_correlation(filters, images), every.max(axis=1), atol=1e-5)


def test_images_are_digits_whatever_their_contrast(digits):
    filters = 0.01 * digits.train.clean[:30].astype(np.float32) - 0.2
    assert kinds(filters, digits) == {"digit": 1, "part": 0, "stroke": 0, "noise": 0}


def test_noise_is_noise(digits):
    assert kinds(noise(), digits)["noise"] == 1


def test_a_short_bar_is_a_stroke_and_a_broad_one_a_part(digits):
    broad = np.zeros((1, 28, 28), np.float32)
    broad[0, 2:12, 1:27] = 1
    assert kinds(bar(5), digits)["stroke"] == 1
    assert kinds(broad, digits)["part"] == 1


def test_kernels_are_no_digits_and_every_filter_is_of_one_kind(digits):
    kernels = np.random.default_rng(0).standard_normal((30, 11, 11)).astype(np.float32)
    found = kinds(np.concatenate([kernels, bar(5, side=11)]), digits)
    assert found["digit"] == 0
    assert found["stroke"] > 0
    assert sum(found.values()) == pytest.approx(1)
