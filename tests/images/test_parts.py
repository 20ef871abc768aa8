import numpy as np
import pytest
import torch

from stages.common.artifacts import load_arrays
from stages.common.errors import StudyError
from stages.images.datasets import Images
from stages.images.noise import add_noise
from stages.images.parts import AT_ONCE, Parts, with_noise
from stages.images.pixels import to_bytes, to_unit
from tests.small import noise_settings


@pytest.fixture
def parts(tmp_path, monkeypatch, digits):
    monkeypatch.chdir(tmp_path)
    for name, part in (("train", digits.train), ("test", digits.test)):
        Images(part.clean, part.labels).save(f"data/raw/{name}.npz")
    return Parts.load(seed=0, validation_fraction=0.25)


def test_a_quarter_of_every_class_is_held_out_and_nothing_is_lost(parts):
    assert np.bincount(parts.validation.labels).tolist() == [10] * 10
    assert np.bincount(parts.train.labels).tolist() == [30] * 10
    raw = load_arrays("data/raw/train.npz")["images"]
    both = np.concatenate([parts.train.clean, parts.validation.clean])
    assert {image.tobytes() for image in raw} == {image.tobytes() for image in both}


def test_inputs_are_the_clean_images_until_noise_is_asked_for(parts):
    np.testing.assert_array_equal(parts.train.noisy, parts.train.clean)
    noisy = parts.with_noise(noise_settings(amount=0.3), seed=0)
    assert (noisy.validation.noisy != noisy.validation.clean).mean() > 0.3
    np.testing.assert_array_equal(noisy.validation.clean, parts.validation.clean)


def test_the_seed_decides_split_and_noise(parts):
    again, other = Parts.load(0, 0.25), Parts.load(1, 0.25)
    np.testing.assert_array_equal(parts.train.labels, again.train.labels)
    assert not np.array_equal(parts.train.clean, other.train.clean)
    one, same, different = (parts.with_noise(noise_settings(), seed).test.noisy for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, different)


@pytest.mark.parametrize("kind", ["gaussian", "salt-and-pepper", "masking"])
def test_noise_drawn_block_by_block_is_that_of_one_draw(kind):
    pictures = np.random.default_rng(0).integers(0, 256, (2 * AT_ONCE + 3, 9, 9), np.uint8)
    settings, generator = noise_settings(kind=kind), torch.Generator().manual_seed(1)
    noisy = with_noise(Images(pictures, np.zeros(len(pictures), np.uint8)), settings, generator).noisy
    at_once = add_noise(to_unit(torch.from_numpy(pictures)), settings, torch.Generator().manual_seed(1))
    np.testing.assert_array_equal(noisy, to_bytes(at_once))


def test_missing_data_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match=r"data/raw/train\.npz does not exist"):
        Parts.load(0, 0.1)
