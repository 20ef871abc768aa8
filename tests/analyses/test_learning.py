"""What is measured after each epoch: right numbers, and nothing that training would notice."""

import numpy as np
import pytest
import torch

from stages.analyses import learning
from stages.analyses.gains import epoch_of_most
from stages.analyses.learning import Learning
from stages.common.metrics import reconstruction_metrics
from stages.training.loop import fit
from stages.training.watching import all_of
from tests.small import CPU, as_images, build, model_settings


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
def test_measuring_leaves_the_training_as_it_is_to_the_last_bit(name, digits):
    def trained(*watchers):
        model = build(name)
        fit(model, digits.train, digits.validation, model_settings(name), CPU, 0, None, all_of(*watchers))
        return model.state_dict()

    learned = Learning(digits.train, digits.validation, CPU)
    for (key, one), other in zip(trained().items(), trained(learned).values(), strict=True):
        assert torch.equal(one, other), key
    assert [row["epoch"] for row in learned.rows] == [1, 2]


def test_psnr_is_that_of_the_metrics_on_the_noisy_validation_images(digits):
    model = build("ae").eval()
    restored = model.reconstruct(as_images(digits.validation.noisy))[:, 0].numpy()
    wanted = reconstruction_metrics(digits.validation.clean / np.float32(255), restored)["psnr_db"]
    assert Learning(digits.train, digits.validation, CPU).psnr(model) == pytest.approx(wanted, abs=1e-4)


def test_the_probe_learns_from_the_first_training_images_and_errs_less_than_by_chance(digits, monkeypatch):
    model = build("ae", latent=20).eval()
    error = Learning(digits.train, digits.validation, CPU).probe_error(model)
    assert error < 0.6
    monkeypatch.setattr(learning, "KNOWN", 10)
    assert Learning(digits.train, digits.validation, CPU).probe_error(model) > error


@pytest.mark.parametrize(
    ("values", "better", "epoch"),
    [
        ([10.0, 15.0, 19.0, 20.0], 1, 3),
        ([10.0, 20.0, 12.0], 1, 2),
        ([0.5, 0.2, 0.11, 0.1], -1, 3),
        ([0.1, 0.2], -1, 1),
        ([3.0], 1, 1),
    ],
)
def test_most_is_gained_where_nine_tenths_of_the_way_to_the_best_are_made(values, better, epoch):
    assert epoch_of_most(np.array(values), better) == epoch
