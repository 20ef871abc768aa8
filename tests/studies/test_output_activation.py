import pytest

from tests.studies.tiny import render, run_tiny

STUDY = "output-activation"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    changes = {"code": 8, "runs": 2, "rates": [0.001, 0.003], "trial_epochs": 2, "trial_runs": 1}
    changes |= {"ae__epochs": 20, "ae__dense__hidden": [40]}
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, tmp_path_factory.mktemp("study"), patch, **changes)


def test_each_activation_keeps_to_its_range(result):
    runs = result[0]["runs"].groupby("output")
    sigmoid, relu, linear = (runs.get_group(name) for name in ("sigmoid", "relu", "linear"))
    assert (sigmoid.smallest > 0).all()
    assert (sigmoid.largest < 1).all()
    assert (relu.smallest == 0).all()
    assert (linear.below_0 > 0).all()


def test_clipping_never_makes_an_error_larger(result):
    runs = result[0]["runs"]
    assert len(runs) == 6
    assert (runs.mse_clipped <= runs.mse).all()


def test_dead_pixels_are_those_of_a_relu_and_get_no_gradient(result):
    runs = result[0]["runs"]
    assert ((runs.dead_pixels > 0) == (runs.output == "relu")).all()
    assert ((runs.without_gradient > 0) == (runs.output == "relu")).all()
    assert (runs.dead_without_gradient == runs.dead_pixels).all()
    assert (runs.dead_pixels <= runs.black_pixels).all()


def test_dead_pixels_are_followed_from_before_training_to_its_end(result):
    found = result[0]
    deaths, relu = found["deaths"], found["runs"][found["runs"].output == "relu"]
    assert len(deaths) == 2 * 21
    assert (deaths.dead_at_the_end <= deaths.dead_pixels).all()
    last = deaths[deaths.epoch == 20].set_index("seed")
    assert (last.dead_at_the_end == last.dead_pixels).all()
    assert last.dead_pixels.tolist() == relu.dead_pixels.tolist()


def test_the_rate_of_an_output_is_the_best_of_its_trials(result):
    found = result[0]
    losses = found["trials"].groupby(["output", "rate"]).validation_loss.mean()
    for output, rate in found["rate"].items():
        assert rate == losses[output].idxmin()


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    assert figures == {"reconstructions.png", "values.png", "dead_pixels.png"}
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize(("error", "worst"), [(1.0, True), (1e-6, False)])
def test_the_answer_follows_the_measurement(result, error, worst):
    found = result[0]
    runs = found["runs"].assign(
        mse_clipped=lambda table: table.mse_clipped.where(table.output != "relu", error)
    )
    text = render(STUDY, found, runs=runs)
    answer = text.split("\n\n")[1]
    assert answer.startswith("> Not a ReLU") == worst
    dead = runs[runs.output == "relu"].dead_pixels.mean()
    assert (f"{dead:.0f} of the {found['inked_pixels']} pixels" in answer) == worst
