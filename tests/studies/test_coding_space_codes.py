import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr

from stages.analyses.nearest_codes import NearestCodes, nearest
from stages.studies.coding_space.classes import far, passing, path_middles, separation
from stages.studies.coding_space.random_codes import by_eye, random_codes
from stages.studies.coding_space.rank_correlation import chance, rank_correlation
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


def test_nowhere_is_farther_off_than_unseen_codes():
    around = two_codes()
    assert far(around.known + np.float32([[0, 1], [0, 5]]), around) == 0.5


def test_a_neighbour_has_the_class_of_the_nearest_known_code():
    np.testing.assert_array_equal(two_codes().classes(np.float32([[4, 1], [6, 1]])), [3, 7])


def test_random_codes_by_eye_have_the_mean_and_spread_of_the_codes_to_one_decimal():
    codes = np.random.default_rng(0).normal(0.47, 0.22, (5000, 3)).astype(np.float32)
    assert by_eye(codes) == (0.5, 0.2)
    drawn = random_codes(codes, 4000, np.random.default_rng(1))
    assert drawn["by_eye"].mean() == pytest.approx(0.5, abs=0.01)
    assert drawn["by_eye"].std() == pytest.approx(0.2, abs=0.01)
    np.testing.assert_allclose(drawn["by_eye"], 0.5 + 0.2 * drawn["normal"], rtol=1e-5)


def test_a_class_is_as_wide_as_its_codes_lie_from_their_mean():
    codes = np.float32([[0, 0], [0, 6], [1, 1], [9, 1]])
    around = NearestCodes(codes, np.array([0, 0, 1, 1], np.uint8), unseen=codes)
    np.testing.assert_allclose(around.widths(), [3, 4])


def clusters(apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Ten digits on a line, one step from each other; digit 9 `apart` from its neighbour."""
    labels = np.repeat(np.arange(10, dtype=np.uint8), 20)
    places = np.append(np.arange(9.0), 8 + apart)[labels]
    return np.stack([places, 0.2 * numbers(200, 1)[:, 0]], axis=1).astype(np.float32), labels


def test_a_cluster_that_is_moved_away_is_better_separated():
    near, far = (separation(*clusters(apart))[9] for apart in (1, 5))
    assert near < far < 1


def test_the_middle_of_a_path_lies_between_the_digit_and_another_one():
    codes, labels = clusters(1)
    middles = path_middles(codes, labels, 30, np.random.default_rng(0))
    assert len(middles) == 10
    assert (middles[0][:, 0] >= 0.5).all()
    assert (middles[9][:, 0] <= 8.5).all()


def test_paths_start_at_codes_that_pass_unless_a_digit_has_too_few_of_them():
    labels = np.repeat(np.arange(10, dtype=np.uint8), 6)
    accepted = labels != 4
    assert passing(accepted, labels).all()
    accepted = np.arange(60) % 6 > 0
    np.testing.assert_array_equal(passing(accepted, labels), accepted)


def test_the_rank_correlation_of_each_run_is_spearmans():
    one, other = numbers(3, 10), numbers(3, 10, seed=1)
    expected = [spearmanr(*pair).statistic for pair in zip(one, other, strict=True)]
    np.testing.assert_allclose(rank_correlation(one, other), expected)


def test_runs_that_repeat_each_other_make_a_correlation_no_surer():
    one, other = numbers(1, 10), numbers(1, 10, seed=1)
    single, repeated = (
        chance(np.repeat(one, runs, axis=0), np.repeat(other, runs, axis=0), np.random.default_rng(0))
        for runs in (1, 6)
    )
    assert single == repeated
    assert single == pytest.approx(spearmanr(one[0], other[0]).pvalue, abs=0.03)
    assert chance(one, one, np.random.default_rng(0)) < 0.001
