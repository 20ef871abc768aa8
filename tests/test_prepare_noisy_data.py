"""prepare-noisy-data: a split by class, and noisy copies beside the clean images."""

import numpy as np
import pytest
import torch

from stages import prepare_noisy_data
from stages.common.artifacts import load_json
from stages.images.datasets import Images, NoisyImages
from stages.images.parts import with_noise
from stages.prepare_noisy_data import noise_metrics
from tests.small import generator, noise_settings

PARTS = ("train", "validation", "test")


def images(count: int, seed: int) -> Images:
    """Random pictures of three classes, in order of class."""
    pictures = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)
    return Images(pictures, np.sort(np.arange(count) % 3).astype(np.uint8))


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A folder with raw data and settings, which `run` prepares."""
    monkeypatch.chdir(tmp_path)
    images(60, seed=1).save("data/raw/train.npz")
    images(12, seed=2).save("data/raw/test.npz")

    def run(seed: int = 0, kind: str = "gaussian", amount: float = 0.1) -> dict[str, NoisyImages]:
        noise = f"{{kind: {kind}, amount: {amount}, fresh: false, validation_fraction: 0.1}}"
        (tmp_path / "params.yaml").write_text(
            f"arithmetic: portable\nseed: {seed}\nother: 1\nnoise: {noise}\n"
        )
        prepare_noisy_data.main()
        return {part: NoisyImages.load(f"data/noisy/{part}.npz") for part in PARTS}

    return run


def pictures(part: NoisyImages) -> set[bytes]:
    return {picture.tobytes() for picture in part.clean}


def test_validation_is_a_tenth_of_every_class_and_train_the_rest(study):
    parts = study()
    assert np.bincount(parts["train"].labels).tolist() == [18] * 3
    assert np.bincount(parts["validation"].labels).tolist() == [2] * 3
    raw = {picture.tobytes() for picture in images(60, seed=1).images}
    assert pictures(parts["train"]) | pictures(parts["validation"]) == raw
    assert not pictures(parts["train"]) & pictures(parts["validation"])


def test_every_image_keeps_its_label(study):
    raw = {p.tobytes(): label for p, label in zip(images(60, 1).images, images(60, 1).labels, strict=True)}
    for part in (study()["train"], study()["validation"]):
        assert [raw[picture.tobytes()] for picture in part.clean] == part.labels.tolist()


def test_test_images_stay_in_their_order(study):
    raw = images(12, seed=2)
    test = study()["test"]
    np.testing.assert_array_equal(test.clean, raw.images)
    np.testing.assert_array_equal(test.labels, raw.labels)


def test_every_part_is_noisy_and_the_clean_target_is_not(study):
    for part in study(kind="masking", amount=0.5).values():
        assert part.noisy.dtype == part.clean.dtype == np.uint8
        assert np.mean(part.noisy == 0) == pytest.approx(0.5, abs=0.03)
        assert np.mean(part.clean == 0) < 0.02


def test_the_seed_decides_split_and_noise(study):
    one, same, other = study(seed=1), study(seed=1), study(seed=2)
    for part in PARTS:
        np.testing.assert_array_equal(one[part].noisy, same[part].noisy)
    assert not np.array_equal(one["train"].clean, other["train"].clean)
    assert not np.array_equal(one["test"].noisy, other["test"].noisy)


def test_metrics_are_those_of_the_noisy_test_images(study):
    test = study()["test"]
    difference = (test.noisy.astype(float) - test.clean) / 255
    error = np.square(difference).mean()
    metrics = load_json("data/noisy/metrics.json")["data"]
    assert metrics["noisy_mse"] == pytest.approx(error, rel=1e-4)
    assert metrics["noisy_psnr_db"] == pytest.approx(-10 * np.log10(error), rel=1e-4)


def test_without_noise_bytes_come_back_exactly():
    clean = images(5, seed=0)
    noisy = with_noise(clean, noise_settings(amount=0.0), generator())
    np.testing.assert_array_equal(noisy.noisy, clean.images)
    np.testing.assert_array_equal(noisy.without_noise().noisy, clean.images)


def test_weak_gaussian_noise_of_grey_images_has_the_mse_of_its_variance():
    grey = Images(np.full((20, 28, 28), 128, np.uint8), np.zeros(20, np.uint8))
    noisy = with_noise(grey, noise_settings(amount=0.1), torch.Generator().manual_seed(0))
    assert noise_metrics(noisy)["noisy_mse"] == pytest.approx(0.01, rel=0.05)
    assert noise_metrics(noisy)["noisy_psnr_db"] == pytest.approx(20, abs=0.3)
