import numpy as np
import pytest

from stages.analyses.judging import Judges
from stages.common.errors import StudyError
from stages.images.datasets import Images
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.studies.ae_or_vae import experiment
from stages.studies.ae_or_vae.figures import paled
from stages.studies.ae_or_vae.judge import Judge, crossfades
from stages.studies.main_line_models import load_by_seed, model_folder
from stages.training.checkpoints import save_model
from tests.small import CPU, build, model_settings, noise_settings
from tests.studies import tiny
from tests.studies.tiny import render, run_tiny

STUDY = "ae-or-vae"
SEEDS = 2
TINY = {"pairs": 12, "shown": 2, "steps": 5, "samples": 40}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    tiny.write_judges(folder)
    write_main_line(folder, noise_settings())
    with pytest.MonkeyPatch.context() as patch:
        yield run_tiny(STUDY, folder, patch, **TINY)


def write_main_line(folder, noise: NoiseSettings):
    """Noisy images, and untrained models of two seeds, as measure-chance keeps them."""
    tiny.write_digits(folder)
    known, test = (Images.load(folder / f"data/raw/{part}.npz") for part in ("train", "test"))
    parts = Parts.of(known, test, 0, 0.2).with_noise(noise, 0)
    for name in ("train", "validation", "test"):
        getattr(parts, name).save(folder / f"data/noisy/{name}.npz")
    for name in experiment.MODELS:
        for seed in range(SEEDS):
            model = build(name, 4, seed)
            save_model(folder / model_folder(name, seed), name, model, model_settings(name), 4)


class Ink(Judges):
    """Stands for critic and classifier: accepts what has ink; the class is the value of the first pixel."""

    def __init__(self):
        pass

    def accepted(self, images):
        return images.reshape(len(images), -1).max(axis=1) > 127

    def probabilities(self, images):
        return np.eye(10, dtype=np.float32)[images[:, 0, 0] % 10]


def judge(*ends):
    return Judge(Ink(), np.array(ends, np.uint8))


def line(*values):
    """One line of images, each all of one value."""
    return np.repeat(np.array(values, np.uint8), 784).reshape(1, len(values), 28, 28)


def test_every_seed_of_both_models_is_measured_in_every_way(result):
    runs, draws, along = (result[0][name] for name in ("runs", "draws", "line"))
    assert list(zip(runs.model, runs.seed, strict=True)) == [("ae", 0), ("ae", 1), ("vae", 0), ("vae", 1)]
    assert len(draws) == 4 * 2
    assert (along.groupby(["model", "seed"]).size() == TINY["steps"]).all()
    assert set(along.model) == {"ae", "vae", "crossfade"}
    shares = runs[["halfway", "accepted", "elsewhere", "restored_fade"]]
    assert shares.stack().between(0, 1).all()


def test_halfway_is_the_step_in_the_middle(result):
    runs, along = (result[0][name].set_index(["model", "seed"]) for name in ("runs", "line"))
    halfway = along[along.step == TINY["steps"] // 2].accepted
    np.testing.assert_allclose(halfway[runs.index], runs.halfway)


def test_an_even_change_has_a_largest_step_of_one_and_a_jump_as_many_as_there_are_steps():
    assert judge([0, 0]).of_lines(line(0, 50, 100, 150, 200))["largest_step"].item() == pytest.approx(1)
    assert judge([0, 0]).of_lines(line(0, 0, 200, 200, 200))["largest_step"].item() == pytest.approx(4)


def test_elsewhere_counts_the_steps_between_that_are_of_neither_end():
    assert judge([1, 3]).of_lines(line(1, 1, 2, 3, 3))["elsewhere"].item() == pytest.approx(1 / 3)
    assert judge([1, 2]).of_lines(line(5, 1, 2, 1, 5))["elsewhere"] == 0


def test_the_critic_is_asked_about_what_lies_between():
    assert judge([0, 0]).of_lines(line(255, 255, 0, 0, 255))["accepted"].item() == pytest.approx(1 / 3)
    assert judge([0, 0]).of_lines(line(255, 0, 200, 0, 255))["halfway"] == 1


def test_a_cross_fade_goes_from_one_image_to_the_other():
    images = np.array([[[0]], [[100]]], np.uint8).repeat(28, axis=1).repeat(28, axis=2)
    made = crossfades(images, np.array([[0, 1]]), 5)
    assert made[0, :, 0, 0].tolist() == [0, 25, 50, 75, 100]


def test_judges_keep_the_shape_of_what_they_are_shown():
    pictures = np.zeros((3, 5, 28, 28), np.uint8)
    assert judge([0, 0]).accepted(pictures).shape == (3, 5)


def test_what_is_rejected_is_pale():
    images = np.full((2, 28, 28), 200, np.uint8)
    assert paled(images, np.array([True, False]))[:, 0, 0].tolist() == [200, 60]


@pytest.mark.parametrize("holds", [True, False])
def test_the_page_names_a_winner_only_where_the_interval_excludes_0(result, holds):
    gaps = result[0]["differences"].assign(low=-0.2, high=0.1)
    gaps.loc[gaps.measure == "standard", ["low", "high"]] = [-0.6, -0.2 if holds else 0.1]
    gaps.loc[gaps.measure == "accepted", ["low", "high"]] = [0.1 if holds else -0.1, 0.3]
    text = render(STUDY, result[0], differences=gaps)
    assert ("To draw new images from, the VAE's" in text) == holds
    assert ("neither for sure" in text) != holds
    assert ("To go from one image to another, the autoencoder's" in text) == holds
    assert ("To go from one image to another they are level" in text) != holds


def test_differences_are_those_of_the_runs_means(result):
    runs, draws = (result[0][name].groupby("model") for name in ("runs", "draws"))
    gaps = result[0]["differences"].set_index("measure")
    assert (gaps.low <= gaps.difference).all()
    assert (gaps.difference <= gaps.high).all()
    means = runs.accepted.mean()
    assert gaps.difference["accepted"] == pytest.approx(means["ae"] - means["vae"], abs=2e-3)
    standard = draws.apply(lambda part: part[part.draw == "standard"].accepted.mean())
    assert gaps.difference["standard"] == pytest.approx(standard["ae"] - standard["vae"], abs=2e-3)


def test_every_figure_stands_on_the_page(result):
    _, text, figures = result
    assert figures == {"samples.png", "interpolation.png", "accepted.png"}
    assert all(f"](figures/{name})" in text for name in figures)


def test_without_models_the_study_says_what_makes_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="has no model 'ae'; `dvc repro -P` makes them"):
        load_by_seed("ae", CPU)
