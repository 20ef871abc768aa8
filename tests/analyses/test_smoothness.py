"""Neighbouring weights of noise do not resemble each other, those of strokes do."""

import numpy as np
import pytest

from stages.analyses.smoothness import smoothness


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def test_noise_is_not_smooth():
    assert smoothness(noise(50, 28, 28)) == pytest.approx(0, abs=0.01)


def test_a_blur_is():
    blurred = noise(50, 28, 28)
    for axis in (1, 2):
        blurred = sum(np.roll(blurred, shift, axis) for shift in range(10))
    assert smoothness(blurred) > 0.8


def test_a_chessboard_is_the_opposite():
    assert smoothness((np.indices((3, 8, 8)).sum(axis=0) % 2).astype(np.float32)) == pytest.approx(-1)


@pytest.mark.parametrize("filters", [noise(5, 1, 1), np.ones((5, 3, 3), np.float32)], ids=["points", "flat"])
def test_nothing_to_compare_is_0(filters):
    assert smoothness(filters) == 0
