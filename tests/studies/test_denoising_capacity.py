import pytest

from stages.common.artifacts import save_json
from stages.common.errors import StudyError
from tests.studies.tiny import render, run_tiny

STUDY = "denoising-capacity"
SMALL = {"sizes": [2, 8], "noise_levels": [0.2, 0.5], "reference_noise": 0.5, "runs": 2, "draws": 2}
SMALL |= {"ae__dense__hidden": [64], "ae__epochs": 6, "ae__batch_size": 40}
SMALL |= {"conv_denoiser__filters": 6, "conv_denoiser__epochs": 2}
RECORD = {
    "test_cross_entropy": 0.08341,
    "published": 0.0839,
    "settings": {"epochs": 25, "learning_rate": 0.012, "noise_std": 0.4},
    "trials": {"0.006": 0.1, "0.012": 0.09},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    save_json(folder / "reports/mnist/conv_denoiser.json", RECORD)
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **SMALL)


def test_every_cell_is_measured_and_only_the_reference_level_several_times(result):
    found = result[0]
    assert found["runs"].groupby(["noise_std", "k"]).seed.apply(list).tolist() == 2 * [[0]] + 2 * [[0, 1]]
    assert len(found["linear"]) == 2 * (2 + 3)  # PCA; the best linear map without a bottleneck, too


def test_the_noisy_input_is_as_bad_as_its_noise(result):
    psnr = result[0]["inputs"].set_index("noise_std").psnr_db
    # std 0.2 alone would be 14 dB; clipping takes away what leaves [0, 1], half of it on black paper
    assert 14 < psnr[0.2] < 17.5
    assert psnr[0.5] < psnr[0.2] - 4


def test_no_output_is_nearer_to_the_pixels_than_their_own_entropy(result):
    found = result[0]
    least = min(found["runs"].cross_entropy.min(), found["conv_denoiser"]["cross_entropy"])
    assert least > found["entropy_floor"] > 0


def test_linear_maps_are_better_the_more_they_may_know(result):
    linear = result[0]["linear"]
    error = linear[linear.noise_std == 0.2].set_index(["method", "k"]).mse
    assert error["linear", 784] < error["linear", 8] < error["pca", 8] < error["pca", 2]


def test_the_page_shows_every_picture_and_the_network_that_was_trained(result):
    found, text, figures = result
    assert figures == {"psnr.png", "denoised.png"}
    assert all(f"](figures/{name})" in text for name in figures)
    assert "(784-64-k-64-784, ReLU" in text
    assert found["conv_denoiser"]["code"] == 6 * 7 * 7
    assert "a code of 294 numbers, 7 × 7 × 6" in text


def test_the_page_repeats_what_the_benchmark_recorded(result, tmp_path, monkeypatch):
    found, text, _ = result
    assert "reaches 0.0834 nats" in text
    assert "0.012, is the largest of those tried" in text
    monkeypatch.chdir(tmp_path)
    assert "it has not been run" in render(STUDY, found)


@pytest.mark.parametrize(("noise", "bounded"), [(0.01, True), (0.0001, False)])
def test_the_answer_follows_the_measurement(result, noise, bounded):
    """What is left without a bottleneck is the noise's part: most of the error at k = 8, or little."""
    found = result[0]
    errors = {2: 0.05, 8: 0.011, 784: noise}
    linear = found["linear"].assign(mse=found["linear"].k.map(errors))
    answer = render(STUDY, found, linear=linear).split("\n\n")[1]
    assert answer.startswith("> A small code is bounded by its size") == bounded
    assert (f"{100 * noise / 0.011:.0f} %" in answer) is True


def test_a_reference_level_that_is_not_trained_gets_one_line(tmp_path, monkeypatch):
    with pytest.raises(StudyError, match=r"reference_noise is 0.3; it should be one of .* 0.2, 0.5"):
        run_tiny(STUDY, tmp_path, monkeypatch, **SMALL | {"reference_noise": 0.3})


@pytest.mark.parametrize("psnr", [19.0, 15.0])
def test_the_record_says_whether_the_largest_code_is_still_below_a_linear_map(
    result, psnr, tmp_path, monkeypatch
):
    found = result[0]
    runs = found["runs"].assign(psnr_db=5.0)  # below it here
    cell = {"test": {"psnr_db": psnr}, "best_linear": {"psnr_db": 17.0}}
    record = {"setting": {"settled": 0.01, "lengths": [10, 20]}, "denoiser_0.5": {"8": cell}}
    save_json(tmp_path / "reports/mnist/code_sizes.json", record)
    monkeypatch.chdir(tmp_path)
    assert ("does not remain with more images" in render(STUDY, found, runs=runs)) == (psnr > 17)
