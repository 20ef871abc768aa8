import numpy as np
import pytest

from stages.common.artifacts import save_json
from stages.common.errors import StudyError
from stages.studies.stacked_ae import experiment
from stages.studies.stacked_ae.verdicts import apart, verdicts
from tests.studies.tiny import render, run_tiny, write_params

STUDY = "stacked-ae"
TINY = {"sizes": [2, 5], "stacks": [[20], [30, 20]], "runs": 2, "compared": 5}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **TINY, ae__epochs=4, ae__batch_size=40)


def test_every_stack_is_trained_at_every_size_and_the_other_ways_at_one(result):
    runs = result[0]["runs"]
    counts = runs.groupby(["activation", "training", "k"])["stack"].count().to_dict()
    assert counts == {
        ("relu", "end to end", 2): 3 * 2,
        ("relu", "end to end", 5): 3 * 2,
        ("relu", "greedy", 5): 2 * 2,
        ("sigmoid", "end to end", 5): 2,
        ("sigmoid", "greedy", 5): 2,
    }


def test_fine_tuning_improves_on_the_greedy_phase(result):
    greedy = result[0]["runs"].query("training == 'greedy'")
    assert (greedy.test_cross_entropy < greedy.test_cross_entropy_before).all()


def test_gradients_fade_towards_the_image_through_sigmoids_more_than_through_relus(result):
    assert result[0]["gradients"].layer.nunique() == 6
    ratio = verdicts(**result[0])["first_to_last"]
    assert ratio["sigmoid"] < ratio["relu"]


def test_the_best_stack_is_the_one_that_validation_images_choose(result):
    found = result[0]
    plain = found["runs"].query("training == 'end to end' and activation == 'relu'")
    stacks = plain[plain["stack"] != "single layer"].groupby(["k", "stack"]).validation_cross_entropy.mean()
    chosen = stacks.unstack().idxmin(axis=1)
    assert chosen.to_dict() == verdicts(**found)["chosen"]


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    assert figures == {
        *("error.png", "losses.png", "gradients.png", "samples.png"),
        *("reconstructions_training.png", "reconstructions_validation.png"),
        *("interpolation_k2.png", "interpolation_k5.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize("greedy_helps", [True, False])
def test_the_answer_follows_the_measurement(result, greedy_helps):
    found = result[0]
    runs = found["runs"].copy()
    single = runs["stack"] == "single layer"
    runs.loc[single, "test_cross_entropy"] = np.where(runs[single].k == 2, 9, 0.01)
    sigmoids = (runs.activation == "sigmoid") & (runs.training == "greedy")
    runs.loc[sigmoids, "test_cross_entropy"] = 0.01 if greedy_helps else 9
    runs.loc[(runs.activation == "relu") & (runs.training == "greedy"), "test_cross_entropy"] = 9
    answer = render(STUDY, found, runs=runs).split("\n\n")[1]
    assert answer.startswith("> Small codes gain by them, large ones lose")
    assert "at k = 2, and loses to it at k = 5" in answer
    assert ("no stack of ReLUs" in answer) == greedy_helps


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_the_record_of_all_of_mnist_stands_beside_the_answer(result, factor, tmp_path, monkeypatch):
    """Where stacks lose here and win there, the page says so."""
    found = result[0]
    runs = found["runs"].copy()
    runs.loc[runs["stack"] == "single layer", "test_cross_entropy"] = 0.01
    cells = {str(k): {"test": {"cross_entropy": 0.1}, "gain_of_doubling": 0.005} for k in (2, 5)}
    better = {k: cell | {"test": {"cross_entropy": 0.1 * factor}} for k, cell in cells.items()}
    setting = {"lengths": [10, 20], "sizes": [2, 5], "settled": 0.01}
    save_json(
        tmp_path / "reports/mnist/code_sizes.json",
        {"setting": setting, "single": cells, "20": better, "30-20": cells},
    )
    monkeypatch.chdir(tmp_path)
    text = render(STUDY, found, runs=runs)
    assert ("does not remain with more images and updates" in text) == (factor < 1)
    change = {0.9: "−10.0 %", 1.1: "0.0 %"}[factor]  # of the best stack
    assert f"| 2 | 0.100 | {0.1 * factor:.3f} | 0.100 | {change} |" in text.replace("0.0900", "0.090")


def test_runs_are_apart_where_the_gap_is_wider_than_their_ranges():
    assert apart(np.array([3.0, 3.2]), np.array([1.0, 1.5]))
    assert not apart(np.array([1.0, 1.5]), np.array([3.0, 3.2]))
    assert not apart(np.array([1.6, 3.2]), np.array([1.0, 1.5]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"compared": 7}, "compared is 7; it should be one of the sizes"),
        ({"layer_epochs": 3}, "layer_epochs is 3; 4 layers leave none of the 9 epochs for fine-tuning"),
    ],
)
def test_what_cannot_be_trained_is_refused(tmp_path, monkeypatch, changes, message):
    write_params(tmp_path, STUDY, changes)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match=message):
        experiment.Settings.read()
