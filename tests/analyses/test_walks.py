"""Straight lines in code space."""

import numpy as np
import pytest

from stages.analyses.walks import interpolate, most_varied, percentile_values, walk

RANDOM = np.random.default_rng(0)
STARTS, ENDS = RANDOM.normal(size=(2, 3, 5)).astype(np.float32)


def test_a_line_begins_at_the_start_and_ends_at_the_end():
    line = interpolate(STARTS, ENDS, 10)
    assert line.shape == (3, 10, 5)
    np.testing.assert_allclose(line[:, 0], STARTS)
    np.testing.assert_allclose(line[:, -1], ENDS)


def test_its_steps_are_equal():
    steps = np.diff(interpolate(STARTS, ENDS, 10), axis=1)
    np.testing.assert_allclose(steps, np.repeat((ENDS - STARTS)[:, None] / 9, 9, axis=1), atol=1e-6)


def test_maps_can_be_interpolated_too():
    maps = RANDOM.normal(size=(2, 3, 4, 6, 6)).astype(np.float32)
    line = interpolate(maps[0], maps[1], 3)
    assert line.dtype == np.float32
    np.testing.assert_allclose(line[:, 1], (maps[0] + maps[1]) / 2, atol=1e-6)


def test_a_walk_moves_one_coordinate_at_a_time():
    code = np.arange(6, dtype=np.float32)
    coordinates, values = np.array([4, 1]), np.array([[-1, -2, -3], [7, 8, 9]], np.float32)
    codes = walk(code, coordinates, values)
    assert codes.shape == (2, 3, 6)
    for row in range(2):
        for step in range(3):
            expected = code.copy()
            expected[coordinates[row]] = values[row, step]
            np.testing.assert_array_equal(codes[row, step], expected)
    np.testing.assert_array_equal(code, np.arange(6))


def test_values_go_evenly_from_the_1st_to_the_99th_percentile():
    codes = np.stack([np.arange(101), 10 * np.arange(101)], axis=1).astype(np.float32)
    values = percentile_values(codes, 3)
    np.testing.assert_allclose(values, [[1, 50, 99], [10, 500, 990]])
    np.testing.assert_allclose(percentile_values(codes, 2, low=0, high=100)[0], [0, 100])


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_the_most_varied_coordinates_come_first(count):
    codes = RANDOM.normal(size=(200, 4)).astype(np.float32) * np.array([1, 9, 0, 3], np.float32)
    assert most_varied(codes, count).tolist() == [1, 3, 0, 2][:count]
