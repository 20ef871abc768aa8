import numpy as np
import pytest

from stages.analyses.pca import Pca, fit_pca
from stages.common.artifacts import save_json
from stages.common.errors import StudyError
from stages.studies.nonlinear_ae import experiment
from tests.studies.tiny import render, run_tiny, write_params

STUDY = "nonlinear-ae"
ERRORS = ["test_cross_entropy", "test_mse"]


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        changes = {"sizes": [3, 20], "runs": 2, "rates": [0.01, 0.03], "compared": 3}
        yield run_tiny(STUDY, folder, patch, **changes, ae__epochs=20, ae__batch_size=40)


def test_every_network_has_as_many_seeds_at_every_size(result):
    runs = result[0]["runs"]
    assert (runs.groupby(["network", "k"]).seed.nunique() == 2).all()
    assert len(runs) == 3 * 2 * 2


def test_every_network_and_size_has_the_rate_that_did_best_on_validation_images(result):
    found = result[0]
    losses = found["trials"].groupby(["network", "k", "rate"]).validation_loss.mean().unstack()
    chosen = found["runs"].groupby(["network", "k"]).rate
    assert (chosen.nunique() == 1).all()
    assert (chosen.first() == losses.idxmin(axis=1)).all()


def test_more_numbers_lower_every_error(result):
    found = result[0]
    for _, of in [
        *found["runs"].query("network != 'squared'").groupby("network"),
        ("linear", found["linear"]),
    ]:
        assert (of[of.k == 20][ERRORS].max() < of[of.k == 3][ERRORS].min()).all()


def test_no_cross_entropy_comes_below_the_entropy_of_the_images(result):
    found = result[0]
    smallest = min(found[table].test_cross_entropy.min() for table in ("runs", "linear"))
    assert smallest > found["least_cross_entropy"] > 0


def test_linear_outputs_leave_the_unit_interval_and_gain_by_kinder_clipping(result):
    linear = result[0]["linear"]
    assert linear.outside.between(0, 1, inclusive="neither").all()
    assert (linear.test_cross_entropy_kindest < linear.test_cross_entropy).all()


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    assert figures == {
        *("error.png", "side_by_side.png", "samples.png"),
        *("reconstructions_training.png", "reconstructions_validation.png"),
        *("interpolation_k3.png", "interpolation_k20.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize(("factor", "won"), [(0.1, True), (10, False)])
def test_the_answer_follows_the_measurement(result, factor, won):
    found = result[0]
    runs = found["runs"].copy()
    runs.loc[runs.network == "relu", ERRORS] *= factor
    answer = render(STUDY, found, runs=runs).split("\n\n")[1]
    assert answer.startswith("> Yes, at every k") == won
    assert ("at no k" in answer) != won


def test_the_shown_size_must_be_one_of_the_sizes(tmp_path, monkeypatch):
    write_params(tmp_path, STUDY, {"compared": 7})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="compared is 7; it should be one of the sizes"):
        experiment.Settings.read()


def test_the_linear_errors_are_those_of_clipped_outputs(digits):
    principal = fit_pca(digits.train.clean, 5)
    found = experiment.of_linear(principal, digits)
    x, outputs = digits.test.clean / 255, principal.reconstruct(digits.test.clean).clip(0, 1)
    assert found["test_mse"] == pytest.approx(np.square(outputs - x).mean(), rel=1e-4)
    inside = outputs.clip(1e-6, 1 - 1e-6)
    entropy = -(x * np.log(inside) + (1 - x) * np.log(1 - inside)).mean()
    assert found["test_cross_entropy"] == pytest.approx(entropy, rel=1e-3)


def test_a_perfect_linear_map_stays_inside(digits):
    everything = Pca(np.zeros(784, np.float32), np.eye(784, dtype=np.float32))
    found = experiment.of_linear(everything, digits)
    assert found["outside"] == 0
    assert found["test_mse"] == pytest.approx(0, abs=1e-12)


def test_the_first_seed_chooses_the_rate_and_the_others_take_it(result):
    found = result[0]
    assert set(found["trials"].seed) == {0}
    assert found["runs"].groupby(["network", "k"]).rate.nunique().max() == 1


@pytest.mark.parametrize("mse", [0.01, 0.09])
def test_the_record_of_all_of_mnist_stands_beside_the_answer(result, mse, tmp_path, monkeypatch):
    found = result[0]
    runs = found["runs"].assign(test_mse=9.0)  # lost here, at every k
    linear = {"mse": 0.05, "cross_entropy": 0.2}
    ours = {"test": {"mse": mse, "cross_entropy": 0.1}}
    record = {"setting": {"sizes": [3, 20], "settled": 0.01}}
    record |= {"pca": {"3": linear, "20": linear}, "relu_code": {"3": ours, "20": ours}}
    save_json(tmp_path / "reports/mnist/code_sizes.json", record)
    monkeypatch.chdir(tmp_path)
    assert ("The loss above does not remain" in render(STUDY, found, runs=runs)) == (mse < 0.05)


def test_the_page_says_where_the_squared_error_leaves_pixels_stuck(result):
    runs = result[0]["runs"].copy()
    runs["stuck"] = np.where(runs.network == "squared", 0.03, 0.01)
    assert "It shows: at every k the twin" in render(STUDY, result[0], runs=runs)
    assert "no more frequent in the twin" in render(STUDY, result[0], runs=runs.assign(stuck=0.01))
