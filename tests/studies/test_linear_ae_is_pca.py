import pytest

from stages.studies import linear_ae_is_pca as study
from tests.studies.tiny import course_arrays, run_tiny


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        changes = {"sizes": [3, 8], "runs": 2, "ae__epochs": 120, "ae__batch_size": 40}
        return run_tiny(study.STUDY, study, folder, patch, **changes)


def test_no_linear_autoencoder_is_better_than_pca_on_its_training_images(result):
    metrics, _, _ = result
    excess = [run["excess"] for entry in metrics["sizes"].values() for run in entry["runs"].values()]
    assert len(excess) == 4
    assert min(excess) > -1e-5


def test_a_trained_one_comes_near_the_optimum_and_its_subspace(result):
    metrics, _, _ = result
    for entry in metrics["sizes"].values():
        for run in entry["runs"].values():
            assert run["excess"] < 0.15
            assert run["overlap"] > 0.5


def test_the_page_shows_the_set_that_courses_ask_for(result):
    _, page, figures = result
    assert figures == {
        *("error.png", "reconstructions_training.png", "reconstructions_validation.png", "samples.png"),
        *("interpolation_k3.png", "interpolation_k8.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in page


def entry(excess: float) -> dict:
    run = {"train_mse": 0.05 * (1 + excess), "validation_mse": 0.05, "excess": excess}
    return {
        "pca": {"train_mse": 0.05, "validation_mse": 0.05},
        "runs": {"seed0": run | {"largest_angle_degrees": 3.0, "overlap": 0.99}},
    }


@pytest.mark.parametrize(("excess", "word"), [(0.001, "Yes"), (0.2, "Not as trained here")])
def test_the_answer_follows_the_measurement(excess, word):
    course = {"k2": {"midpoint": 1.0, "crossfade": 1.0, "random": 1.0}}
    page = study.page({"sizes": {"k2": entry(excess)}, "course": course}, {2: course_arrays()})
    assert page.summary.startswith(word)
    assert f"{100 * excess:.1f}" in page.summary
