import numpy as np
import pytest
import torch

from stages.studies.conv_filters import identity
from tests.small import CPU, OneKernel, random_images


def delta(gain=1.0):
    kernel = np.zeros((3, 3))
    kernel[1, 1] = gain
    return kernel


def test_the_identity_leaves_nothing_unexplained_and_a_grey_answer_everything():
    images = (random_images(20)[:, 0] * 255).byte().numpy()
    copy, grey = OneKernel(delta()), OneKernel(delta(0))
    copy.conv.bias.data.zero_()
    grey.conv.bias.data.fill_(float(images.mean()) / 255)
    assert identity.unexplained(copy, images, CPU) == pytest.approx(0, abs=1e-9)
    assert identity.unexplained(grey, images, CPU) == pytest.approx(1, rel=1e-4)


def test_one_weight_has_all_the_energy_of_a_shift_and_a_share_of_a_flat_filter():
    assert identity.concentration(delta(-2.0)[None]) == pytest.approx(1)
    assert identity.concentration(np.ones((4, 5, 5))) == pytest.approx(1 / 25)


def test_a_blur_lies_in_its_mean_an_edge_does_not_and_noise_by_chance():
    edge = np.repeat([[-1.0], [0], [1]], 3, axis=1)[None]
    noise = np.random.default_rng(0).standard_normal((20000, 5, 5))
    assert identity.blur_share(np.ones((2, 3, 3))) == pytest.approx(1)
    assert identity.blur_share(edge) == pytest.approx(0)
    assert identity.blur_share(noise) == pytest.approx(1 / 25, rel=0.05)


def test_scaling_keeps_alignment_and_turning_loses_it():
    first = np.random.default_rng(0).standard_normal((5, 3, 3))
    assert identity.alignment(first, 3 * first) == pytest.approx(1)
    assert identity.alignment(first, -first) == pytest.approx(-1)


def test_shifted_and_negative_copies_are_like_the_image_and_noise_is_not(digits):
    images = torch.from_numpy(digits.test.clean[:50])[:, None].float() / 255
    noise = torch.rand(50, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert identity.likeness_to_image(images.roll((1, -2), (2, 3)), images) == pytest.approx(1)
    assert identity.likeness_to_image(1 - images[..., ::2, ::2], images) == pytest.approx(1)
    assert identity.likeness_to_image(noise, images) < 0.05


def test_silent_maps_are_left_out(digits):
    images = torch.from_numpy(digits.test.clean[:5])[:, None].float() / 255
    maps = torch.cat([images, torch.zeros_like(images)], dim=1)
    assert identity.likeness_to_image(maps, images) == pytest.approx(1)
    assert identity.likeness_to_image(maps[:, 1:], images) == 0


def test_shuffling_keeps_each_images_pixels_and_moves_them(digits):
    shuffled = identity.shuffled_pixels(digits.test.clean, np.random.default_rng(0))
    before, after = (images.reshape(len(images), -1) for images in (digits.test.clean, shuffled))
    np.testing.assert_array_equal(np.sort(before), np.sort(after))
    assert (before != after).any(axis=1).all()


def test_white_noise_has_no_neighbours():
    noise = identity.white_noise(50, np.random.default_rng(0)).astype(float)
    assert noise.mean() == pytest.approx(127.5, abs=2)
    assert abs(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]) < 0.02
