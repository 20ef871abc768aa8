from itertools import product
from pathlib import Path

import numpy as np
import pytest

from stages.analyses.filter_kinds import (
    KINDS,
    Marks,
    Settings,
    best_correlation,
    blobs,
    smoothness,
)
from stages.common.settings import validated

SECTION = {"digit_from": 0.7, "noise_below": 0.3, "stroke_below": 0.5, "moved": 0.1}
SETTINGS = validated(Settings, SECTION, Path("test"))


def noise(count=20):
    return np.random.default_rng(0).standard_normal((count, 28, 28)).astype(np.float32)


def bar(height, side=28):
    filters = np.zeros((1, side, side), np.float32)
    filters[0, 2 : 2 + height, 4:7] = 1
    return filters


def shares(filters, digits):
    return Marks.of(filters, digits.train.clean).shares(SETTINGS.lines)


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


def test_smoothness_is_morans_definition():
    """N/W Σ_ij a_ij z_i z_j / Σ z_i², with a_ij = 1 for neighbours, both ways."""
    filters = noise(2)[:, :5, :4]
    places = list(product(range(5), range(4)))
    adjacent = np.array([[abs(a - c) + abs(b - d) == 1 for c, d in places] for a, b in places])
    for one, found in zip(filters, smoothness(filters), strict=True):
        z = one.ravel().astype(float) - one.mean(dtype=float)
        expected = len(z) / adjacent.sum() * (z @ adjacent @ z) / (z @ z)
        assert found == pytest.approx(expected)


def test_noise_is_not_smooth_digits_are_and_a_constant_filter_counts_as_noise(digits):
    assert np.abs(smoothness(noise())).max() < 0.1
    assert smoothness(digits.train.clean.astype(np.float32)).min() > 0.4
    assert smoothness(np.ones((1, 28, 28))).tolist() == [0]


def test_smoothness_knows_no_scale():
    filters = noise(3)
    np.testing.assert_allclose(smoothness(5 * filters - 2), smoothness(filters), rtol=1e-4)


def test_images_are_digits_whatever_their_contrast(digits):
    filters = 0.01 * digits.train.clean[:30].astype(np.float32) - 0.2
    assert shares(filters, digits) == {"digit": 1, "part": 0, "stroke": 0, "noise": 0}


def test_noise_is_noise(digits):
    assert shares(noise(), digits)["noise"] == 1


def test_a_short_bar_is_a_stroke_and_a_broad_one_a_part(digits):
    broad = np.zeros((1, 28, 28), np.float32)
    broad[0, 2:12, 1:27] = 1
    assert shares(bar(5), digits)["stroke"] == 1
    assert shares(broad, digits)["part"] == 1


def test_kernels_are_no_digits_and_every_filter_is_of_one_kind(digits):
    kernels = np.random.default_rng(0).standard_normal((30, 11, 11)).astype(np.float32)
    found = shares(np.concatenate([kernels, bar(5, side=11)]), digits)
    assert found["digit"] == 0
    assert found["stroke"] > 0
    assert sum(found.values()) == pytest.approx(1)


def test_every_line_is_moved_to_either_side_in_all_combinations():
    assert len(set(SETTINGS.all_lines)) == 27
    assert SETTINGS.lines in SETTINGS.all_lines
    assert (0.6, 0.4, 0.4) in {tuple(round(line, 9) for line in lines) for lines in SETTINGS.all_lines}


def test_moving_the_lines_moves_filters_near_them_alone():
    far, near = np.array([0.9, 0.1, 0.1]), np.array([0.75, 0.1, 0.1])  # likeness: a digit, and noise twice
    for likeness, lowest in ((far, 1 / 3), (near, 0)):
        rows = Marks(likeness, np.zeros(3), np.zeros(3)).kinds(SETTINGS)
        digit = {row["kind"]: row for row in rows}["digit"]
        assert [row["kind"] for row in rows] == list(KINDS)
        assert (digit["share"], digit["highest"]) == pytest.approx((1 / 3, 1 / 3))
        assert digit["lowest"] == pytest.approx(lowest)
        assert sum(row["commonest"] for row in rows) == pytest.approx(1)
