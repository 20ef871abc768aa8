"""What is measured of one model."""

import numpy as np
import pytest

from stages.analyses.quality import Codes, Reading, code_kind_metrics, denoising_metrics
from stages.analyses.settings import EmbedSettings
from tests.small import CPU, build, model_settings

EMBED = EmbedSettings(probe_c=(0.1, 10.0), neighbours=3, images=3, steps=3, samples=3, coordinates=2)


def test_codes_of_training_images_lie_before_those_of_validation_images(digits):
    codes = Codes.of(build("ae"), digits, CPU)
    assert len(codes.known) == len(digits.train) + len(digits.validation)
    assert np.array_equal(codes.known[: len(digits.train)], codes.train)
    assert len(codes.test) == len(digits.test)


def test_errors_are_the_shares_of_images_put_wrong(digits):
    reading = Reading.of(Codes.of(build("ae"), digits, CPU), digits, EMBED)
    metrics = reading.metrics()
    assert metrics["size"] == 10
    assert metrics["linear_probe_c"] in EMBED.probe_c
    assert 0 < metrics["linear_probe_error"] == reading.wrong_by_probe.mean() < 0.9
    assert 0 < metrics["knn_error"] == reading.wrong_by_neighbours.mean() < 0.9


@pytest.mark.parametrize(
    ("model", "own"), [("ae", set()), ("vae", {"active_units"}), ("wta", {"active_fraction"})]
)
def test_a_kind_of_code_has_numbers_of_its_own(digits, model, own):
    network = build(model)
    codes = Codes.of(network, digits, CPU)
    assert code_kind_metrics(network, codes, digits.train, CPU, model_settings(model)).keys() == own


def test_what_denoises_better_has_the_smaller_error(digits):
    model = build("ae")
    found = denoising_metrics(model, digits.test, CPU, 0)
    model.forward = lambda images: images  # gives the noisy input back
    untouched = denoising_metrics(model, digits.test, CPU, 0)
    noise = np.square((digits.test.noisy / 255.0) - digits.test.clean / 255.0).mean()
    assert untouched["mse"] == pytest.approx(noise, rel=1e-4)
    assert untouched["psnr_db"] > found["psnr_db"]  # of an untrained network
