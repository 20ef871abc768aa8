import numpy as np
import pytest
import torch

from stages.analyses.gradients import gradient_norms
from stages.common.runtime import seeded_weights
from stages.common.study import PARAMS
from stages.studies import sigmoid_mlp as study
from tests.small import CPU, model_settings, small_digits
from tests.studies.tiny import ROOT, run_tiny


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        changes = {"code": 12, "ae__hidden": [20], "ae__epochs": 4, "trial_epochs": 1, "long_epochs": 8}
        changes |= {"squared_error_rates": [0.3, 1.0], "cross_entropy_rates": [0.1], "first_updates": 2}
        return run_tiny(study.STUDY, study, folder, patch, **changes)


def test_small_weights_lose_the_gradient_on_its_way_down(result):
    metrics, _, _ = result
    for objective in study.OBJECTIVES:
        ratio = {s: one["gradients"]["first_to_last"] for s, one in study.entries(metrics, objective).items()}
        assert ratio[0.01] < 1e-3 < ratio[0.1]


def test_small_weights_make_constant_units_and_large_ones_saturated_units(result):
    metrics, _, _ = result
    units = {s: one["units"] for s, one in study.entries(metrics, "cross-entropy").items()}
    assert units[0.01]["constant_before"] > 0.6
    assert units[0.01]["saturated_before"] == 0
    assert units[1.0]["saturated_before"] > 0.1
    assert units[1.0]["constant_before"] < 0.5


def test_a_network_of_small_weights_gives_one_picture_for_all_images_at_first(result):
    metrics, _, _ = result
    for objective in study.OBJECTIVES:
        assert study.entries(metrics, objective)[0.01]["first_updates"]["variety"] < 1e-3


def test_the_page_shows_every_figure(result):
    _, page, figures = result
    names = {"reconstructions", "long", "spreads", "losses", "gradients_squared_error"}
    assert figures == {f"{name}.png" for name in names | {"gradients_cross_entropy"}}
    for name in figures:
        assert f"](figures/{name})" in page


def network(std: float) -> torch.nn.Module:
    settings = model_settings(
        "ae", hidden=[256], activation="sigmoid", initialisation="normal", initialisation_std=std
    )
    with seeded_weights(0):
        return study.build(settings, 128)


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
    few = study.first_images(digits, 20)
    assert len(few.train) == 20
    assert np.array_equal(few.train.clean, digits.train.clean[:20])
    assert len(few.validation) == len(digits.validation)


@pytest.mark.parametrize(
    ("gain", "variety", "word"),
    [(0.001, 0.8, "converged"), (0.1, 0.8, "not converged"), (0.001, 0.0, "stuck")],
)
def test_the_verdict_follows_the_measurement(gain, variety, word):
    entry = {"last_quarter_gain": gain, "variety": variety}
    assert study.verdict(entry, settled=0.01).startswith(word)


def test_the_gain_is_that_of_the_last_quarter():
    one = {"loss": [9.0, 8, 7, 6, 5, 4, 4, 4, 3], "train_loss": [2.0] * 8}
    assert study.gains(one) == pytest.approx({"last_quarter_gain": 1 / 4, "excess_over_training": 1 / 2})


def measured(early: float, ratio: float, errors: dict[str, tuple[float, float]]) -> dict:
    def entry(pair: tuple[float, float]) -> dict:
        runs = {f"seed{index}": {"mse": error, "variety": 0.5} for index, error in enumerate(pair)}
        units = {"saturated_before": 0.5}
        first = {"mse": 0.07, "variety": early}
        return {"first_updates": first, "runs": runs, "gradients": {"first_to_last": ratio}, "units": units}

    of = {key: entry(pair) for key, pair in errors.items()}
    return {"spreads": dict.fromkeys(study.OBJECTIVES, of)}


APART = {"std0.1": (0.02, 0.021), "std1": (0.05, 0.06)}
LEVEL = {"std0.1": (0.02, 0.051), "std1": (0.05, 0.06)}


def test_the_answer_follows_the_measurement():
    section = study.Settings.read(ROOT / PARAMS).sigmoid_mlp
    slow, quick = measured(0.0, 0.001, APART), measured(0.4, 0.5, LEVEL)
    assert "every network gives one picture for all" in study.summary(slow, section)
    assert "1/1000 of the last" in study.summary(slow, section)
    assert "spread 0.1 learns most" in study.summary(slow, section)
    assert "outputs begin to differ" in study.summary(quick, section)
    assert "no layer's gradient is less than a tenth" in study.summary(quick, section)
    assert "level with another" in study.summary(quick, section)
    assert "lost on its way" in study.small_sentence(slow)
    assert "do not shrink" in study.small_sentence(quick)
