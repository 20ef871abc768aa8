import pytest

from tests.studies.tiny import render, run_tiny

STUDY = "conv-filters"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    changes = {"runs": 1, "conv_maps__epochs": 8, "conv_maps__batch_size": 10, "conv_maps__channels": [4, 4]}
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, tmp_path_factory.mktemp("study"), patch, **changes)


def test_only_the_stride_free_codes_are_larger_than_the_image(result):
    assert result[0]["code_size"] == {"strided": 196, "pool": 196, "stride-free": 3136, "noisy-input": 3136}


def test_without_strides_a_lit_pixel_stays_in_its_place_more_than_with_them(result):
    share = result[0]["runs"].set_index("network").centre_share
    assert share["stride-free"] > 2 * share.drop("stride-free").max()


def test_networks_that_start_alike_are_alike_before_training(result):
    runs = result[0]["runs"].set_index("network")
    untrained = [name for name in runs.columns if name.startswith("untrained_")]
    assert runs.loc["stride-free", untrained].tolist() == runs.loc["noisy-input", untrained].tolist()
    assert runs.centre_share["stride-free"] != runs.untrained_centre_share["stride-free"]


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    assert figures == {"filters.png", "feature_maps.png", "lit_pixel.png", "shuffled.png"}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize(("share", "copies"), [(0.876, True), (0.0, False)])
def test_the_answer_follows_the_measurement(result, share, copies):
    found = result[0]
    runs = found["runs"]
    changed = runs.assign(centre_share=runs.centre_share.where(runs.network != "stride-free", share))
    answer = render(STUDY, found, runs=changed).split("\n\n")[1]
    assert answer.startswith("> Without strides, nearly to copy: 88 %") == copies
    assert ("does not copy more than the others" in answer) != copies
