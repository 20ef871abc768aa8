import numpy as np
import pytest
import torch

from stages.analyses.gradients import gradient_norms
from stages.common.runtime import seeded_weights
from stages.studies.sigmoid_mlp import experiment
from stages.studies.sigmoid_mlp.verdicts import verdicts
from tests.small import CPU, model_settings, small_digits
from tests.studies.tiny import render, run_tiny

STUDY = "sigmoid-mlp"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    changes = {"code": 12, "runs": 2, "ae__dense__hidden": [20], "ae__epochs": 4, "trial_epochs": 1}
    changes |= {"squared_error_rates": [0.3, 1.0], "cross_entropy_rates": [0.1]}
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **changes, first_updates=2, long_epochs=8)


def test_every_objective_and_spread_has_a_row_a_seed(result):
    runs = result[0]["runs"]
    assert len(runs) == len(runs[["objective", "spread", "seed"]].drop_duplicates()) == 2 * 3 * 2


def test_small_weights_lose_the_gradient_on_its_way_down(result):
    ratio = verdicts(**result[0])["first_to_last"].unstack()
    assert (ratio[0.01] < 1e-3).all()
    assert (ratio[0.1] > 1e-3).all()


def test_small_weights_make_constant_units_and_large_ones_saturated_units(result):
    units = result[0]["runs"].groupby("spread")[["constant_before", "saturated_before"]].mean()
    assert units.constant_before[0.01] > 0.6
    assert units.saturated_before[0.01] == 0
    assert units.saturated_before[1.0] > 0.1
    assert units.constant_before[1.0] < 0.5


def test_a_network_of_small_weights_gives_one_picture_for_all_images_at_first(result):
    runs = result[0]["runs"]
    assert (runs[runs.spread == 0.01].first_variety < 1e-3).all()


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    names = {"reconstructions", "long", "spreads", "losses", "gradients_squared_error"}
    assert figures == {f"{name}.png" for name in names | {"gradients_cross_entropy"}}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize("quick", [True, False])
def test_the_answer_follows_the_measurement(result, quick):
    found = result[0]
    runs = found["runs"].assign(first_variety=0.9 if quick else 0.01)
    runs["mse"] = np.where(runs.spread == 0.1, 0.01, 0.05)
    runs["plateau"] = np.where(runs.spread == 0.01, 3.0, 2.0)
    gain = 0.001 if quick else 0.5
    long = found["long"].assign(training_gain=gain, validation_gain=0.0, variety=0.5, spread=0.1)
    text = render(STUDY, found, runs=runs, long=long)
    assert f"{90 if quick else 1}.0 % of the images' variety" in text.split("\n\n")[1]
    assert "spread 0.1 has learned most" in text.split("\n\n")[1]
    assert ("next to one picture for all images" in text) != quick
    assert ("Not within 8 epochs" in text) != quick


def network(std: float) -> torch.nn.Module:
    settings = model_settings("ae", hidden=[256], activation="sigmoid", initialisation_std=std)
    with seeded_weights(0):
        return experiment.build(settings, 128)


def test_every_layer_ends_in_a_sigmoid_the_code_too():
    model = network(0.1)
    images = torch.rand(5, 1, 28, 28)
    assert len([one for one in model.modules() if isinstance(one, torch.nn.Sigmoid)]) == 4
    assert 0 < model.encode(images).min() < model.encode(images).max() < 1
    assert model.encode(images).shape == (5, 128)


def test_a_layer_of_small_weights_passes_on_at_most_s_root_n_over_4_of_a_gradient():
    """With the activations near 1/2, δₗ is δₗ₊₁ times that; ∂L/∂W of two hidden layers show the ratio."""
    digits = small_digits(train=5, validation=1, test=1).train
    second, third = list(gradient_norms(network(0.01), digits, CPU).values())[1:3]
    inputs = np.sqrt(256 / 128)  # the lower of the two has 256 inputs of about 1/2, the upper one 128
    expected = 0.01 * np.sqrt(256) / 4 * inputs  # the gradient comes down from 256 units to 128
    expected *= np.sqrt(128 / 256)  # of which each gets a random share
    assert second / third == pytest.approx(expected, rel=0.3)


def test_first_images_are_so_many_updates():
    digits = small_digits(train=5, validation=1, test=1)
    few = experiment.first_images(digits, 20)
    assert np.array_equal(few.train.clean, digits.train.clean[:20])
    assert len(few.validation) == len(digits.validation)


def test_a_run_leaves_the_plateau_when_its_loss_is_a_tenth_below_that_of_the_mean_image():
    assert experiment.plateau([9.0, 5.0, 4.6, 4.4, 4.8], of_mean=5.0) == 3
    assert np.isnan(experiment.plateau([9.0, 4.6], of_mean=5.0))


def test_the_gains_are_those_of_the_last_quarter():
    one = {"loss": [9.0, 8, 7, 6, 5, 4, 4, 4, 3], "train_loss": [8.0, 7, 6, 5, 4, 4, 3, 2]}
    assert experiment.gains(one) == pytest.approx(
        {"validation_gain": 1 / 4, "training_gain": 1 / 2, "excess_over_training": 1 / 2}
    )
