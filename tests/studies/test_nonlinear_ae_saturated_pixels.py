import numpy as np
import pytest

from stages.studies.nonlinear_ae.saturated_pixels import saturated_share, stuck_share

OUTPUTS = np.array([[[0.001, 0.5], [0.995, 0.02]]], np.float32)


def test_pixels_at_either_end_are_saturated():
    assert saturated_share(OUTPUTS) == pytest.approx(2 / 4)


def test_only_saturated_pixels_that_are_far_off_are_stuck():
    assert stuck_share(OUTPUTS, OUTPUTS) == 0
    assert stuck_share(OUTPUTS, np.array([[[1, 1], [1, 1]]], np.float32)) == pytest.approx(1 / 4)
