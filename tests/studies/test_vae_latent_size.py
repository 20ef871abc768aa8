import copy

import numpy as np
import pytest

from stages.common.artifacts import save_json
from stages.common.study import PARAMS
from stages.pages.runs import by_seed, values
from stages.studies import vae_latent_size as study
from tests.studies.tiny import ROOT, course_arrays, run_tiny

TINY = {
    "sizes": [2, 6],
    "runs": 2,
    "manifold": 3,
    "samples": 20,
    "vae__hidden": [64],
    "vae__epochs": 8,
    "vae__batch_size": 20,
    "tutorial__vae__hidden": [32],
    "tutorial__vae__epochs": 2,
    "tutorial__runs": 1,
    "classifier__channels": [2, 4],
    "classifier__epochs": 2,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    save_json(folder / study.ANCHORS, {f"vae-{name}": ANCHOR for name in ("tutorial", "better")})
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **TINY)


ANCHOR = {"test_loss": 105.5, "published": 105.6}


def runs(metrics):
    return study.runs_by_size(metrics["with_kl"])


def test_the_bound_is_the_sum_of_its_terms(result):
    metrics, _, _ = result
    for entries in runs(metrics).values():
        assert len(entries) == 2
        for one in entries.values():
            assert one["elbo"] == pytest.approx(-one["cross_entropy"] - one["kl"], rel=1e-4)


def test_without_the_kl_term_codes_are_further_from_the_prior(result):
    metrics, _, _ = result
    for k, entries in runs(metrics).items():
        plain = metrics["without_kl"][f"k{k}"].values()
        assert len(plain) == 2
        for name in ("gap_to_prior", "deviation"):
            assert min(one[name] for one in plain) > max(values(entries, name))


def test_the_tutorials_recipe_sees_training_and_validation_images(result):
    metrics, page, _ = result
    assert metrics["tutorial"]["images"] == 400
    assert "400 images, not 60 000" in page


def test_the_page_shows_the_set_that_courses_ask_for_and_the_sheet_of_two_numbers(result):
    metrics, page, figures = result
    assert list(metrics["course"]) == ["k2", "k6"]
    assert "**Observed.**" in page
    assert "784-64-k" in page
    assert figures == {
        *("elbo.png", "units.png", "manifold.png", "codes_k2.png", "codes.png", "samples_without_kl.png"),
        *("reconstructions_training.png", "reconstructions_validation.png", "samples.png"),
        *("interpolation_k2.png", "interpolation_k6.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in page


def test_the_page_repeats_what_the_benchmark_recorded(result):
    metrics, page, _ = result
    assert metrics["full_mnist"] == {"tutorial": 105.5, "better": 105.5, "published": 105.6}
    assert "reaches 105.50, within 0.5 of it" in page
    assert "below it" in page


@pytest.mark.parametrize(
    ("tutorial", "better", "words"),
    [(106.5, 104.0, ("away from it", "below it")), (105.2, 105.7, ("within 0.5 of it", "not below it"))],
)
def test_the_comparison_with_the_published_loss_follows_the_record(tutorial, better, words):
    text = study.full_mnist_text({"tutorial": tutorial, "better": better, "published": 105.6})
    assert all(f"{word}{mark}" in text for word, mark in zip(words, (";", "."), strict=True))
    assert ("not below" in text) == (better > 105.6)


def test_without_a_record_the_page_says_so():
    assert "neither was run yet" in study.full_mnist_text({})


def of_sizes(elbo, used=(2, 6), sure=(0.7, 0.8)):
    """One run each of k = 2 and k = 20."""
    return {
        k: by_seed([{"elbo": e, "used_units": u, "active_units": u, "prior_confidence": c}])
        for k, e, u, c in zip((2, 20), elbo, used, sure, strict=True)
    }


def test_the_answer_says_which_size_has_the_best_bound():
    assert "k = 20, the largest size" in study.about_bound(of_sizes((-160, -110)))
    assert "at k = 20 it is −170.0, worse" in study.about_bound(of_sizes((-160, -170)))


def test_the_answer_says_whether_units_are_spare():
    assert "more room does no harm" in study.about_units(of_sizes((-160, -110), used=(2, 6)))
    assert "the worse one" in study.about_units(of_sizes((-110, -160), used=(2, 6)))
    assert "most of the room" in study.about_units(of_sizes((-160, -110), used=(2, 19)))


def samples_text(sure, elbo=(-160, -110), margin=0.0):
    return study.about_samples(of_sizes(elbo, sure=sure), {"confidence": 1}, margin)


def test_the_answer_says_whether_bound_and_samples_agree():
    assert "is not the one with the best samples: units have to fit" in samples_text((0.9, 0.8))
    assert samples_text((0.9, 0.8), elbo=(-110, -160)).endswith("is the one with the best samples, too.")
    assert samples_text((0.7, 0.8), elbo=(-110, -160)).endswith("the one with the best samples.")


def test_sizes_whose_seeds_overlap_or_nearly_do_are_not_told_apart():
    level = "with no clear difference between any two k"
    assert level in samples_text((0.79, 0.8), margin=0.02)
    assert level not in samples_text((0.79, 0.8), margin=0.005)
    three = of_sizes((-160, -110)) | {50: by_seed([{"elbo": -100, "prior_confidence": 0.79}])}
    text = study.about_samples(three, {"confidence": 1}, 0.02)
    assert "surest of samples at k = 20 (80.0 %, not clearly more than at k = 50)" in text
    assert "least sure at k = 2 (70.0 %); of" in text
    assert text.endswith("k = 50, the size with the best bound, is not clearly behind the best.")
    three[20]["seed0"]["elbo"] = -90
    text = study.about_samples(three, {"confidence": 1}, 0.02)
    assert text.endswith("The size with the best bound may have the best samples, too.")


def test_the_margin_is_two_standard_errors_of_a_difference_for_the_widest_confidence():
    widest = np.repeat([0.1, 1.0], 1000)
    assert study.sampling_margin(2000) == pytest.approx(2 * np.sqrt(2 * widest.var() / 2000))


def test_a_gap_that_sampling_may_have_made_is_none():
    ours, plain = of_sizes((-160, -110), sure=(0.8, 0.8)), of_sizes((-160, -110), sure=(0.81, 0.6))
    ends = {margin: study.summary(ours, plain, margin).split("decode to ")[1] for margin in (0.0, 0.02)}
    assert ends == {0.0: "at k = 20, and surer at k = 2.", 0.02: "at k = 20."}


def test_the_largest_size_is_the_largest_number():
    found = of_sizes((-160, -110), used=(2, 6))
    backwards = dict(reversed(found.items()))
    assert "of 20 units 6 carry" in study.summary(backwards, backwards, 0.0)


def test_where_plain_samples_are_better_the_answer_says_so(result):
    metrics, _, _ = result
    changed = copy.deepcopy(metrics["without_kl"])
    for entry in changed.values():
        for one in entry.values():
            one["prior_confidence"] = 1.0
    plain = study.runs_by_size(changed)
    text = study.about_plain(runs(metrics), plain, 0.0)
    assert (
        "is clearly less sure without the KL term at no k, and surer at every k; at k = 2 it is 100.0 % sure"
        in text
    )
    assert "was not trained on" not in text
    assert "decode to at no k, and surer at every k." in study.summary(runs(metrics), plain, 0.0)


def test_fitted_codes_are_compared_with_fitted_codes():
    def runs(*pairs):
        return by_seed({"prior_confidence": prior, "fitted_confidence": fitted} for prior, fitted in pairs)

    ours = {2: runs((0.7, 0.8), (0.7, 0.82)), 20: runs((0.5, 0.6), (0.5, 0.7))}
    plain = {2: runs((0.6, 0.79), (0.6, 0.75)), 20: runs((0.6, 0.65), (0.6, 0.5))}
    text = study.about_fitted(ours, plain, 0.0)
    assert "makes it clearly surer at k = 2." in text
    assert "of the model without the KL term at no k, and surer of the VAE at k = 2." in text


def test_the_answer_gives_a_reason_only_where_random_codes_suffer():
    def run(prior, gap):
        return by_seed([{"prior_confidence": prior, "gap_to_prior": gap}])

    near, far = {2: run(0.8, 0.1)}, {2: run(0.5, 9.0)}
    assert study.about_random_codes(near, far, 0.0).endswith("was not trained on such codes.")
    assert "was not trained on" not in study.about_random_codes(near, {2: run(0.9, 9.0)}, 0.0)
    near[20], far[20] = run(0.8, 0.1), run(0.8, 9.0)
    assert "although at k = 20 its codes are farther" in study.about_random_codes(near, far, 0.0)


def test_without_a_code_of_two_numbers_there_is_no_sheet(result):
    metrics, _, _ = result
    arrays = {
        "course": {6: course_arrays()},
        "codes": [np.eye(6, dtype=np.float32)] * 2,
        "normal": np.eye(6, dtype=np.float32),
        "samples": [np.zeros((20, 28, 28), np.uint8)] * 3,
    }
    one = metrics | {kind: {"k6": metrics[kind]["k6"]} for kind in ("with_kl", "without_kl", "course")}
    section = study.Settings.read(ROOT / PARAMS).vae_latent_size
    page = study.page(one, arrays, section)
    assert "manifold" not in [finding.name for finding in page.findings if hasattr(finding, "name")]
