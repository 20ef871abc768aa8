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
    ("validation", "training", "variety", "words"),
    [
        (0.001, 0.002, 0.8, "has converged"),
        (0.1, 0.1, 0.8, "has not converged"),
        (-0.003, 0.15, 0.8, "no longer improves on validation images, while its training loss still falls"),
        (0.001, 0.001, 0.0, "is stuck"),
    ],
)
def test_the_verdict_follows_the_measurement(validation, training, variety, words):
    entry = {"validation_gain": validation, "training_gain": training, "variety": variety}
    assert study.verdict(entry, settled=0.01).startswith(words)
    assert study.converged(entry, settled=0.01) == (words == "has converged")


def test_the_gains_are_those_of_the_last_quarter():
    one = {"loss": [9.0, 8, 7, 6, 5, 4, 4, 4, 3], "train_loss": [8.0, 7, 6, 5, 4, 4, 3, 2]}
    assert study.gains(one) == pytest.approx(
        {"validation_gain": 1 / 4, "training_gain": 1 / 2, "excess_over_training": 1 / 2}
    )


def test_a_loss_worsens_or_improves():
    told = study.changes({"validation_gain": -0.003, "training_gain": -0.0001})
    assert told == "worsens the validation loss by 0.3 % and improves the training loss by 0.0 %"
    told = study.changes({"validation_gain": 0.035, "training_gain": 0.05})
    assert told == "improves the validation loss by 3.5 % and the training loss by 5.0 %"


def test_layers_and_factors_are_those_of_the_settings():
    section = study.Settings.read(ROOT / PARAMS).sigmoid_mlp
    assert study.sizes(section) == [784, 256, 128, 256, 784]
    told = study.factors(section.model_copy(update={"spreads": (0.01, 0.1, 1.0)}))
    assert "For n = 256 that is 0.040 at s = 0.01, 0.40 at s = 0.1, 4.0 at s = 1." in told
    assert "From s = 1 on" in told
    assert "From s" not in study.factors(section.model_copy(update={"spreads": (0.01,)}))


def measured(early: float, ratio: float, errors: dict[str, tuple[float, float]]) -> dict:
    def entry(pair: tuple[float, float]) -> dict:
        runs = {f"seed{index}": {"mse": error, "variety": 0.5} for index, error in enumerate(pair)}
        units = {"saturated_before": 0.5}
        first = {"mse": 0.07, "variety": early}
        return {"first_updates": first, "runs": runs, "gradients": {"first_to_last": ratio}, "units": units}

    of = {key: entry(pair) for key, pair in errors.items()}
    long = {"std": 0.1, "variety": 0.5, "training_gain": ratio, "validation_gain": 0.0}
    return {"spreads": dict.fromkeys(study.OBJECTIVES, of), "long": dict.fromkeys(study.OBJECTIVES, long)}


APART = {"std0.1": (0.02, 0.021), "std1": (0.05, 0.06)}
LEVEL = {"std0.1": (0.02, 0.051), "std1": (0.05, 0.06)}


def test_the_answer_follows_the_measurement():
    section = study.Settings.read(ROOT / PARAMS).sigmoid_mlp
    slow, quick = measured(0.0, 0.001, APART), measured(0.4, 0.5, LEVEL)
    assert "even the best spreads give one picture for all" in study.summary(slow, section)
    assert "converges within 90 epochs under either objective" in study.summary(slow, section)
    assert "converges within 90 epochs under neither objective" in study.summary(quick, section)
    assert "1/1000 of the last" in study.summary(slow, section)
    assert "spread 0.1 learns most" in study.summary(slow, section)
    assert "outputs of the best spreads begin to differ;" in study.summary(quick, section)
    assert "no layer's gradient is less than a tenth" in study.summary(quick, section)
    assert "level with another" in study.summary(quick, section)
    assert "lost on its way" in study.small_sentence(slow, section)
    assert "hence one picture for all images after 20 updates" in study.small_sentence(slow, section)
    assert "yet pictures that differ" in study.small_sentence(measured(0.4, 0.001, APART), section)
    assert "do not shrink" in study.small_sentence(quick, section)


def test_a_choice_at_the_edge_of_the_grid_is_named():
    rates = {"squared_error_rates": (0.3, 1.0, 3.0), "cross_entropy_rates": (0.03, 0.1, 0.3)}
    section = study.Settings.read(ROOT / PARAMS).sigmoid_mlp.model_copy(update=rates)

    def chosen(*rates: float) -> dict:
        of = [{f"std{s:g}": {"rate": rate} for s in (0.01, 1)} for rate in rates]
        return {"spreads": dict(zip(study.OBJECTIVES, of, strict=True))}

    assert study.edge_sentence(chosen(1.0, 0.1), section).startswith("No chosen rate")
    told = study.edge_sentence(chosen(1.0, 0.03), section)
    both = "cross-entropy, spread 0.01 (the smallest, 0.03); cross-entropy, spread 1 (the smallest, 0.03)."
    assert f"lies the choice for: {both}" in told
    assert "squared error" not in told
    assert "squared error, spread 1 (the largest, 3)" in study.edge_sentence(chosen(3.0, 0.1), section)


def test_the_summary_tells_the_objectives_apart():
    section = study.Settings.read(ROOT / PARAMS).sigmoid_mlp
    slow, quick = measured(0.0, 0.001, APART), measured(0.4, 0.5, APART)
    mixed = {
        part: dict(zip(study.OBJECTIVES, (slow[part][one], quick[part][other]), strict=True))
        for part in ("spreads", "long")
        for one, other in [study.OBJECTIVES]
    }
    assert "begin to differ under cross-entropy only" in study.summary(mixed, section)
    assert "epochs under squared error alone" in study.summary(mixed, section)
