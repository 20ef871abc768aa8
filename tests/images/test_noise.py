"""Noise: its mean, its spread, the share of pixels it hits, and where it ends."""

import pytest
import torch

from stages.common.errors import StudyError
from stages.images.noise import add_noise
from tests.small import generator, noise_settings, random_images

GREY = torch.full((20, 1, 28, 28), 0.5)  # 15 680 pixels that are neither black nor white


def noisy(kind: str, amount: float, images: torch.Tensor = GREY, seed: int = 0) -> torch.Tensor:
    return add_noise(images, noise_settings(kind=kind, amount=amount), generator(seed))


def test_gaussian_noise_has_mean_0_and_the_std_of_its_amount():
    difference = noisy("gaussian", 0.1) - GREY  # 0.5 is 5 standard deviations from the clipping
    assert abs(float(difference.mean())) < 0.005
    assert float(difference.std()) == pytest.approx(0.1, rel=0.03)


def test_gaussian_noise_is_normal():
    difference = (noisy("gaussian", 0.1) - GREY) / 0.1
    for sigmas, share in ((1, 0.683), (2, 0.954)):
        assert float((difference.abs() < sigmas).float().mean()) == pytest.approx(share, abs=0.015)


def test_gaussian_noise_is_clipped():
    wild = noisy("gaussian", 3.0)
    assert float(wild.min()) == 0
    assert float(wild.max()) == 1
    assert float((wild == 0).float().mean()) == pytest.approx(0.434, abs=0.02)  # P(ε < −0.5 / 3)


@pytest.mark.parametrize("amount", [0.1, 0.3, 0.8])
def test_salt_and_pepper_hits_its_share_of_pixels_half_with_salt(amount):
    output = noisy("salt-and-pepper", amount)
    assert float((output != GREY).float().mean()) == pytest.approx(amount, abs=0.015)
    assert float((output == 0).float().mean()) == pytest.approx(amount / 2, abs=0.015)
    assert float((output == 1).float().mean()) == pytest.approx(amount / 2, abs=0.015)


@pytest.mark.parametrize("amount", [0.1, 0.3, 0.8])
def test_masking_only_zeroes_and_its_share_of_pixels(amount):
    images = random_images(20) + 0.01
    output = noisy("masking", amount, images)
    assert torch.equal(output[output != 0], images[output != 0])
    assert float((output == 0).float().mean()) == pytest.approx(amount, abs=0.015)


@pytest.mark.parametrize("kind", ["gaussian", "salt-and-pepper", "masking"])
def test_no_noise_changes_nothing(kind):
    images = random_images(3)
    assert torch.equal(noisy(kind, 0.0, images), images)


@pytest.mark.parametrize("kind", ["salt-and-pepper", "masking"])
def test_the_largest_amount_leaves_no_pixel(kind):
    assert not (noisy(kind, 1.0) == GREY).any()


@pytest.mark.parametrize("kind", ["gaussian", "salt-and-pepper", "masking"])
def test_the_generator_decides_and_the_images_stay_as_they_were(kind):
    images = random_images(3)
    before = images.clone()
    assert torch.equal(noisy(kind, 0.3, images, seed=1), noisy(kind, 0.3, images, seed=1))
    assert not torch.equal(noisy(kind, 0.3, images, seed=1), noisy(kind, 0.3, images, seed=2))
    assert torch.equal(images, before)


def test_every_image_gets_noise_of_its_own():
    output = noisy("gaussian", 0.1)
    assert not torch.equal(output[0], output[1])


@pytest.mark.parametrize("kind", ["salt-and-pepper", "masking"])
def test_a_share_of_pixels_is_at_most_1(kind):
    with pytest.raises(
        StudyError, match=f"noise.amount is 1.5; for {kind} it is a share of pixels, at most 1"
    ):
        noise_settings(kind=kind, amount=1.5)
    assert noise_settings(kind="gaussian", amount=1.5).amount == 1.5


@pytest.mark.parametrize("amount", [-0.1, float("nan"), float("inf")])
def test_an_amount_is_a_finite_number_from_0(amount):
    with pytest.raises(StudyError, match="amount is"):
        noise_settings(amount=amount)
