from copy import deepcopy

import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.studies import stacked_ae as study
from tests.studies.tiny import course_arrays, run_tiny, write_params

TINY = {
    "sizes": [2, 5],
    "stacks": [[20], [30, 20]],
    "runs": 2,
    "compared": 5,
    "ae__epochs": 4,
    "ae__batch_size": 40,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        return run_tiny(study.STUDY, study, folder, patch, **TINY)


def test_every_stack_is_trained_at_every_size_and_both_ways_at_one(result):
    metrics, _, _ = result
    for entry in metrics["sizes"].values():
        assert {name: len(runs) for name, runs in entry.items()} == {"single layer": 2, "20": 2, "30-20": 2}
    assert {name: list(ways) for name, ways in metrics["ways"]["relu"].items()} == {
        "20": ["end to end", "greedy"],
        "30-20": ["end to end", "greedy"],
    }
    assert list(metrics["ways"]["sigmoid"]) == ["30-20"]


def test_fine_tuning_improves_on_the_greedy_phase(result):
    metrics, _, _ = result
    for stacks in metrics["ways"].values():
        for ways in stacks.values():
            for one in ways["greedy"].values():
                assert one["test_cross_entropy"] < one["test_cross_entropy_before"]


def test_gradients_fade_towards_the_image_through_sigmoids_more_than_through_relus(result):
    metrics, _, _ = result
    norms = metrics["gradients"]
    assert len(norms["relu"]["seed0"]) == 6
    assert study.first_to_last(norms["sigmoid"]) < study.first_to_last(norms["relu"])


def test_the_page_shows_the_set_that_courses_ask_for(result):
    metrics, page, figures = result
    assert list(metrics["course"]) == ["k2", "k5"]
    assert "**Observed.**" in page
    assert "for 1 epoch as an" in page
    assert "| cross-entropy, k | single layer | 20-k |" in page
    assert figures == {
        *("error.png", "losses.png", "gradients.png", "samples.png"),
        *("reconstructions_training.png", "reconstructions_validation.png"),
        *("interpolation_k2.png", "interpolation_k5.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"compared": 7}, "compared is 7; it should be one of the sizes"),
        ({"layer_epochs": 3}, "layer_epochs is 3; 4 layers leave none of the 9 epochs for fine-tuning"),
    ],
)
def test_what_cannot_be_trained_is_refused(tmp_path, monkeypatch, changes, message):
    write_params(tmp_path, study.STUDY, changes)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match=message):
        study.Settings.read()


def runs(*errors: float) -> dict:
    keys = "test_cross_entropy", "test_mse", "validation_cross_entropy", "test_cross_entropy_before"
    return {f"seed{seed}": dict.fromkeys(keys, error) for seed, error in enumerate(errors)}


@pytest.fixture
def section(tmp_path, monkeypatch):
    write_params(tmp_path, study.STUDY, {"sizes": [2, 50], "compared": 2, "stacks": [[9], [9, 8]]})
    monkeypatch.chdir(tmp_path)
    return study.Settings.read().stacked_ae


@pytest.fixture
def measured():
    ways = {"end to end": runs(0.3, 0.32), "greedy": runs(0.2, 0.22)}
    gradients = {"seed0": {"1: 784 → 9": 1.0, "2: 9 → 2": 2.0, "3: 9 → 784": 4.0}}
    return {
        "sizes": {
            "k2": {"single layer": runs(0.5, 0.6), "9": runs(0.4, 0.42), "9-8": runs(0.3, 0.32)},
            "k50": {"single layer": runs(0.1, 0.2), "9": runs(0.15, 0.16), "9-8": runs(0.3, 0.4)},
        },
        "ways": {
            "relu": {"9": deepcopy(ways), "9-8": deepcopy(ways)},
            "sigmoid": {"9-8": deepcopy(ways)},
        },
        "gradients": {"relu": gradients, "sigmoid": gradients},
        "course": {f"k{k}": {"midpoint": 0.9, "crossfade": 1.2, "random": 1.5} for k in (2, 50)},
    }


def test_the_best_stack_is_the_one_that_validation_images_choose(measured):
    for one in measured["sizes"]["k2"]["9-8"].values():
        one["test_cross_entropy"] = 9.0
    assert study.best_stack(measured, 2) == "9-8"
    assert study.best_stack(measured, 50) == "9"


def test_overlapping_runs_are_neither_better_nor_worse(measured, section):
    assert study.better_at(measured, section) == [2]
    assert study.worse_at(measured, section) == []
    measured["sizes"]["k50"]["single layer"] = runs(0.1, 0.11)
    assert study.worse_at(measured, section) == [50]


def test_runs_are_below_others_only_where_all_of_them_are():
    assert study.below([1.0, 1.2], [1.3, 1.4])
    assert not study.below([1.0, 1.3], [1.3, 1.4])
    assert not study.below([1.3, 1.4], [1.0, 1.1])


@pytest.mark.parametrize(
    ("gains", "word"),
    [
        ((0.1, 0.2), "helps"),
        ((0.1, 0.0), "helps some stacks"),
        ((0.0, -0.1), "harms some stacks"),
        ((-0.2, -0.1), "harms"),
        ((0.1, -0.1), "helps some stacks and harms others"),
        ((0.0, 0.0), "makes no clear difference"),
    ],
)
def test_gains_in_a_word(gains, word):
    assert study.in_a_word(dict(zip(("9", "9-8"), gains, strict=True))) == word


def test_like_effects_are_told_together():
    gains = {"9": 0.0, "9-8": 0.02, "9-8-7": 0.0, "9-6": 0.011}
    assert study.effects(gains) == [
        "to no clear difference for 9 and 9-8-7",
        "to 2.0 % and 1.1 % less cross-entropy for 9-8 and 9-6",
    ]
    assert study.amounts(gains) == " (1.1 % to 2.0 %, every seed)"
    assert study.amounts({"9": -0.02}) == " (2.0 %, every seed)"
    assert study.amounts({"9": 0.0}) == ""


def test_the_gain_of_greedy_training_is_that_of_means_where_runs_are_apart(measured):
    assert study.gains(measured, "sigmoid") == {"9-8": pytest.approx(1 - 0.21 / 0.31)}
    measured["ways"]["sigmoid"]["9-8"]["greedy"] = runs(0.31, 0.2)
    assert study.gains(measured, "sigmoid") == {"9-8": 0.0}


def drawn_page(measured, section):
    losses = {name: {way: np.ones((2, 9)) for way in study.WAYS} for name in ("relu", "sigmoid")}
    return study.page(measured, section, losses, {2: course_arrays(), 50: course_arrays()})


def test_the_answer_follows_the_measurement(measured, section):
    page = drawn_page(measured, section)
    start = "Not always: after 9 epochs the best stack beats the single layer at k = 2; greedy"
    assert page.summary.startswith(start)
    assert page.summary.endswith("helps, with ReLUs (32 %, every seed) and with sigmoids (32 %, every seed).")
    assert "32 % less cross-entropy for 9-8" in page.answer
    assert "A sigmoid's slope" not in page.answer  # here its gradients fade no more than a ReLU's


def test_a_gain_of_some_seeds_only_is_called_unclear(measured, section):
    measured["ways"]["sigmoid"]["9-8"]["greedy"] = runs(0.25, 0.31)
    page = drawn_page(measured, section)
    assert page.summary.endswith(
        "helps with ReLUs (32 %, every seed) but makes no clear difference with sigmoids."
    )
    assert "with sigmoids to no clear difference for 9-8" in page.answer


def test_contradicting_measurements_turn_the_answer_round(measured, section):
    for entry in measured["sizes"].values():
        entry["single layer"] = runs(0.01, 0.02)
    for stacks in measured["ways"].values():
        for ways in stacks.values():
            ways["greedy"] = runs(0.9, 0.95)
    measured["gradients"]["sigmoid"] = {"seed0": {"1: 784 → 9": 0.1, "2: 9 → 2": 1.0, "3: 9 → 784": 4.0}}
    page = drawn_page(measured, section)
    assert page.summary.startswith("No: after 9 epochs the best stack beats the single layer at no k; greedy")
    assert page.summary.endswith(
        "harms, with ReLUs (200 %, every seed) and with sigmoids (200 %, every seed)."
    )
    assert "more cross-entropy for 9-8" in page.answer
    assert "A sigmoid's slope" in page.answer
    assert "The ReLU's slope" in page.answer  # since here greedy training does not help it
    assert "Not with ReLUs" not in page.answer


def test_depth_is_called_easy_only_where_the_deepest_relu_stack_wins_and_sigmoids_do_not(measured, section):
    assert "Not with ReLUs" not in study.answer(measured, section)
    measured["ways"]["sigmoid"]["9-8"]["end to end"] = runs(0.9, 0.95)
    assert "Not with ReLUs" in study.answer(measured, section)
