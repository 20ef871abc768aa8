"""Outputs as numbers."""

from stages.analyses.outputs import raw_outputs
from tests.small import CPU, build, small_digits

DIGITS = small_digits(train=3, validation=1, test=1).train


def test_outputs_are_not_clipped():
    model = build("ae", output="linear").eval()
    assert raw_outputs(model, DIGITS.clean, CPU).min() < 0
