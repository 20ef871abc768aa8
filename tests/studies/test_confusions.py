import numpy as np
import pandas as pd
import pytest
from torch import nn

from stages.analyses.judging import Judges
from stages.common.artifacts import load_arrays
from stages.common.classes import DIGITS
from stages.images.datasets import Images, NoisyImages
from stages.images.parts import Parts
from stages.studies.confusions import experiment, figures
from stages.studies.confusions.cost import multiplications, parameters
from stages.studies.confusions.matrices import off_diagonal
from stages.studies.confusions.reading import Reader, as_table
from stages.studies.confusions.verdicts import among_look_alikes, gains
from stages.studies.main_line_models import model_folder
from stages.training.checkpoints import save_model
from tests.small import AE, NOISE, build, model_settings, noise_settings
from tests.studies import tiny
from tests.studies.tiny import render, run_tiny

STUDY = "confusions"
SEEDS = 2
MAIN_LINE = {"arithmetic": "portable", "seed": 0, "latent": 4, "noise": NOISE | {"fresh": True}, "ae": AE}
TINY = {"channels": [[2, 3], [4, 6]], "kernels": [3, 5], "runs": 2, "epochs": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def result(folder):
    parts = write_main_line(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment, "load_judges", lambda runtime: NearestMean(parts.train))
        patch.setattr(tiny, "MAIN_LINE", MAIN_LINE)
        yield run_tiny(STUDY, folder, patch, **{f"sweep__{key}": value for key, value in TINY.items()})


def write_main_line(folder):
    """Noisy images, and untrained models of two seeds, as measure-chance keeps them."""
    tiny.write_digits(folder)
    known, test = (Images.load(folder / f"data/raw/{part}.npz") for part in ("train", "test"))
    parts = Parts.of(known, test, 0, 0.2).with_noise(noise_settings(), 0)
    for name in ("train", "validation", "test"):
        getattr(parts, name).save(folder / f"data/noisy/{name}.npz")
    for name in experiment.MODELS:
        for seed in range(SEEDS):
            latent = None if name == "wta" else 4
            model = build(name, 4, seed)
            save_model(folder / model_folder(name, seed), name, model, model_settings(name), latent)
    return parts


class NearestMean(Judges):
    """Stands for both judges: names the class whose mean is nearest, and accepts what is dark."""

    def __init__(self, images):
        every = range(10)
        self.means = np.stack([images.clean[images.labels == label].mean(axis=0) for label in every])

    def accepted(self, images):
        return images.reshape(len(images), -1).mean(axis=1) < 60

    def probabilities(self, images):
        distance = np.square(images[:, None] - self.means).sum(axis=(2, 3))
        return np.eye(10, dtype=np.float32)[distance.argmin(axis=1)]


class FirstPixel(Judges):
    """Stands for both judges: the class is the first pixel's value, and what has a second one is accepted."""

    def __init__(self):
        pass

    def accepted(self, images):
        return images[:, 0, 1] > 0

    def probabilities(self, images):
        return np.eye(10, dtype=np.float32)[images[:, 0, 0]]


def pictures(names, accepted=None):
    made = np.zeros((len(names), 28, 28), np.uint8)
    made[:, 0, 0] = names
    made[:, 0, 1] = accepted or 0
    return made


@pytest.fixture
def reading():
    """Six images; the last is misread when clean. Restored, two come back as others, one of them accepted."""
    labels = np.array([4, 4, 4, 9, 7, 7], np.uint8)
    clean = pictures([4, 4, 4, 9, 7, 1])
    reader = Reader(FirstPixel(), NoisyImages(clean, clean, labels))
    return reader.read(pictures([4, 9, 4, 9, 9, 2], [1, 1, 0, 0, 0, 1]))


def test_a_confusion_is_an_image_named_rightly_when_clean_and_otherwise_when_restored(reading):
    counts = {(int(a), int(b)): int(reading.counts[a, b]) for a, b in np.argwhere(reading.counts)}
    assert counts == {(4, 4): 2, (4, 9): 1, (9, 9): 1, (7, 9): 1}
    assert reading.measures() == {
        "confused": pytest.approx(2 / 5),
        "accepted": pytest.approx(3 / 6),
        "confused_accepted": pytest.approx(1 / 2),
    }


def test_a_share_is_of_the_images_of_the_class_that_count(reading):
    table = as_table(reading.counts).set_index(["label", "named"])
    assert len(table) == 90
    assert table.loc[(4, 9)].to_dict() == {"count": 1, "share": pytest.approx(1 / 3)}
    assert table.share[7, 9] == 1
    assert table["count"].sum() == 2


def test_examples_are_of_the_most_frequent_pair_and_those_first_that_most_runs_confuse():
    labels = np.array([4, 4, 4, 4, 3], np.uint8)
    clean = pictures(labels)
    reader = Reader(FirstPixel(), NoisyImages(clean, clean, labels))
    seen = {("clean", 0): clean, ("ae", 0): pictures([4, 9, 4, 9, 3]), ("ae", 1): pictures([4, 4, 4, 9, 5])}
    settings = experiment.Settings.model_construct(
        seed=0, confusions=experiment.Confusions.model_construct(shown=1)
    )
    found = experiment.examples(seen, {key: reader.read(made) for key, made in seen.items()}, settings)
    assert list(found) == ["4-9"]
    assert list(found["4-9"]) == ["clean", "ae"]
    assert found["4-9"]["ae"]["names"].tolist() == [9, 9, 4]


def test_multiplications_are_those_of_every_output_of_every_layer():
    layers = nn.Sequential(nn.Conv2d(1, 3, 5, stride=2, padding=2), nn.Flatten(), nn.Linear(588, 7))
    assert multiplications(layers) == 14 * 14 * 3 * 5 * 5 + 588 * 7
    assert parameters(layers) == 3 * 25 + 3 + 588 * 7 + 7
    doubling = nn.ConvTranspose2d(1, 2, 3, stride=2, padding=1, output_padding=1)
    assert multiplications(doubling) == 28 * 28 * 2 * 3 * 3


def test_every_model_and_every_network_is_read(result):
    runs, sweep = result[0]["runs"], result[0]["sweep"]
    assert list(zip(runs.model, runs.seed, strict=True)) == [
        (name, seed) for name in experiment.MODELS for seed in range(SEEDS)
    ]
    assert list(zip(sweep["first"], sweep.kernel, sweep.seed, strict=True)) == [
        (first, kernel, seed) for first in (2, 4) for kernel in (3, 5) for seed in range(2)
    ]
    assert sweep.groupby("kernel").multiplications.sum().is_monotonic_increasing
    assert runs[["confused", "confused_clean", "accepted"]].stack().between(0, 1).all()


def test_confusions_of_the_pairs_add_up_to_those_of_the_runs(result):
    pairs, runs = result[0]["pairs"], result[0]["runs"].set_index(["model", "seed"])
    counted = pairs[pairs.model != "noisy"].groupby(["model", "seed"])["count"].sum() / result[0]["known"]
    np.testing.assert_allclose(counted[runs.index], runs.confused, atol=1e-5)


def test_the_sweep_changes_filters_kernels_and_epochs_alone():
    own = model_settings("ae", architecture="dense")
    plan = experiment.Sweep.model_construct(epochs=7)
    confusions = experiment.Confusions.model_construct(sweep=plan)
    settings = experiment.Settings.model_construct(ae=own, confusions=confusions)
    made = experiment.network(settings, (8, 16), 5)
    assert (made.layer_sizes, made.kernel, made.epochs) == ((8, 16), 5, 7)
    assert made.model_dump(exclude={"architecture", "conv", "epochs"}) == own.model_dump(
        exclude={"architecture", "conv", "epochs"}
    )


def test_look_alikes_count_either_way():
    pairs = pd.DataFrame({"label": [4, 9, 4, 0], "named": [9, 4, 8, 6], "count": [3, 1, 2, 2], "seed": 0})
    assert among_look_alikes(pairs) == [4 / 8]


def test_a_gain_is_one_that_every_seed_shares():
    sweep = pd.DataFrame(
        {
            "first": [8] * 4 + [16] * 4,
            "kernel": [3, 3, 5, 5] * 2,
            "validation_psnr_db": [1.0, 2, 3, 4, 3, 5, 4, 6],
        }
    )
    assert gains(sweep, "kernel", "first") == [True, False]
    assert gains(sweep, "first", "kernel") == [True, False]


def test_the_network_to_take_is_chosen_by_validation_images(result):
    sweep = result[0]["sweep"].copy()
    sweep["psnr_db"] = np.where(sweep["first"] == 2, 30.0, 10.0)
    sweep["validation_psnr_db"] = sweep["first"] + sweep.kernel / 10
    assert "by validation images the best is 4 and 6 filters, 5 × 5" in text_of(result[0], sweep=sweep)


@pytest.mark.parametrize("holds", [True, False])
def test_the_page_says_who_confuses_least_only_where_every_seed_does(result, holds):
    runs = result[0]["runs"].copy()
    runs["confused"] = [0.07, 0.08, 0.06, 0.07, 0.03, 0.02 if holds else 0.065]
    noisy = result[0]["noisy"] | {"confused": 0.05 if holds else 0.065}
    text = text_of(result[0], runs=runs, noisy=noisy)
    assert ("from the winner-take-all autoencoder in" in text) == holds
    assert ("autoencoder and vae confuse more than noise does" in text) == holds
    assert ("seldom makes up another digit" in text) == holds


def text_of(found, **changes):
    """The page in one line, and in small letters."""
    return " ".join(render(STUDY, found, **changes).split()).lower()


def test_a_matrix_has_rows_of_a_hundred_and_the_mean_over_the_seeds_off_its_diagonal():
    pairs = pd.DataFrame(
        {"label": 4, "named": [9, 9, 8, 8], "seed": [0, 1] * 2, "share": [0.1, 0.2, 0, 0.02]}
    )
    found = figures.matrix(pairs)
    np.testing.assert_allclose(found.sum(axis=1), 100)
    assert found[4, 9] == pytest.approx(15)
    assert found[4, 8] == pytest.approx(1)
    assert off_diagonal(found).sum() == pytest.approx(16)


def test_every_figure_stands_on_the_page_and_every_example_has_its_name(result, folder):
    _, text, drawn = result
    assert drawn == {"matrices.png", "examples.png", "sweep.png"}
    assert all(f"](figures/{name})" in text for name in drawn)
    arrays = figures_arrays(folder)
    words = {word.get_text() for axes in figures.examples(arrays, DIGITS).axes for word in axes.texts}
    names = {str(name) for found in arrays.values() for one in found.values() for name in one["names"]}
    assert names | {"clean", "winner-take-all"} <= words


def figures_arrays(folder):
    return tiny.page.nested(load_arrays(folder / f"data/studies/{STUDY}/arrays.npz"))["examples"]
