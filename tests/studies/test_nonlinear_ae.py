import numpy as np
import pytest

from stages.analyses.pca import Pca, fit_pca
from stages.common.errors import StudyError
from stages.studies import nonlinear_ae as study
from tests.studies.tiny import course_arrays, run_tiny, write_params


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        changes = {"sizes": [3, 20], "runs": 2, "twin_runs": 1, "compared": 3, "ae__epochs": 20}
        return run_tiny(study.STUDY, study, folder, patch, **changes, ae__batch_size=40)


def test_every_network_and_seed_is_measured_at_every_size(result):
    metrics, _, _ = result
    for entry in metrics["sizes"].values():
        assert {name: len(entry[name]) for name in study.NAMES} == {
            "relu": 2,
            "linear_code": 1,
            "squared": 1,
        }


def test_more_numbers_lower_every_error(result):
    metrics, _, _ = result
    small, large = metrics["sizes"].values()
    for name in ("linear", "relu", "linear_code"):
        for measure in study.MEASURES:
            assert max(study.errors_of(large, name, measure)) < min(study.errors_of(small, name, measure))


def test_no_cross_entropy_comes_below_the_entropy_of_the_images(result):
    metrics, _, _ = result
    for entry in metrics["sizes"].values():
        for name in ("linear", *study.NAMES):
            assert min(study.errors_of(entry, name, "cross_entropy")) > metrics["least_cross_entropy"] > 0


def test_linear_outputs_leave_the_unit_interval_and_gain_by_kinder_clipping(result):
    metrics, _, _ = result
    for entry in metrics["sizes"].values():
        linear = entry["linear"]
        assert 0 < linear["outside"] < 1
        assert linear["test_cross_entropy_kindest"] < linear["test_cross_entropy"]


def test_the_page_shows_the_set_that_courses_ask_for_and_says_what_is_observed(result):
    metrics, page, figures = result
    assert list(metrics["course"]) == ["k3", "k20"]
    assert "**Observed.**" in page
    assert figures == {
        *("error.png", "side_by_side.png", "samples.png"),
        *("reconstructions_training.png", "reconstructions_validation.png"),
        *("interpolation_k3.png", "interpolation_k20.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in page


def test_the_shown_size_must_be_one_of_the_sizes(tmp_path, monkeypatch):
    write_params(tmp_path, study.STUDY, {"compared": 7})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="compared is 7; it should be one of the sizes"):
        study.Settings.read()


def test_the_linear_errors_are_those_of_clipped_outputs(digits):
    principal = fit_pca(digits.train.clean, 5)
    found = study.of_linear(principal, digits)
    outputs = principal.reconstruct(digits.test.clean).clip(0, 1)
    assert found["test_mse"] == pytest.approx(np.square(outputs - digits.test.clean / 255).mean(), rel=1e-4)
    inside = outputs.clip(1e-6, 1 - 1e-6)
    x = digits.test.clean / 255
    entropy = -(x * np.log(inside) + (1 - x) * np.log(1 - inside)).mean()
    assert found["test_cross_entropy"] == pytest.approx(entropy, rel=1e-3)


def test_a_perfect_linear_map_stays_inside(digits):
    everything = Pca(np.zeros(784, np.float32), np.eye(784, dtype=np.float32))
    found = study.of_linear(everything, digits)
    assert found["outside"] == 0
    assert found["test_mse"] == pytest.approx(0, abs=1e-12)


def entry(linear: dict[str, float], **errors: float) -> dict:
    def one(error: float) -> dict[str, float]:
        return {"test_mse": error, "test_cross_entropy": error, "dead": 0.0, "code_rms": 3.0}

    base = {"outside": 0.4, "test_cross_entropy_kindest": 0.9, "kindest_clip": 0.01} | linear
    return {"linear": base} | {name: {"seed0": one(error)} for name, error in errors.items()}


@pytest.mark.parametrize(
    ("mse", "entropy", "start"),
    [
        (
            1.0,
            1.0,
            "Yes: on test images it beats the best linear one in both errors at every k.",
        ),
        (0.4, 1.0, "Not always: on test images it beats the best linear one in cross-entropy at every k and"),
        (0.4, 0.4, "No: on test images it beats the best linear one in neither error, at no k."),
    ],
)
def test_the_answer_follows_the_measurement(mse, entropy, start):
    linear = {"test_mse": mse, "test_cross_entropy": entropy}
    metrics = {
        "least_cross_entropy": 0.05,
        "sizes": {"k2": entry(linear, relu=0.5, linear_code=0.4, squared=0.6)},
        "course": {"k2": {"midpoint": 1.0, "crossfade": 1.2, "random": 1.5}},
    }
    arrays = course_arrays()
    page = study.page(metrics, {2: arrays}, 2, arrays)
    assert page.summary.startswith(start)
    answer = " ".join(page.answer.split())
    assert "without it, cross-entropy is smaller in every run at every k" in answer
    assert ("At every k, that is not enough" in answer) == (mse < 0.5)
    assert ("although PCA was made for this error" in answer) == (mse > 0.5)
    assert "the easier one to minimise" in answer  # the twin trained on the squared error has more of it


def test_dead_units_are_only_spoken_of_where_there_are_any():
    assert "none died" in study.dead_words(0.0)
    assert "12.5 %" in study.dead_words(0.125)
