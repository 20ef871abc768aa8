import pytest

from stages.common.artifacts import save_json
from tests.studies.tiny import render, run_tiny

STUDY = "linear-ae-is-pca"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, sizes=[3, 8], runs=2, ae__epochs=120, ae__batch_size=40)


def test_no_linear_autoencoder_is_better_than_pca_on_its_training_images(result):
    runs = result[0]["runs"]
    assert len(runs) == 4
    assert runs.excess.min() > -1e-5


def test_a_trained_one_comes_near_the_optimum_and_its_subspace(result):
    runs = result[0]["runs"]
    assert runs.excess.max() < 0.15
    assert runs.overlap.min() > 0.5


def test_the_page_shows_every_picture_that_was_drawn(result):
    _, text, figures = result
    assert figures == {
        *("error.png", "reconstructions_training.png", "reconstructions_validation.png", "samples.png"),
        *("interpolation_k3.png", "interpolation_k8.png"),
    }
    for name in figures:
        assert f"](figures/{name})" in text


@pytest.mark.parametrize(("excess", "reached"), [(0.001, True), (0.2, False)])
def test_the_answer_follows_the_measurement(result, excess, reached):
    found = result[0]
    answer = render(STUDY, found, runs=found["runs"].assign(excess=excess)).split("\n\n")[1]
    assert answer.startswith("> Yes") == reached
    assert f"{100 * excess:.1f}" in answer


def test_the_record_of_all_of_mnist_stands_beside_the_answer(result, tmp_path, monkeypatch):
    found, text, _ = result
    assert "On all of MNIST" not in text
    cells = {"3": {"excess": 0.001, "overlap": 0.99}, "8": {"excess": 0.004, "overlap": 0.97}}
    save_json(tmp_path / "reports/mnist/code_sizes.json", {"setting": {"settled": 0.01}, "linear": cells})
    monkeypatch.chdir(tmp_path)
    text = render(STUDY, found)
    assert "at most 0.40 % above the optimum, and spans that overlap to 97.0 % or more" in text
