"""Outputs as numbers."""

import numpy as np
import pytest

from stages.analyses.outputs import dead_pixels, output_range, raw_outputs, variety
from tests.small import CPU, build, small_digits

DIGITS = small_digits(train=3, validation=1, test=1).train


def test_a_perfect_output_varies_as_the_data_do_and_a_constant_one_not_at_all():
    unit = DIGITS.clean / np.float32(255)
    assert variety(unit, DIGITS.clean) == pytest.approx(1)
    assert variety(np.broadcast_to(unit.mean(axis=0), unit.shape), DIGITS.clean) == pytest.approx(0, abs=1e-9)
    assert variety(unit / 2, DIGITS.clean) == pytest.approx(1 / 4)


def test_a_pixel_is_dead_where_no_output_has_ink_but_some_target_has():
    targets = np.zeros((2, 28, 28), np.uint8)
    outputs = np.zeros((2, 28, 28), np.float32)
    targets[0, :3, 0] = 200
    outputs[1, 1, 0], outputs[:, 2, 0], outputs[:, 5, 5] = 0.5, -0.3, 0.0
    dead = dead_pixels(outputs, targets)
    assert np.argwhere(dead).tolist() == [[0, 0], [2, 0]]


def test_the_range_counts_what_lies_outside():
    outputs = np.full((1, 28, 28), 0.5, np.float32)
    outputs[0, 0, :2] = -0.25, 1.5
    shares = {"below_0": 1 / 784, "above_1": 1 / 784}
    assert output_range(outputs) == pytest.approx({"smallest": -0.25, "largest": 1.5} | shares)


def test_outputs_are_not_clipped():
    model = build("ae", output="linear").eval()
    assert raw_outputs(model, DIGITS.clean, CPU).min() < 0
