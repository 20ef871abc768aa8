"""Which classes touch."""

import numpy as np
import pytest

from stages.analyses.touching import mixed_pairs, neighbour_shares, strangers

POINTS = np.array([[0.0], [1.0], [2.1], [10.0], [11.0], [12.1]])
LABELS = np.array([3, 3, 8, 8, 5, 5])


def test_shares_are_those_of_the_nearest_other_points():
    """1-NN: 0→1, 1→0, 2.1→1, 10→11, 11→10, 12.1→11."""
    np.testing.assert_allclose(
        neighbour_shares(POINTS, LABELS, 1),
        [[1, 0, 0], [0, 0.5, 0.5], [0.5, 0.5, 0]],  # classes 3, 5, 8
    )


def test_among_random_points_every_class_has_its_part_and_the_rest_are_strangers():
    generator = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), 500)
    shares = neighbour_shares(generator.standard_normal((2000, 5)), labels, 12)
    np.testing.assert_allclose(shares, 0.25, atol=0.03)
    assert strangers(shares) == pytest.approx(0.75, abs=0.02)


def test_pairs_are_named_by_how_far_they_mix_in_either_direction():
    shares = np.array([[0.8, 0.2, 0.0], [0.0, 0.7, 0.3], [0.1, 0.3, 0.6]])
    pairs = mixed_pairs(shares, ["a", "b", "c"], 2)
    assert list(pairs) == ["b and c", "a and b"]
    assert list(pairs.values()) == pytest.approx([0.3, 0.1])


def test_one_class_has_no_pairs():
    assert mixed_pairs(np.ones((1, 1)), ["0"], 6) == {}
