import numpy as np
import pytest

from stages.analyses.judging import Judges
from stages.studies.coding_space.experiment import best_rates
from tests.studies.tiny import render, run_tiny, write_judges

STUDY = "coding-space"
MODELS, RECIPES, KINDS = ("dense", "conv"), ("sgd", "dense", "conv"), ("by_eye", "normal", "real")
RUNS, EPOCHS = 2, 6


def brighter_half(judges, images):
    """A critic with whom some pictures of networks pass that have learned next to nothing."""
    ink = images.mean(axis=(1, 2))
    return ink >= np.median(ink)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    changes = {"latent": 4, "runs": RUNS, "samples": 60, "paths": 10, "kernel_pca_codes": 120}
    changes |= {f"{part}__epochs": EPOCHS for part in MODELS} | {"trial_epochs": 2}
    changes |= {f"{part}__batch_size": 50 for part in MODELS}
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("study")
        write_judges(folder)
        patch.setattr(Judges, "accepted", brighter_half)
        yield run_tiny(STUDY, folder, patch, **changes)


def test_every_model_and_kind_of_code_is_measured(result):
    draws = result[0]["draws"]
    found = set(zip(draws.model, draws.codes, strict=True))
    assert found == {(model, codes) for model in MODELS for codes in KINDS}
    assert len(draws) == RUNS * len(found)
    assert len(result[0]["digits"]) == RUNS * len(MODELS) * 10


def test_shares_of_the_digits_add_up_to_one_where_anything_passes(result):
    sums = result[0]["shares"].groupby(["model", "codes", "seed"]).share.sum()
    passed = result[0]["draws"].set_index(["model", "codes", "seed"]).accepted > 0
    np.testing.assert_allclose(sums, passed.loc[sums.index].astype(float), atol=1e-4)


def test_territories_add_up_to_one_and_paths_are_shares(result):
    digits = result[0]["digits"]
    np.testing.assert_allclose(digits.groupby(["model", "seed"]).territory.sum(), 1, atol=1e-4)
    assert digits[["rejected_paths", "far_paths"]].stack().between(0, 1).all()
    assert digits[["separation", "separation_on_map"]].stack().between(-1, 1).all()


def test_normal_codes_lie_farther_from_real_ones_than_those_fitted_by_eye(result):
    draws = result[0]["draws"].pivot(index=["model", "seed"], columns="codes", values="distance")
    assert (draws.normal > draws.by_eye).loc["dense"].all()
    np.testing.assert_allclose(draws.real.loc["dense"], 1)


def test_more_of_the_numbers_fitted_by_eye_lie_where_codes_can_be(result):
    inside = result[0]["draws"].groupby("codes").numbers_inside.mean()
    assert inside.normal < 0.5 < inside.by_eye
    assert inside.real == 1


def test_every_recipe_is_watched_from_before_the_first_epoch_on(result):
    epochs = result[0]["epochs"]
    for recipe in RECIPES:
        by_epoch = epochs[epochs.recipe == recipe].groupby("epoch").mse.mean()
        assert list(by_epoch.index) == list(range(EPOCHS + 1))
        assert by_epoch.iloc[-1] < by_epoch.iloc[0]


def worst_case(trials, recipe):
    worst = trials[trials.recipe == recipe].pivot(index="rate", columns="seed", values="mse").max(axis=1)
    return worst.sort_values().index[0]


def test_a_recipe_is_trained_at_the_rate_that_did_best_in_trials(result):
    trials, rates = result[0]["trials"], result[0]["settings"]["rates"]
    assert {recipe: list(one.rate.unique()) for recipe, one in trials.groupby("recipe")} == rates
    assert best_rates(trials) == {name: worst_case(trials, name) for name in RECIPES}


def test_decoders_have_more_weights_than_encoders(result):
    models = result[0]["models"]
    assert (models.decoder_parameters > models.encoder_parameters).all()


def test_the_page_shows_every_figure(result):
    _, text, figures = result
    per_model = {
        f"{name}_{kind}.png" for name in ("samples", "kernel_pca", "kernel_pca_3d") for kind in MODELS
    }
    others = {"errors.png", "histograms.png", "shares.png", "explanations.png"}
    assert figures == per_model | others | {"progress.gif"}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize("surely", [True, False])
def test_territory_is_the_reason_only_where_chance_is_unlikely(result, surely):
    found = result[0]["explanations"].assign(correlation=0.7, chance=0.001 if surely else 0.3)
    answer = render(STUDY, result[0], explanations=found).split("\n\n")[1]
    assert answer.startswith("> Little of the code space") == surely


@pytest.mark.parametrize("cut_off", [True, False])
def test_standing_apart_and_being_cut_off_are_two_things(result, cut_off):
    found = result[0]["explanations"].set_index("measure").assign(correlation=-0.6, chance=0.001)
    found.loc["rejected_paths", "chance"] = 0.001 if cut_off else 0.6
    text = render(STUDY, result[0], explanations=found.reset_index())
    assert ("The course's explanation holds" in text) == cut_off
    assert ("Apart, yes; cut off, no" in text) != cut_off


@pytest.mark.parametrize(("conv", "worse"), [(0.2, True), (0.8, False)])
def test_the_convolutional_one_is_worse_only_beyond_the_seeds(result, conv, worse):
    draws = result[0]["draws"]
    accepted = np.where(draws.model == "conv", conv, 0.8)
    text = render(STUDY, result[0], draws=draws.assign(accepted=accepted, diversity=9.0))
    assert ("generate worse?** Yes" in text) == worse
