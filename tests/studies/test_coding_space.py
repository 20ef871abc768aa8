import numpy as np
import pytest

from tests.studies.tiny import render, run_tiny

STUDY = "coding-space"
KINDS = ("dense", "conv", "vae")
RUNS = 2


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    changes = {"latent": 4, "runs": RUNS, "samples": 60, "kernel_pca_codes": 60}
    changes |= {f"{part}__epochs": 3 for part in (*KINDS, "judge")}
    changes |= {
        "judge__conv__channels": [4, 6],
        "judge__batch_size": 20,
        "conv__conv__decoder_channels": [4, 8],
    }
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, tmp_path_factory.mktemp("study"), patch, **changes)


def test_every_model_and_kind_of_code_is_measured(result):
    found = result[0]
    kinds = {(kind, codes) for kind in KINDS for codes in ("normal", "squashed", "fitted")}
    expected = kinds - {("vae", "squashed")}
    assert set(zip(found["draws"].model, found["draws"].codes, strict=True)) == expected
    assert len(found["draws"]) == RUNS * len(expected)
    assert len(found["models"]) == RUNS * len(KINDS)


def test_shares_of_the_digits_add_up_to_one(result):
    sums = result[0]["shares"].groupby(["model", "codes", "seed"]).share.sum()
    np.testing.assert_allclose(sums, 1, atol=1e-4)


def test_normal_codes_lie_farther_from_codes_in_the_cube_than_fitted_ones(result):
    draws = result[0]["draws"].pivot(index=["model", "seed"], columns="codes", values="distance")
    boxed = draws.drop("vae")
    assert (boxed.normal > 2 * boxed.fitted).all()


def test_decoders_have_more_weights_than_encoders(result):
    boxed = result[0]["models"].set_index("model").drop("vae")
    assert (boxed.decoder_parameters > boxed.encoder_parameters).all()


def test_the_probability_of_the_cube_is_that_of_its_sides(result):
    found = result[0]
    draws = np.random.default_rng(0).standard_normal((200_000, found["settings"]["latent"]))
    inside = ((draws > 0) & (draws < 1)).all(axis=1).mean()
    assert found["inside_cube"] == pytest.approx(inside, rel=0.05)


def test_the_page_shows_every_figure(result):
    _, text, figures = result
    per_model = {
        f"{name}_{kind}.png" for name in ("samples", "kernel_pca", "kernel_pca_3d") for kind in KINDS
    }
    assert figures == per_model | {"progress.gif", "histograms.png", "shares.png"}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize(("squashed", "explained"), [(0, True), (3, False)])
def test_the_place_of_the_codes_is_the_reason_only_where_moving_them_brings_the_digits_back(
    result, squashed, explained
):
    draws = result[0]["draws"]
    changed = draws.assign(missing=draws.codes.map({"normal": 2, "squashed": squashed, "fitted": 0}))
    answer = render(STUDY, result[0], draws=changed).split("\n\n")[1]
    assert answer.startswith("> Because") == explained
    assert "leaves out 2 of ten digits" in answer


@pytest.mark.parametrize("nearer", [True, False])
def test_neighbours_and_widths_are_said_to_tell_only_where_they_do(result, nearer):
    draws = result[0]["draws"]
    shares = {"normal": 0.3, "squashed": 0.4 if nearer else 0.2, "fitted": 0.5}
    changed = draws.assign(as_neighbour=draws.codes.map(shares), with_width=0.8 if nearer else 0.1)
    text = render(STUDY, result[0], draws=changed)
    assert ("the more its neighbour says" in text) == nearer
    assert ("in every run the rank correlation" in text) == nearer
