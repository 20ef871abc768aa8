import copy

import numpy as np
import pytest

from stages.studies import coding_space as study
from tests.studies.tiny import run_tiny

FAST = {"epochs": 3, "batch_size": 40}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    changes = {"latent": 4, "runs": 2, "samples": 60, "kernel_pca_codes": 60}
    changes |= {f"{part}__{key}": 3 for part in ("dense", "conv", "vae", "judge") for key in ("epochs",)}
    changes |= {"judge__channels": [4, 6], "judge__batch_size": 20, "conv__decoder_channels": [4, 8]}
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **changes)


def test_every_model_and_kind_of_code_is_measured(result):
    metrics, _, _ = result
    assert list(metrics["models"]) == ["dense", "conv", "vae"]
    for kind, entry in metrics["models"].items():
        assert list(entry["draws"]) == (["raw", "fitted"] if kind == "vae" else ["raw", "squashed", "fitted"])
        for drawn in entry["draws"].values():
            assert sum(drawn["shares"].values()) == pytest.approx(1, abs=1e-4)
            assert list(drawn["runs"]) == ["seed0", "seed1"]


def test_raw_normal_codes_lie_farther_from_codes_in_the_cube_than_fitted_ones(result):
    metrics, _, _ = result
    for kind in ("dense", "conv"):
        runs = {name: drawn["runs"] for name, drawn in metrics["models"][kind]["draws"].items()}
        for seed in ("seed0", "seed1"):
            assert runs["raw"][seed]["distance"] > 2 * runs["fitted"][seed]["distance"]


def test_decoders_have_more_parameters_than_encoders(result):
    metrics, _, _ = result
    for kind in ("dense", "conv"):
        entry = metrics["models"][kind]
        assert entry["decoder_parameters"] > entry["encoder_parameters"]


def test_the_probability_of_the_cube_is_that_of_its_sides(result):
    metrics, _, _ = result
    draws = np.random.default_rng(0).standard_normal((200_000, metrics["latent"]))
    inside = ((draws > 0) & (draws < 1)).all(axis=1).mean()
    assert metrics["inside_cube"] == pytest.approx(inside, rel=0.05)


def test_the_page_shows_every_figure(result):
    _, page, figures = result
    kinds = ("dense", "conv", "vae")
    per_model = {
        f"{name}_{kind}.png" for name in ("samples", "kernel_pca", "kernel_pca_3d") for kind in kinds
    }
    assert figures == per_model | {"progress.gif", "histograms.png", "shares.png"}
    for name in figures:
        assert f"](figures/{name})" in page


def drawn(distance: float, rare: tuple[int, ...], as_neighbour: float, with_width: float = 0.8) -> dict:
    share = (1 - 0.001 * len(rare)) / (10 - len(rare))
    shares = {f"digit{label}": 0.001 if label in rare else share for label in range(10)}
    one = {
        "missing": len(rare),
        "confidence": 0.8,
        "distance": distance,
        "as_neighbour": as_neighbour,
        "with_width": with_width,
    }
    return {"shares": shares, "runs": {"seed0": one, "seed1": one}}


def metrics_of(far: float = 9.0, rare: tuple[int, ...] = (1, 4), prior: float = 1.1) -> dict:
    sizes = {"encoder_parameters": 1, "decoder_parameters": 2, "test_mse": {"seed0": 0.01, "seed1": 0.01}}
    bounded = {
        "raw": drawn(far, rare, 0.3),
        "squashed": drawn(far / 2, rare, 0.4),
        "fitted": drawn(1.3, (), 0.6),
    }
    own = {"raw": drawn(prior, (), 0.5), "fitted": drawn(1.1, (), 0.5)}
    models = {kind: sizes | {"draws": copy.deepcopy(bounded)} for kind in ("dense", "conv")}
    return {
        "judge": {"test_error": 0.02, "test_confidence": 0.97},
        "latent": 10,
        "samples": 2000,
        "inside_cube": 2e-5,
        "models": models | {"vae": sizes | {"draws": own}},
    }


def test_missing_digits_far_from_real_codes_are_explained_by_the_distance():
    page = study.page(metrics_of(), [])
    assert page.summary.startswith("Because nothing put the codes of images where random ones fall")
    assert "9.0 times as far" in page.summary
    assert "the 1 and 4 with N(0, 1) codes" in page.answer
    assert "its answers there were never trained" in page.answer
    assert "With N(0, 1) and σ(N(0, 1)) codes, digits whose codes spread little" in page.answer
    assert "Of the two autoencoders: the nearer random codes come" in page.answer
    assert "0.80 (0.80 to 0.80) and 0.80 (0.80 to 0.80) with N(0, 1);" in page.answer
    assert "They are nearer than those of both autoencoders" in page.answer


def test_missing_digits_near_real_codes_are_not():
    page = study.page(metrics_of(far=1.2), [])
    assert page.summary.startswith("Not for lack of real codes near")
    assert "distance alone does not explain" in page.answer


def test_digits_with_narrow_codes_are_blamed_only_where_shares_go_with_width():
    metrics = metrics_of()
    metrics["models"]["conv"]["draws"]["raw"] = drawn(9.0, (1, 4), 0.3, with_width=-0.2)
    text = study.page(metrics, []).answer
    assert "With N(0, 1) codes, the correlation of at least one run is not above 0.65" in text
    assert "With σ(N(0, 1)) codes, digits whose codes spread little get fewer" in text


def test_a_single_seed_below_the_level_of_chance_is_enough_not_to_blame_width():
    metrics = metrics_of()
    metrics["models"]["dense"]["draws"]["squashed"]["runs"]["seed1"] = drawn(
        4.5, (1, 4), 0.4, with_width=0.6
    )["runs"]["seed1"]
    text = study.page(metrics, []).answer
    assert "With N(0, 1) codes, digits whose codes spread little" in text
    assert "With σ(N(0, 1)) codes, the correlation of at least one run is not above 0.65" in text
    assert "0.70 (0.60 to 0.80) and 0.80 (0.80 to 0.80) with σ(N(0, 1))" in text


def test_nearness_is_said_to_tell_only_where_it_does_in_both_autoencoders():
    metrics = metrics_of()
    metrics["models"]["conv"]["draws"]["squashed"] = drawn(4.5, (1, 4), 0.2)  # nearer than raw, and worse
    assert "nearness does not always make" in study.page(metrics, []).answer


def test_only_kinds_of_codes_that_miss_digits_are_listed():
    metrics = metrics_of(rare=(1,))
    for kind in ("dense", "conv"):
        metrics["models"][kind]["draws"]["squashed"] = drawn(4.5, (), 0.4)
    page = study.page(metrics, [])
    both = "the 1 with N(0, 1) codes of the dense autoencoder; the 1 with N(0, 1) codes of the convolutional"
    assert f"{both} autoencoder; none with the others. The table" in page.answer
    assert "1 of ten digits makes up less than 1 %; the VAE's" in page.summary
    assert "and lose no digit." in page.summary
    metrics["models"]["conv"]["draws"]["squashed"] = drawn(4.5, (2, 3), 0.4)
    page = study.page(metrics, [])
    assert "; none with σ(N(0, 1)) codes of the dense autoencoder. The table" in page.answer
    assert "2 of ten digits make up less than 1 % each; the VAE's" in page.summary


def test_counts_are_whole_numbers_where_they_can_be():
    assert study.as_counts([1, 1, 1]) == "1 (1 to 1)"
    assert study.as_counts([1, 1, 2]) == "1.3 (1 to 2)"
    assert study.as_counts([10, 10]) == "10 (10 to 10)"


def test_where_no_digit_is_missing_the_page_says_so():
    page = study.page(metrics_of(rare=()), [])
    assert page.summary.startswith("Here all do")
    assert "no digit with N(0, 1) codes of either autoencoder" in page.answer
    assert "and no digit is missing" in page.answer


def test_a_vae_whose_prior_lies_far_from_its_codes_is_not_praised():
    page = study.page(metrics_of(prior=12.0), [])
    assert "They are no nearer than those of the better autoencoder" in page.answer


def test_fitting_that_loses_more_digits_is_said_to():
    metrics = metrics_of(rare=(1,))
    metrics["models"]["conv"]["draws"]["fitted"] = drawn(1.3, (2, 3), 0.6)
    page = study.page(metrics, [])
    assert "dense autoencoder missing digits fall from 1 to 0," in page.answer
    assert "convolutional autoencoder missing digits rise from 1 to 2," in page.answer
