import numpy as np
import pytest

from stages.studies.vae_latent_size.verdicts import sampling_margin
from tests.studies.tiny import render, run_tiny

STUDY = "vae-latent-size"
TINY = {
    "sizes": [2, 6],
    "runs": 2,
    "manifold": 3,
    "samples": 40,
    "vae__dense__hidden": [64],
    "vae__epochs": 6,
    "vae__batch_size": 16,
    "tutorial__latent": 6,
    "tutorial__runs": 2,
    "tutorial__vae__dense__hidden": [32],
    "tutorial__vae__epochs": 2,
    "classifier__conv__channels": [2, 4],
    "classifier__epochs": 2,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **TINY)


def of(runs, kl):
    return runs[runs.kl == kl].set_index(["k", "seed"])


def test_every_run_has_a_row_and_only_the_vae_has_a_bound(result):
    runs = result[0]["runs"]
    assert list(runs.columns[:3]) == ["k", "kl", "seed"]
    assert len(runs) == 2 * 2 * 2
    assert of(runs, "with").notna().all(axis=None)
    assert of(runs, "without").elbo.isna().all()


def test_the_bound_is_the_sum_of_its_terms(result):
    ours = of(result[0]["runs"], "with")
    np.testing.assert_allclose(-ours.elbo, ours.cross_entropy + ours.kl_nats, rtol=1e-5)


def test_a_used_unit_costs_a_tenth_of_a_nat_and_there_are_no_more_than_k(result):
    ours = of(result[0]["runs"], "with").reset_index()
    assert (ours.used_units <= ours.k).all()
    assert (ours.kl_nats > 0.1 * ours.used_units * 0.5).all()


def test_without_the_kl_term_reconstruction_is_better_and_codes_are_farther_from_the_prior(result):
    ours, plain = (of(result[0]["runs"], kl) for kl in ("with", "without"))
    assert (plain.cross_entropy < ours.cross_entropy)[6].all()
    assert (plain.gap_to_prior > ours.gap_to_prior).all()


def test_the_recipe_with_the_least_validation_loss_is_chosen_and_trained_on_all_images(result):
    found = result[0]
    assert found["chosen"] == found["recipes"].validation_loss.idxmin()
    assert (found["tutorial"].images == 400).all()
    assert list(found["tutorial"].recipe) == ["tutorial", "tutorial", "better", "better"]


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    own = ("elbo", "units", "confidence", "manifold", "codes_k2", "codes", "samples_without_kl")
    shared = ("reconstructions_training", "reconstructions_validation", "samples", "interpolation_k2")
    assert figures == {f"{name}.png" for name in (*own, *shared, "interpolation_k6")}
    for name in figures:
        assert f"](figures/{name})" in text


def test_the_margin_is_two_standard_errors_of_a_difference_for_the_widest_confidence():
    widest = np.repeat([0.1, 1.0], 1000)
    assert sampling_margin(2000) == pytest.approx(2 * np.sqrt(2 * widest.var() / 2000))


@pytest.mark.parametrize("peak", [True, False])
def test_the_answer_says_whether_the_largest_code_is_worse(result, peak):
    runs = result[0]["runs"].assign(elbo=lambda runs: -100 - runs.k if peak else -100 + runs.k)
    text = render(STUDY, result[0], runs=runs)
    assert ("A larger code helps up to k = 2" in text) == peak
    assert ("Why the largest code does worse" in text) == peak
    assert ("the bound is best at 6" in text) != peak


@pytest.mark.parametrize("suffers", [True, False])
def test_the_answer_says_where_random_codes_suffer_without_the_kl_term(result, suffers):
    runs = result[0]["runs"].copy()
    worse = (runs.kl == "without") & (runs.k == 6)
    runs["prior_confidence"] = np.where(worse & suffers, 0.3, 0.8)
    answer = render(STUDY, result[0], runs=runs).split("\n\n")[1]
    assert ("Without the KL term, at k = 6, digits are reconstructed better" in answer) == suffers
    assert ("is 80.0 % sure of random codes" in answer) != suffers


def test_without_a_record_of_the_full_mnist_the_page_says_so(result):
    assert "neither was run yet" in result[1]
