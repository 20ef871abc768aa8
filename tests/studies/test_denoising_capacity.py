import numpy as np
import pytest

from stages.common.artifacts import save_json
from stages.common.errors import StudyError
from stages.studies import denoising_capacity as study
from tests.studies.tiny import run_tiny

SMALL = {
    "sizes": [2, 8],
    "noise_levels": [0.2, 0.5],
    "reference_noise": 0.5,
    "runs": 2,
    "draws": 2,
    "ae__hidden": [64],
    "ae__epochs": 6,
    "ae__batch_size": 40,
    "conv_denoiser__filters": 6,
    "conv_denoiser__epochs": 2,
}


RECORD = {
    "test_cross_entropy": 0.08341,
    "published": 0.0839,
    "settings": {"epochs": 25, "learning_rate": 0.012, "noise_std": 0.4},
    "parameters": 28353,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    save_json(folder / study.BENCHMARK, RECORD)
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **SMALL)


def test_every_cell_is_measured_and_only_the_reference_level_several_times(result):
    levels = result[0]["levels"]
    for name, runs in (("std0.2", {"seed0"}), ("std0.5", {"seed0", "seed1"})):
        assert set(levels[name]["sizes"]) == {"k2", "k8"}
        for cell in levels[name]["sizes"].values():
            assert set(cell["ae"]) == runs


def test_the_noisy_input_is_as_bad_as_its_noise(result):
    psnr = {name: level["input"]["psnr_db"] for name, level in result[0]["levels"].items()}
    # std 0.2 alone would be 14 dB; clipping takes away what leaves [0, 1], half of it on black paper
    assert 14 < psnr["std0.2"] < 17.5
    assert psnr["std0.5"] < psnr["std0.2"] - 4


def test_no_output_is_nearer_to_the_pixels_than_their_own_entropy(result):
    metrics = result[0]
    measured = [
        run["cross_entropy"]
        for level in metrics["levels"].values()
        for cell in level["sizes"].values()
        for run in cell["ae"].values()
    ]
    assert min(*measured, metrics["conv_denoiser"]["cross_entropy"]) > metrics["entropy_floor"] > 0


def test_more_components_help_pca_where_there_is_little_noise(result):
    sizes = result[0]["levels"]["std0.2"]["sizes"]
    assert sizes["k8"]["pca"]["mse"] < sizes["k2"]["pca"]["mse"]
    assert sizes["k8"]["linear"]["mse"] < sizes["k8"]["pca"]["mse"]


def test_the_page_shows_its_figures(result):
    _, page, figures = result
    assert figures == {"psnr.png", "denoised.png"}
    assert all(f"](figures/{name})" in page for name in figures)


def test_the_page_names_the_networks_that_were_trained(result):
    metrics, page, _ = result
    assert "Dense autoencoders (784-64-k-64-784, ReLU, linear code, sigmoid output, cross-entropy)" in page
    assert metrics["conv_denoiser"]["code"] == 6 * 7 * 7
    assert "a code of 294 numbers, 7 × 7 × 6." in page
    assert "| convolutional, 7 × 7 × 6 code |" in page


def test_the_page_repeats_what_the_benchmark_recorded(result):
    metrics, page, _ = result
    expected = {"test_cross_entropy": 0.08341, "published": 0.0839, "epochs": 25, "noise_std": 0.4}
    assert metrics["full_mnist"] == expected
    assert (
        "On the full MNIST (25 epochs, noise std 0.4) it reaches 0.0834, below the published 0.0839" in page
    )


@pytest.mark.parametrize(
    ("reached", "words"),
    [(0.0795, "0.0795, below"), (0.08393, "0.0839, at"), (0.0911, "0.0911, above")],
)
def test_the_comparison_with_the_published_figure_follows_the_record(reached, words):
    record = {"test_cross_entropy": reached, "published": 0.0839, "epochs": 25, "noise_std": 0.4}
    assert f"it reaches {words} the published 0.0839" in study.full_mnist_text(record)


def test_without_a_record_the_page_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert study.recorded() == {}
    assert "it has not been run" in study.full_mnist_text({})


def metrics(psnr: dict[float, tuple[float, float]], linear: float = 10.0, conv: float = 20.0) -> dict:
    """Of PSNRs of the autoencoder at k = 2 and k = 50 by noise level."""

    def errors(value: float) -> dict:
        return {"mse": 0.05, "psnr_db": value, "cross_entropy": 0.2, "validation_mse": 0.05}

    def cell(value: float) -> dict:
        return {"pca": errors(9.0), "linear": errors(linear), "ae": {"seed0": errors(value)}}

    return {
        "entropy_floor": 0.07,
        "reference_noise": 0.4,
        "levels": {
            f"std{level}": {"input": errors(8.0), "sizes": {"k2": cell(small), "k50": cell(large)}}
            for level, (small, large) in psnr.items()
        },
        "conv_denoiser": {"parameters": 28353, "code": 1568, "training_images": 9, "epochs": 1}
        | {"maps": 32, "side": 7}
        | errors(conv),
        "full_mnist": {},
    }


EXPECTED = {0.2: (12.0, 19.0), 0.4: (11.8, 15.0)}
CONTRARY = {0.2: (15.0, 15.1), 0.4: (12.0, 15.0)}


def test_the_summary_follows_the_measurement():
    expected, contrary = (study.Findings(metrics(psnr)).summary() for psnr in (EXPECTED, CONTRARY))
    assert expected.startswith("A small code is bounded by its size")
    assert contrary.startswith("Not as expected")
    assert "loses 0.20 dB at k = 2 and 4.0 dB at k = 50" in expected
    assert "loses 3.0 dB at k = 2 and 0.10 dB at k = 50" in contrary


def test_the_text_on_the_lines_follows_the_measurement():
    expected, contrary = (study.Findings(metrics(psnr)).about_lines() for psnr in (EXPECTED, CONTRARY))
    assert "closer, 0.20 dB from" in expected
    assert "on the right they are 4.0 dB apart" in expected
    assert "3.0 dB apart on the left and 0.10 dB on the right" in contrary


def test_a_loss_that_seeds_could_make_is_qualified():
    measured = metrics(EXPECTED)
    cell = measured["levels"]["std0.4"]["sizes"]["k2"]["ae"]
    cell["seed1"] = cell["seed0"] | {"psnr_db": 11.92}
    text = study.Findings(measured).summary()
    assert (
        "0.14 dB at k = 2 (not clearly more than chance: at std 0.4 seeds differ by 0.12 dB) and 4.0" in text
    )
    cell["seed1"] = cell["seed0"] | {"psnr_db": 11.85}
    assert "chance" not in study.Findings(measured).summary()


def test_the_best_dense_one_is_chosen_on_validation_images():
    measured = metrics(EXPECTED, conv=18.0)
    measured["levels"]["std0.4"]["sizes"]["k2"]["ae"]["seed0"]["validation_mse"] = 0.01
    found = study.Findings(measured)
    assert found.best_size() == 2
    assert "| dense, k = 2 |" in found.conv_text()
    assert "is 6.2 dB better than the best dense one" in found.answer()


def test_the_answer_says_who_is_better():
    above, below = (study.Findings(metrics(EXPECTED, linear)).answer() for linear in (11.0, 14.0))
    assert "in 4 of 4 cells, by most at std 0.2 and k = 50: 8.00 dB; nowhere is it worse" in above
    assert "in 2 of 4 cells" in below
    assert "it is worse in 2, by most at std 0.4 and k = 2: 2.20 dB" in below


def test_the_answer_says_whether_the_convolutional_one_is_better():
    measured = [metrics(EXPECTED, conv=conv) for conv in (18.0, 15.1)]
    for one in measured:
        one["levels"]["std0.4"]["sizes"]["k50"]["ae"]["seed0"]["validation_mse"] = 0.04
    better, worse = (study.Findings(one).answer() for one in measured)
    assert "is 3.0 dB better" in better
    assert "2.0 times as many as the image has pixels" in " ".join(better.split())
    assert "is not better" in worse


def test_where_more_numbers_stop_helping_is_read_off_the_curve():
    found = study.Findings(metrics(CONTRARY))
    assert [found.enough("ae", level) for level in (0.2, 0.4)] == [2, 50]
    assert "does not come sooner with more noise" in found.answer()


def test_what_flattens_for_the_autoencoder_alone_is_not_laid_on_the_code():
    measured = metrics({0.2: (12.0, 19.0), 0.4: (15.0, 15.1)}, linear=10.0)
    assert "but not the best linear map" in study.Findings(measured).answer()
    for level, gain in (("std0.2", 5.0), ("std0.4", 0.0)):
        measured["levels"][level]["sizes"]["k50"]["linear"]["psnr_db"] += gain
    text = study.Findings(measured).answer()
    assert "the sooner more numbers stop helping: k within" in text


def test_a_reference_level_that_is_not_trained_gets_one_line(tmp_path, monkeypatch):
    with pytest.raises(StudyError, match=r"reference_noise is 0.3; it should be one of .* 0.2, 0.5"):
        run_tiny(study.STUDY, study, tmp_path, monkeypatch, **SMALL | {"reference_noise": 0.3})


def test_the_noise_that_is_measured_is_the_one_asked_for():
    noise = study.noise(0.4, 0.1)
    assert (noise.kind, noise.amount, noise.fresh) == ("gaussian", 0.4, True)
    assert np.isclose(noise.validation_fraction, 0.1)
