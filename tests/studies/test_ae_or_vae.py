import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.studies.ae_or_vae import experiment
from stages.studies.settings import PARAMS
from tests.small import small_digits
from tests.studies.tiny import ROOT, render, run_tiny

STUDY = "ae-or-vae"
MODELS = ("ae", "vae")
TINY = {
    "latent": 6,
    "runs": 2,
    "images": 80,
    "perplexity": 10.0,
    "neighbours": 5,
    "pairs": 12,
    "shown": 2,
    "steps": 5,
    **{f"{model}__dense__hidden": [64] for model in MODELS},
    **{f"{model}__epochs": 6 for model in MODELS},
    **{f"{model}__batch_size": 16 for model in MODELS},
    "classifier__conv__channels": [2, 4],
    "classifier__epochs": 2,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **TINY)


def section(**changes):
    return experiment.Settings.read(ROOT / PARAMS).ae_or_vae.model_copy(update=changes)


def test_every_seed_of_both_models_is_measured(result):
    runs = result[0]["runs"]
    assert list(zip(runs.model, runs.seed, strict=True)) == [("ae", 0), ("ae", 1), ("vae", 0), ("vae", 1)]
    assert runs.trustworthiness.between(0.5, 1).all()
    assert runs.code_knn_error.between(0, 0.6).all()  # chance: 0.9


def test_the_midpoint_is_the_step_in_the_middle(result):
    runs, line = (result[0][name].set_index(["model", "seed"]) for name in ("runs", "line"))
    assert (line.groupby(["model", "seed"]).size() == 5).all()
    halfway = line[line.step == 2].confidence
    np.testing.assert_allclose(halfway, runs.midpoint_confidence[halfway.index], rtol=1e-5)
    fade = result[0]["fade"]["midpoint_confidence"]
    assert result[0]["crossfade"].confidence[2] == pytest.approx(fade, rel=1e-5)


def test_a_cross_fade_starts_and_ends_with_the_real_images_and_mixes_half_of_each_between():
    test = small_digits(2, 2, 4).test
    pairs = experiment.Pairs.of(test, section(pairs=9, steps=3), np.random.default_rng(0))
    np.testing.assert_array_equal(pairs.crossfades[:, 0], pairs.starts)
    np.testing.assert_array_equal(pairs.crossfades[:, 2], pairs.ends)
    mixed = (pairs.starts.astype(float) + pairs.ends) / 2
    assert np.abs(pairs.crossfades[:, 1] - mixed).max() <= 0.5


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    assert figures == {"tsne.png", "interpolation.png", "confidence.png"}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize("misled", [True, False])
def test_nothing_is_decided_by_a_classifier_that_prefers_cross_fades_to_a_model(result, misled):
    runs = result[0]["runs"].assign(code_knn_error=0.1, map_nn_error=0.1, trustworthiness=0.9)
    runs["midpoint_confidence"] = [0.84, 0.85, 0.80, 0.81]
    fade = result[0]["fade"] | {"midpoint_confidence": 0.83 if misled else 0.7}
    text = render(STUDY, result[0], runs=runs, fade=fade)
    assert text.split("\n\n")[1].startswith("> Neither") == misled
    assert ("decides nothing here" in text) == misled
    assert "84.5 % sure of the autoencoder's midpoints, 80.5 % of the VAE's" in text


@pytest.mark.parametrize("sharper", [True, False])
def test_the_autoencoder_reconstructs_better_only_where_every_seed_does(result, sharper):
    runs = result[0]["runs"].assign(psnr_db=[17.0, 17.2, 16.0, 16.1 if sharper else 17.1])
    assert ("reconstructs slightly better" in render(STUDY, result[0], runs=runs)) == sharper


@pytest.mark.parametrize(("key", "value"), [("perplexity", 80.0), ("neighbours", 40)])
def test_too_few_images_for_the_neighbours_stop_the_study(key, value):
    with pytest.raises(StudyError, match=f"ae_or_vae.{key} is {value:g}"):
        experiment.check(section(**{key: value}), 80)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ae__dense__hidden": [10]}, r"ae_or_vae.ae: layer_sizes \(10,\)"),
        ({"steps": 4}, "ae_or_vae.steps is 4"),
    ],
)
def test_an_unfair_comparison_is_refused(change, words, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match=words):
        run_tiny(STUDY, tmp_path, monkeypatch, **change)
