import numpy as np
import pytest

from stages.analyses import lit_pixel
from tests.small import OneKernel


def delta(gain=1.0):
    kernel = np.zeros((3, 3))
    kernel[1, 1] = gain
    return kernel


def test_the_identity_answers_a_lit_pixel_in_its_place_whatever_its_bias():
    responses = lit_pixel.lit_pixel_responses(OneKernel(delta()))
    assert lit_pixel.centre_share(responses) == pytest.approx(1)
    assert lit_pixel.gain(responses) == pytest.approx(1, abs=1e-5)


def test_a_fainter_copy_is_as_central_but_has_less_gain():
    responses = lit_pixel.lit_pixel_responses(OneKernel(delta(0.3)))
    assert lit_pixel.centre_share(responses) == pytest.approx(1)
    assert lit_pixel.gain(responses) == pytest.approx(0.3, abs=1e-5)


def test_a_blur_over_nine_pixels_leaves_a_ninth_of_the_energy_in_the_centre():
    responses = lit_pixel.lit_pixel_responses(OneKernel(np.full((3, 3), 1 / 9)))
    assert lit_pixel.centre_share(responses) == pytest.approx(1 / 9, rel=1e-3)


def test_the_effective_kernel_of_a_convolution_is_its_kernel_mirrored():
    kernel = np.arange(9).reshape(3, 3)
    found = lit_pixel.effective_kernel(lit_pixel.lit_pixel_responses(OneKernel(kernel)))
    middle = lit_pixel.REACH
    np.testing.assert_allclose(
        found[middle - 1 : middle + 2, middle - 1 : middle + 2], kernel[::-1, ::-1], atol=1e-5
    )
    assert np.square(found).sum() == pytest.approx(np.square(kernel).sum(), rel=1e-4)
