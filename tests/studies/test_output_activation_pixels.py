"""Ranges, black pixels and dead ones."""

import numpy as np
import pytest

from stages.studies.output_activation.pixels import black_pixels, dead_pixels, output_range


def test_a_pixel_is_black_where_no_output_has_ink_but_some_target_has_and_dead_where_all_are_0():
    targets = np.zeros((2, 28, 28), np.uint8)
    outputs = np.zeros((2, 28, 28), np.float32)
    targets[0, :3, 0] = 200
    outputs[1, 1, 0], outputs[:, 2, 0], outputs[:, 5, 5] = 0.5, -0.3, 0.0
    assert np.argwhere(black_pixels(outputs, targets)).tolist() == [[0, 0], [2, 0]]
    assert np.argwhere(dead_pixels(outputs, targets)).tolist() == [[0, 0]]


def test_the_range_counts_what_lies_outside():
    outputs = np.full((1, 28, 28), 0.5, np.float32)
    outputs[0, 0, :2] = -0.25, 1.5
    shares = {"below_0": 1 / 784, "above_1": 1 / 784}
    assert output_range(outputs) == pytest.approx({"smallest": -0.25, "largest": 1.5} | shares)
