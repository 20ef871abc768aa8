"""Numbers that describe codes."""

import numpy as np
import pytest
import torch

from stages.analyses.codes import active_fraction, active_units
from stages.training.loop import fit
from tests.small import CPU, build, model_settings

RANDOM = np.random.default_rng(0)


def test_active_units_vary_by_more_than_a_hundredth():
    stds = np.array([1.0, 0.5, 0.11, 0.09, 0.0])
    means = RANDOM.normal(size=(5000, 5)) * stds + [0, 3, -2, 9, 7]
    assert active_units(means.astype(np.float32)) == 3


def test_a_vae_under_a_heavy_kl_has_no_active_units(digits):
    model = build("vae", beta=200.0)
    settings = model_settings("vae", beta=200.0, epochs=10)
    history = fit(model, digits.train, digits.validation, settings, CPU, seed=0)
    with torch.no_grad():
        means = model.encode(torch.from_numpy(digits.test.clean).unsqueeze(1).float() / 255).numpy()
    assert active_units(means) == 0
    assert history[-1]["train_kl"] < 0.1


@pytest.mark.parametrize(("changes", "expected"), [({}, 0.1), ({"architecture": "conv"}, 0.1 / 784)])
def test_the_active_fraction_in_training_is_the_lifetime_share_where_all_units_can_fire(
    changes, expected, digits
):
    model = build("wta", **changes)
    with torch.no_grad():
        for layer in model.top.encoder[:1]:
            layer.bias.fill_(10.0)  # so that every activation is positive
    assert active_fraction(model.winners, digits.train.clean, CPU, 50) == pytest.approx(expected)


def test_the_active_fraction_is_a_mean_over_all_images_whatever_the_batches():
    images = RANDOM.integers(0, 256, (10, 28, 28), np.uint8)
    share = active_fraction(lambda batch: (batch > 0.5).float(), images, CPU, 4)
    assert share == pytest.approx(np.mean(images > 127.5), rel=1e-6)
