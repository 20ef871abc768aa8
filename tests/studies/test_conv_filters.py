import copy

import pytest

from stages.studies import conv_filters as study
from tests.studies.tiny import run_tiny

CHANGES = {"runs": 1, "conv_maps__epochs": 8, "conv_maps__batch_size": 10, "conv_maps__channels": [4, 4]}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **CHANGES)


def test_only_the_stride_free_codes_are_larger_than_the_image(result):
    sizes = {name: entry["code_size"] for name, entry in result[0].items()}
    assert sizes == {"strided": 196, "pool": 196, "stride-free": 3136, "noisy-input": 3136}


def test_without_strides_a_lit_pixel_stays_in_its_place_more_than_with_them(result):
    share = {name: entry["runs"]["seed0"]["centre_share"] for name, entry in result[0].items()}
    assert share["stride-free"] > 2 * max(share["strided"], share["pool"], share["noisy-input"])


def test_networks_that_start_alike_are_alike_before_training(result):
    keys = [key for key in result[0]["pool"]["runs"]["seed0"] if key.startswith("untrained_")]
    free, denied = (result[0][name]["runs"]["seed0"] for name in ("stride-free", "noisy-input"))
    assert [free[key] for key in keys] == [denied[key] for key in keys]
    assert free["centre_share"] != free["untrained_centre_share"]


def test_the_page_shows_filters_maps_and_answers(result):
    _, page, figures = result
    assert figures == {"filters.png", "feature_maps.png", "lit_pixel.png", "no_digits.png"}
    for name in figures:
        assert f"](figures/{name})" in page


def metrics(**changes):
    """Metrics as the textbook expects them; `changes` are of the stride-free network."""
    run = dict.fromkeys(study.ERRORS, 0.9) | {
        "centre_share": 0.1,
        "gain": 0.1,
        "filter_concentration": 0.15,
        "filter_alignment": 0.8,
        "blur_share": 0.2,
        "map_likeness": 0.7,
    }
    run |= {f"untrained_{key}": 0.123 for key in ("centre_share", "filter_concentration")}
    run |= {f"untrained_{key}": 0.123 for key in ("blur_share", "map_likeness")}
    free = run | dict.fromkeys(study.ERRORS, 0.02) | {"centre_share": 0.95, "filter_concentration": 0.9}
    free |= {"gain": 0.97}
    every = {name: {"code_size": 392, "runs": {"seed0": copy.copy(run)}} for name in study.NAMES}
    every["stride-free"] = {"code_size": 6272, "runs": {"seed0": free | changes}}
    return every


def test_identities_are_called_so():
    found = metrics()
    assert "learns the identity, and does so filter by filter: 90 %" in study.summary(found)
    assert "at 97 % of that pixel's brightness" in study.summary(found)
    told = study.answer(found)
    assert "near the identity: 95.0 %" in told
    assert "stays there (untrained 12.3 %), at 97.0 % of its brightness" in told
    assert "near identities too" in told
    assert "copies whatever it is given" in told


def test_an_identity_made_of_arbitrary_filters_is_told_apart():
    found = metrics(filter_concentration=0.15)
    assert "As a whole the stride-free one learns the identity" in study.summary(found)
    assert "15 % of a filter's energy lies in one weight (12 % untrained)" in study.summary(found)
    assert "are no identities" in study.answer(found)


@pytest.mark.parametrize("gain", [0.69, 1.4])
def test_an_identity_of_another_strength_is_told_apart(gain):
    found = metrics(gain=gain)
    assert "the shape of an identity, not its strength" in study.summary(found)
    assert f"at {100 * gain:.0f} % of that pixel's brightness" in study.summary(found)
    assert "near the identity in shape, not in strength: 95.0 %" in study.answer(found)


def test_no_identity_is_called_none():
    found = metrics(centre_share=0.05, shuffled_unexplained=2.0)
    assert study.summary(found).startswith(
        "Not the identity, as trained here: the stride-free network has 5 %"
    )
    told = study.answer(found)
    assert "not near the identity" in told
    assert "not the best" in told
    assert "did not clearly do so" in told
    assert "copies whatever" not in told


def test_an_identity_of_digits_only_is_told_apart():
    told = study.answer(metrics(noise_unexplained=0.5))
    assert "near what it was trained on, not everywhere" in told


def test_maps_and_blurs_are_spoken_of_as_measured():
    found = metrics(map_likeness=0.6)
    assert "no sign of copying" in study.answer(found)
    assert "20.0 % (strided), 20.0 % (max-pool and upsample), 20.0 % (stride-free)" in study.answer(found)
    assert "in every run of all three networks training raised that share" in study.answer(found)
    found = metrics(map_likeness=0.9, blur_share=0.01)
    assert "the most like the image in every run" in study.answer(found)
    assert "in every run of the strided and the pooled network training raised" in study.answer(found)
    for entry in found.values():
        entry["runs"]["seed0"]["blur_share"] = 0.01
    assert "in none of the networks" in study.answer(found)
