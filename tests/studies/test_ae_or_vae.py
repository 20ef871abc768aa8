import copy

import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.common.study import PARAMS
from stages.studies import ae_or_vae as study
from tests.small import small_digits
from tests.studies.tiny import ROOT, run_tiny

TINY = {
    "latent": 6,
    "runs": 2,
    "images": 80,
    "perplexity": 10.0,
    "neighbours": 5,
    "pairs": 12,
    "shown": 2,
    "steps": 5,
    **{f"{model}__hidden": [64] for model in study.MODELS},
    **{f"{model}__epochs": 6 for model in study.MODELS},
    **{f"{model}__batch_size": 16 for model in study.MODELS},
    "classifier__channels": [2, 4],
    "classifier__epochs": 2,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **TINY)


def test_every_seed_of_both_models_is_measured(result):
    metrics, _, _ = result
    for model in study.MODELS:
        assert list(metrics[model]) == ["seed0", "seed1"]
        for one in metrics[model].values():
            assert 0.5 < one["trustworthiness"] <= 1
            assert 0 <= one["code_knn_error"] < 0.6  # chance: 0.9


def test_confidence_is_measured_at_every_step_and_the_midpoint_is_the_one_in_the_middle(result):
    metrics, _, _ = result
    for one in (*metrics["ae"].values(), *metrics["vae"].values(), metrics["fade"]):
        assert list(one["confidence"]) == [f"step{i}" for i in range(5)]
        assert one["midpoint_confidence"] == one["confidence"]["step2"]


def test_the_page_shows_both_maps_in_one_picture_and_the_same_pairs_in_another(result):
    _, page, figures = result
    assert figures == {"tsne.png", "interpolation.png", "way.png"}
    for name in figures:
        assert f"](figures/{name})" in page


def test_a_cross_fade_starts_and_ends_with_the_real_images_and_mixes_half_of_each_between():
    section = study.Settings.read(ROOT / PARAMS).ae_or_vae.model_copy(update={"pairs": 9, "steps": 3})
    test = small_digits(2, 2, 4).test
    way = study.Way.between(test, section, np.random.default_rng(0))
    np.testing.assert_array_equal(way.fades[:, 0], way.starts)
    np.testing.assert_array_equal(way.fades[:, 2], way.ends)
    mixed = (way.starts.astype(float) + way.ends) / 2
    assert np.abs(way.fades[:, 1] - mixed).max() <= 0.5


def with_measures(metrics, name, of_ae, of_vae):
    """`metrics` with another measure `name` for every seed."""
    changed = copy.deepcopy(metrics)
    for model, values in (("ae", of_ae), ("vae", of_vae)):
        for one, value in zip(changed[model].values(), values, strict=True):
            one[name] = value
    return changed


@pytest.mark.parametrize(
    ("of_ae", "of_vae", "winner"),
    [((0.5, 0.6), (0.7, 0.8), "vae"), ((0.9, 0.95), (0.7, 0.8), "ae"), ((0.5, 0.75), (0.7, 0.8), "neither")],
)
def test_one_is_better_only_if_every_seed_of_it_is(result, of_ae, of_vae, winner):
    metrics = with_measures(result[0], "midpoint_confidence", of_ae, of_vae)
    assert study.verdict(metrics, "midpoint_confidence", True) == winner
    opposite = {"ae": "vae", "vae": "ae"}.get(winner, winner)
    assert study.verdict(metrics, "midpoint_confidence", False) == opposite


@pytest.mark.parametrize(
    ("between", "classes", "words"),
    [
        (
            ((0.5, 0.6), (0.7, 0.8)),
            ((0.2, 0.2), (0.3, 0.3)),
            "It depends on the use: between two digits the VAE's, for",
        ),
        (((0.5, 0.6), (0.7, 0.8)), ((0.3, 0.3), (0.2, 0.2)), "The VAE's, in both"),
        (((0.9, 0.9), (0.7, 0.8)), ((0.2, 0.2), (0.3, 0.3)), "The autoencoder's, in both"),
        (((0.7, 0.8), (0.7, 0.8)), ((0.2, 0.2), (0.2, 0.2)), "Neither"),
        (
            ((0.9, 0.9), (0.7, 0.8)),
            ((0.2, 0.2), (0.2, 0.2)),
            "Between two digits the autoencoder's; in telling",
        ),
        (((0.7, 0.8), (0.7, 0.8)), ((0.3, 0.3), (0.2, 0.2)), "For telling digits apart the VAE's; between"),
    ],
)
def test_the_answer_follows_the_measurement(result, between, classes, words):
    metrics = with_measures(result[0], "midpoint_confidence", *between)
    metrics = with_measures(metrics, "code_knn_error", *classes)
    metrics["fade"]["midpoint_confidence"] = 0.4
    assert study.summary(metrics).startswith(words)


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        (((0.2, 0.2), (0.3, 0.3)), "the autoencoder's is the better one."),
        (((0.3, 0.3), (0.2, 0.2)), "the VAE's is the better one."),
        (((0.2, 0.2), (0.2, 0.2)), "they are level."),
    ],
)
def test_nothing_is_decided_by_a_judge_that_prefers_cross_fades_to_one_of_the_models(result, classes, words):
    metrics = with_measures(result[0], "midpoint_confidence", (0.84, 0.85), (0.8, 0.81))
    metrics = with_measures(metrics, "code_knn_error", *classes)
    metrics["fade"]["midpoint_confidence"] = 0.83
    opening = f"Between two digits this is not decided; in telling digits apart {words} A classifier's"
    assert study.summary(metrics).startswith(opening)
    assert "the autoencoder is ahead with every seed" in study.summary(metrics)
    assert "is not decided, because this classifier prefers cross-fades" in study.about_use(metrics)
    metrics["fade"]["midpoint_confidence"] = 0.7
    assert "not decided" not in study.summary(metrics) + study.about_use(metrics)


def test_midpoints_less_sure_than_cross_fades_put_the_judge_in_doubt(result):
    metrics = with_measures(result[0], "midpoint_confidence", (0.4, 0.5), (0.45, 0.5))
    for fade, words, doubt in (
        (0.6, "the midpoints of both are below", "But the midpoints of both (45.0 % and 47.5 %) are below"),
        (0.42, "midpoints are neither above nor below that with every seed, the VAE's above", ""),
        (0.3, "the midpoints of both are above", ""),
    ):
        metrics["fade"]["midpoint_confidence"] = fade
        assert words in study.about_way(metrics)
        assert study.doubt(metrics).startswith(doubt)
        assert bool(study.doubt(metrics)) == bool(doubt) == ("But" in study.summary(metrics))


def test_the_answer_says_where_on_the_way_one_model_is_ahead(result):
    steps = [f"step{i}" for i in range(5)]
    of_ae = dict(zip(steps, (0.9, 0.8, 0.5, 0.8, 0.9), strict=True))
    of_vae = dict(zip(steps, (0.9, 0.7, 0.6, 0.7, 0.9), strict=True))
    metrics = with_measures(result[0], "confidence", (of_ae, of_ae), (of_vae, of_vae))
    assert study.about_steps(metrics) == (
        "Along the way, at 25 and 75 % the autoencoder is ahead with every seed; at 50 % the VAE is ahead "
        "with every seed; at 0 and 100 % the seeds overlap."
    )


@pytest.mark.parametrize(("of_vae", "pays"), [((16.0, 16.1), True), ((16.0, 17.1), False)])
def test_a_vae_pays_only_where_it_is_measured(result, of_vae, pays):
    metrics = with_measures(result[0], "psnr_db", (17.0, 17.2), of_vae)
    assert ("The VAE pays for the noise in its code" in study.about_codes(metrics)) == pays
    assert ("take the plain autoencoder" in study.about_use(metrics)) == pays


@pytest.mark.parametrize(("key", "value"), [("perplexity", 80.0), ("neighbours", 40)])
def test_too_few_images_for_the_neighbours_stop_the_study(key, value):
    section = study.Settings.read(ROOT / PARAMS).ae_or_vae.model_copy(update={key: value})
    with pytest.raises(StudyError, match=f"ae_or_vae.{key} is {value:g}"):
        study.check(section, 80)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"ae__hidden": [10]}, "ae_or_vae.ae.hidden is"), ({"steps": 4}, "ae_or_vae.steps is 4")],
)
def test_an_unfair_comparison_is_refused(change, words, tmp_path, monkeypatch):
    with pytest.raises(StudyError, match=words):
        run_tiny(study.STUDY, study, tmp_path, monkeypatch, **change)
