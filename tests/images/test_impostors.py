import numpy as np
import pytest

from stages.images.impostors import KINDS, cross_fades, halves, impostors, partners, softened
from tests.small import small_digits

DIGITS = small_digits(train=4, validation=2, test=2).train
IMAGES = DIGITS.clean


def drawn(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_impostors_as_images_the_same_for_the_same_seed_and_none_of_them_real(kind):
    made, again, other = (impostors(IMAGES, DIGITS.labels, kind, drawn(seed)) for seed in (0, 0, 1))
    assert made.shape == IMAGES.shape
    assert made.dtype == np.uint8
    assert np.array_equal(made, again)
    assert not np.array_equal(made, other)
    real = {image.tobytes() for image in IMAGES}
    assert not any(image.tobytes() in real for image in made)


def test_partners_are_of_another_class_and_with_a_single_class_of_that():
    assert (DIGITS.labels[partners(DIGITS.labels, drawn())] != DIGITS.labels).all()
    assert sorted(partners(np.zeros(5, np.uint8), drawn())) == [0, 1, 2, 3, 4]


def test_a_cross_fade_has_the_ink_of_both():
    left, right = np.zeros((2, 1, 28, 28), np.float32)
    left[..., 0], right[..., 27] = 200, 200
    made = cross_fades(left, right, drawn())[0]
    assert (made[:, 0] > 50).all()
    assert (made[:, 27] > 50).all()
    assert (made[:, 1:27] == 0).all()


def test_halves_take_each_pixel_of_one_of_the_two_and_about_as_many_of_each():
    dark, light = np.zeros((50, 28, 28), np.float32), np.full((50, 28, 28), 255, np.float32)
    made = halves(dark, light, drawn())
    assert set(np.unique(made)) == {0, 255}
    np.testing.assert_allclose((made > 0).mean(axis=(1, 2)), 0.5, atol=0.06)


def test_softening_blurs_and_keeps_the_brightest_pixel_white():
    soft = softened(IMAGES, drawn())
    changed = (soft != IMAGES).any(axis=(1, 2))
    assert 0.5 < changed.mean() < 1
    assert (soft[changed].max(axis=(1, 2)) == 255).all()
    edges = np.abs(np.diff(soft[changed].astype(int))).mean()
    assert edges < np.abs(np.diff(IMAGES[changed].astype(int))).mean()
