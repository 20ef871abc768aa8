import numpy as np
import pytest

from tests.studies.tiny import render, run_tiny, write_judges

STUDY = "vae-latent-size"
TINY = {
    "sizes": [2, 6],
    "without_kl": [2, 6],
    "runs": 2,
    "manifold": 3,
    "samples": 40,
    "vae__dense__hidden": [64],
    "vae__epochs": 6,
    "vae__batch_size": 16,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_judges(folder)
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **TINY)


def of(result, model):
    runs = result[0]["runs"]
    return runs[runs.model == model].set_index(["k", "seed"])


def test_every_run_has_a_row_and_only_a_vae_has_a_bound(result):
    runs = result[0]["runs"]
    assert list(runs.columns[:4]) == ["k", "model", "seed", "cross_entropy"]
    assert len(runs) == 3 * 2 * 2
    assert of(result, "specified").drop(columns="fitted_accepted").notna().all(axis=None)
    assert of(result, "without KL").elbo.isna().all()


def test_the_bound_is_the_sum_of_its_terms(result):
    for model in ("specified", "relu"):
        ours = of(result, model)
        np.testing.assert_allclose(-ours.elbo, ours.cross_entropy + ours.kl_nats, rtol=1e-5)


def test_the_relu_is_another_network(result):
    assert (of(result, "specified").elbo != of(result, "relu").elbo).all()


def test_a_used_unit_costs_a_tenth_of_a_nat_and_there_are_no_more_than_k(result):
    ours = of(result, "specified").reset_index()
    assert (ours.used_units <= ours.k).all()
    assert (ours.kl_nats > 0.1 * ours.used_units * 0.5).all()


def test_without_the_kl_term_codes_are_farther_from_the_prior_and_clouds_become_narrower(result):
    assert (of(result, "without KL").gap_to_prior > of(result, "specified").gap_to_prior).all()
    widths = result[0]["widths"].assign(ratio=lambda table: table.width / table.spread)
    last = widths[widths.epoch == 6].set_index(["k", "seed", "model"]).ratio.unstack()
    assert (last["without KL"] < last["specified"]).all()
    assert (widths.width > 0).all()


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    own = ("elbo", "units", "widths", "manifold", "codes_k2", "codes", "samples_without_kl")
    shared = ("reconstructions_training", "reconstructions_validation", "samples", "interpolation_k2")
    assert figures == {f"{name}.png" for name in (*own, *shared, "interpolation_k6")}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize("collapses", [True, False])
def test_the_page_says_whether_sigma_collapses(result, collapses):
    widths = result[0]["widths"].copy()
    widths["width"] = np.where((widths.model == "without KL") & collapses, 0.001, 1.0)
    widths["spread"] = 1.0
    assert ("Yes: after 1 of 6 epochs" in render(STUDY, result[0], widths=widths)) == collapses


@pytest.mark.parametrize("suffers", [True, False])
def test_the_answer_says_whether_random_codes_suffer_without_the_kl_term(result, suffers):
    runs = result[0]["runs"].copy()
    runs["prior_accepted"] = np.where((runs.model == "without KL") & suffers, 0.1, 0.8)
    answer = render(STUDY, result[0], runs=runs).split("\n\n")[1]
    assert ("what one can sample by" in answer) == suffers


@pytest.mark.parametrize("better", [True, False])
def test_the_page_says_which_decoder_has_the_better_bound(result, better):
    runs = result[0]["runs"].copy()
    gain = np.where(runs.model == "relu", 50.0 if better else -50.0, 0.0)
    text = render(STUDY, result[0], runs=runs.assign(elbo=runs.elbo + gain))
    assert ("nowhere is the specified sigmoid better" in text) == better
