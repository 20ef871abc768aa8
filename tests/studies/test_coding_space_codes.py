import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.special import expit

from stages.analyses.nearest_codes import NearestCodes, nearest
from stages.studies.coding_space.random_codes import fitted_in_cube, random_codes
from tests.figures.pictures import numbers


def test_the_nearest_code_and_its_distance_are_those_of_the_whole_table():
    codes, known = numbers(30, 4), numbers(50, 4, seed=1)
    table = cdist(codes, known)
    index, distance = nearest(codes, known)
    np.testing.assert_array_equal(index, table.argmin(axis=1))
    np.testing.assert_allclose(distance, table.min(axis=1), rtol=1e-4)


def two_codes() -> NearestCodes:
    known = np.array([[0, 0], [10, 0]], np.float32)
    return NearestCodes(known, np.array([3, 7], np.uint8), unseen=known + np.float32([0, 2]))


def test_codes_twice_as_far_off_as_unseen_ones_are_at_distance_two():
    around = two_codes()
    assert around.distance(around.unseen) == pytest.approx(1)
    assert around.distance(around.known + np.float32([0, 4])) == pytest.approx(2)


def test_a_neighbour_has_the_class_of_the_nearest_known_code():
    np.testing.assert_array_equal(two_codes().classes(np.float32([[4, 1], [6, 1]])), [3, 7])


def test_codes_fitted_in_the_cube_stay_in_it_and_follow_mean_and_dependence():
    generator = np.random.default_rng(0)
    first = generator.standard_normal(4000)
    logits = np.stack([first + 1, 2 * first + 0.1 * generator.standard_normal(4000)], axis=1)
    codes = expit(logits).astype(np.float32)
    drawn = fitted_in_cube(codes, 4000, generator)
    assert ((drawn > 0) & (drawn < 1)).all()
    np.testing.assert_allclose(drawn.mean(axis=0), codes.mean(axis=0), atol=0.02)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(np.corrcoef(codes.T)[0, 1], abs=0.03)


def test_a_class_is_as_wide_as_its_codes_lie_from_their_mean():
    codes = np.float32([[0, 0], [0, 6], [1, 1], [9, 1]])
    around = NearestCodes(codes, np.array([0, 0, 1, 1], np.uint8), unseen=codes)
    np.testing.assert_allclose(around.widths(), [3, 4])


def test_saturated_codes_can_be_fitted():
    codes = np.float32([[0, 1], [1, 0], [0, 1], [1, 1]])
    assert np.isfinite(fitted_in_cube(codes, 10, np.random.default_rng(0))).all()


def test_squashed_codes_are_the_normal_ones_moved_into_the_cube():
    drawn = random_codes(expit(numbers(50, 3)), True, 20, np.random.default_rng(0))
    np.testing.assert_allclose(drawn["squashed"], 1 / (1 + np.exp(-drawn["normal"])), rtol=1e-5)
    assert list(random_codes(numbers(50, 3), False, 20, np.random.default_rng(0))) == ["normal", "fitted"]
