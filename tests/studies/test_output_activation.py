import pytest

from stages.studies import output_activation as study
from tests.studies.tiny import run_tiny


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        changes = {
            "code": 8,
            "runs": 2,
            "rates": [0.001, 0.003],
            "trial_epochs": 2,
            "trial_runs": 1,
            "ae__epochs": 20,
            "ae__hidden": [40],
        }
        return run_tiny(study.STUDY, study, folder, patch, **changes)


def test_each_activation_keeps_to_its_range(result):
    metrics, _, _ = result
    for seed in ("seed0", "seed1"):
        sigmoid, relu, linear = (metrics["outputs"][output]["runs"][seed] for output in study.OUTPUTS)
        assert (sigmoid["below_0"], sigmoid["above_1"]) == (0, 0)
        assert 0 < sigmoid["smallest"] < sigmoid["largest"] < 1
        assert relu["below_0"] == 0
        assert relu["smallest"] == 0
        assert linear["below_0"] > 0


def test_clipping_never_makes_an_error_larger(result):
    metrics, _, _ = result
    for entry in metrics["outputs"].values():
        for run in entry["runs"].values():
            assert run["mse_clipped"] <= run["mse"]


def test_only_relu_pixels_are_cut_off_from_gradients(result):
    metrics, _, _ = result
    for output, entry in metrics["outputs"].items():
        for run in entry["runs"].values():
            assert (run["without_gradient"] > 0) == (output == "relu")
            assert run["dead_without_gradient"] <= run["dead_pixels"]


def test_the_page_shows_every_figure(result):
    _, page, figures = result
    assert figures == {"reconstructions.png", "values.png", "dead_pixels.png"}
    for name in figures:
        assert f"](figures/{name})" in page


def test_what_was_dead_before_training_is_counted(result):
    metrics, _, _ = result
    for entry in metrics["relu_from_the_start"].values():
        assert 0 <= entry["still_dead"] <= entry["dead"] <= metrics["inked_pixels"]
        assert entry["dead"] > 0


def measured(relu_error: float, dead: int) -> dict:
    def entry(error: float, dead_pixels: int) -> dict:
        run = {"smallest": -0.1, "largest": 1.2, "below_0": 0.1, "above_1": 0.01, "mse": error * 1.1}
        run |= {"mse_clipped": error, "dead_pixels": dead_pixels, "dead_without_gradient": dead_pixels}
        run |= {"without_gradient": dead_pixels, "ink_on_dead_pixels": 0.001 * dead_pixels}
        return {"rate": 0.1, "runs": {"seed0": run}, "trials": {}}

    errors = {"sigmoid": (0.01, 0), "relu": (relu_error, dead), "linear": (0.02, 0)}
    outputs = {output: entry(*values) for output, values in errors.items()}
    return {"inked_pixels": 600, "outputs": outputs}


def test_the_summary_follows_the_measurement():
    assert "ReLU output leaves 50.0 of 600 pixels dead" in study.summary(measured(0.03, 50))
    assert study.summary(measured(0.03, 50)).startswith("Sigmoid has the smallest error")
    assert study.summary(measured(0.001, 0)).startswith("ReLU has the smallest error")
    assert "do not die here" in study.summary(measured(0.001, 0))


def test_another_order_before_clipping_is_told():
    metrics = measured(0.03, 50)
    assert study.summary(metrics).startswith(
        "Sigmoid has the smallest error after clipping to [0, 1]; a ReLU"
    )
    assert "Before clipping, the order is the same." in study.answer(metrics)
    metrics["outputs"]["sigmoid"]["runs"]["seed0"]["mse"] = 0.025
    assert "after clipping to [0, 1], but linear has it before clipping" in study.summary(metrics)
    told = "the order is another: linear, sigmoid, ReLU (0.02200, 0.02500, 0.03300); linear is ahead with"
    assert told in study.answer(metrics)


def test_outputs_whose_seeds_overlap_are_called_level():
    metrics = measured(0.03, 50)
    for output, error in (("sigmoid", 0.021), ("linear", 0.023)):
        runs = metrics["outputs"][output]["runs"]
        runs["seed1"] = runs["seed0"] | {"mse": error * 1.1, "mse_clipped": error}
    assert study.summary(metrics).startswith("Sigmoid (level with linear) has the smallest error after")


def test_the_trials_are_those_of_every_rate(result):
    metrics, page, _ = result
    for entry in metrics["outputs"].values():
        losses = {
            float(key.removeprefix("rate")): one["validation_loss"] for key, one in entry["trials"].items()
        }
        assert set(losses) == {0.001, 0.003}
        assert entry["rate"] == min(losses, key=losses.__getitem__)
        assert all(set(one["dead_pixels"]) == {"seed0"} for one in entry["trials"].values())
    assert "1 seed of 2 epochs" in page
    assert "2 seeds of 20 epochs" in page


def test_a_choice_at_the_edge_of_the_grid_is_named():
    outputs = {output: {"rate": rate} for output, rate in zip(study.OUTPUTS, (0.1, 0.2, 0.3), strict=True)}
    assert study.edge_sentence(outputs, (0.1, 0.2, 0.3)).endswith("the choice for: sigmoid, linear.")
    assert study.edge_sentence(outputs, (0.01, 0.1, 0.2, 0.3, 1.0)).startswith("No chosen rate")


def test_the_histogram_has_steps_as_said():
    assert study.EDGES[1] - study.EDGES[0] == pytest.approx(study.STEP)


def test_the_start_is_told_as_measured():
    born = {"relu_from_the_start": {"seed0": {"dead": 40, "still_dead": 30}}}
    assert "75.0 % of these" in study.start_sentence(born)
    none = {"relu_from_the_start": {"seed0": {"dead": 0, "still_dead": 0}}}
    assert "no pixel is dead" in study.start_sentence(none)


def test_the_answer_follows_the_measurement():
    assert "are below 0, 1.0 % above 1), and clipping these" in study.answer(measured(0.03, 50))
    assert "200.0 % above the best" in study.answer(measured(0.03, 50))
    assert "not only rarely inked" in study.answer(measured(0.03, 50))
    assert "the loss is small" in study.answer(measured(0.03, 2))
    assert "No ReLU output died" in study.answer(measured(0.001, 0))
    assert "nothing to explain" in study.gradient_sentence(measured(0.001, 0)["outputs"])
    assert "100.0 %" in study.gradient_sentence(measured(0.03, 50)["outputs"])
