"""The study of chance: its first run is the main line's own, and its rule is what it says."""

import importlib

import numpy as np
import pandas as pd
import pytest

from stages import embed, prepare_noisy_data, report, tsne
from stages.analyses.likeness import Likeness
from stages.analyses.pictures import Pictures
from stages.cards.card import cards
from stages.common.artifacts import load_arrays, load_json, load_table
from stages.images.datasets import Images, NoisyImages
from stages.studies.chance import experiment, figures
from stages.studies.chance.main_line import Measured
from stages.studies.chance.verdicts import COMPARED, PAIRS, deviations
from stages.studies.main_line_models import load_by_seed
from tests.pages.report_metrics import THREE
from tests.small import AE, CPU, NOISE, VAE, WTA
from tests.studies import tiny
from tests.studies.tiny import ROOT, render, run_tiny

STUDY = "chance"
MAIN_LINE = {
    "arithmetic": "portable",
    "processes": 1,
    "seed": 3,
    "latent": 4,
    "noise": NOISE | {"fresh": True},
    "ae": AE | {"architecture": "conv"},
    "vae": VAE,
    "wta": WTA | {"stack": [{"architecture": "dense", "size": 40, "lifetime": 0.1}]},
    "embed": {
        "probe_c": [0.1, 1.0],
        "neighbours": 3,
        "images": 2,
        "steps": 3,
        "samples": 2,
        "coordinates": 2,
    },
    "tsne": {"images": 60, "perplexity": 8.0, "neighbours": 5, "kernel_pca_codes": 50},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def result(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiny, "MAIN_LINE", MAIN_LINE)
        yield run_tiny(STUDY, folder, patch, runs=3)


@pytest.fixture(scope="module")
def runs(result):
    return result[0]["runs"].set_index(["model", "series", "seed"])


@pytest.fixture
def main_line(folder, result, monkeypatch):
    """What the stages themselves make of the same images and settings."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(Pictures, "walk", lambda self: {})  # drawn, not measured
    prepare_noisy_data.main()
    train, test = (NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "test"))
    likeness = Likeness(train.clean, test.clean)
    found = {"noisy": load_json("data/noisy/metrics.json")["data"]}
    for model in THREE:
        importlib.import_module(f"stages.train_{model}").main()
        embed.main(model)
        tsne.main(model)
        pictures = load_arrays(f"data/embeddings/{model}/pictures.npz")
        losses = report.validation_loss(model, MAIN_LINE[model]["epochs"])
        found[model] = report.model_metrics(cards()[model], pictures, likeness, losses)
    return found


def test_the_first_run_is_the_main_lines_own_to_the_last_digit(main_line, runs):
    for model in THREE:
        for series in ("same", "anew"):
            own = runs.loc[model, series, MAIN_LINE["seed"]].dropna().to_dict()
            wanted = experiment.flat(main_line[model])
            assert own == {path: float(f"{value:.6g}") for path, value in wanted.items()}
    assert runs["test.mse"]["noisy", "same", MAIN_LINE["seed"]] == main_line["noisy"]["noisy_mse"]


def test_the_committed_first_run_is_the_committed_main_line():
    runs = load_table(ROOT / "reports/studies/chance/tables/runs.csv").set_index(["model", "series", "seed"])
    metrics, seed = load_json(ROOT / "reports/metrics.json"), int(runs.index.get_level_values("seed").min())
    for model in THREE:
        own, found = runs.loc[model, "same", seed].dropna().to_dict(), experiment.flat(metrics[model])
        assert own == {path: found[path] for path in own}
    pca, noisy = (runs.loc[model, "same", seed].dropna() for model in ("pca", "noisy"))
    assert pca.to_dict() == experiment.flat({"test": metrics["pca"]["test"]})
    assert noisy["test.psnr_db"] == metrics["data"]["noisy_psnr_db"]


def test_every_model_runs_so_many_times_in_either_series(runs):
    assert len(runs) == 5 * 2 * 3
    for series in ("same", "anew"):
        errors = runs["test.mse"].xs(series, level="series")
        assert errors.groupby("model").nunique().eq(3).all(), "each run draws something anew"


def test_every_model_of_the_series_with_one_split_is_kept(folder, result, monkeypatch):
    monkeypatch.chdir(folder)
    assert {name: list(load_by_seed(name, CPU)) for name in THREE} == {name: [3, 4, 5] for name in THREE}


def test_a_split_anew_has_the_same_images_and_as_many_to_test():
    labels = np.repeat(np.arange(10, dtype=np.uint8), 12)
    every = Images(np.arange(120, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8), labels)
    known, test = every[np.arange(0, 120, 3)], every[np.setdiff1d(np.arange(120), np.arange(0, 120, 3))]
    rest, part = experiment.split_anew(known, test, 1)
    names = {name: set(images.images[:, 0, 0]) for name, images in (("rest", rest), ("part", part))}
    assert (len(rest), len(part)) == (len(known), len(test))
    assert names["rest"] | names["part"] == set(range(120))
    assert not names["rest"] & names["part"]
    assert names["part"] != set(test.images[:, 0, 0])


def test_one_split_is_kept_and_only_its_noise_is_drawn_anew(folder, result, monkeypatch):
    monkeypatch.chdir(folder)
    settings = experiment.Settings.read()
    first, second = (experiment.images_of("same", seed, settings) for seed in (3, 4))
    other = experiment.images_of("anew", 4, settings)
    np.testing.assert_array_equal(first.test.clean, second.test.clean)
    np.testing.assert_array_equal(first.train.clean, second.train.clean)
    assert (first.test.noisy != second.test.noisy).any()
    assert (first.test.clean != other.test.clean).any()


def test_differences_are_those_of_the_runs(result, runs):
    gaps = result[0]["differences"].set_index(["measure", "one", "other"])
    anew = runs["test.psnr_db"].xs("anew", level="series")
    apart = anew["ae"] - anew["wta"]
    found = gaps.loc["test.psnr_db", "ae", "wta"]
    assert found.difference == pytest.approx(apart.mean(), abs=1e-4)
    assert found.anew == pytest.approx(apart.std(), abs=1e-4)
    assert ("test.elbo", "ae", "vae") not in gaps.index
    assert ("test.mse", "noisy", "pca") in gaps.index


def test_the_test_images_part_is_what_other_images_would_change():
    """Simulated: two fixed models on many draws of 200 images."""
    random = np.random.default_rng(0)

    def outcome():
        hard = random.exponential(1, 200)  # an image that is hard is so for both models
        return {
            name: Measured({}, {"test.mse": scale * hard * random.uniform(0.8, 1.2, 200)})
            for name, scale in (("a", 1.0), ("b", 1.3))
        }

    draws = [outcome() for _ in range(300)]
    stated = [
        experiment.standard_errors("a", "b", {(name, "same", 0): one[name] for name in one}) for one in draws
    ]

    def psnr(one):
        return -10 * np.log10(one.by_image["test.mse"].mean())

    spread = {
        "test.mse": np.std(
            [np.subtract(*(one[n].by_image["test.mse"].mean() for n in "ab")) for one in draws]
        ),
        "test.psnr_db": np.std([psnr(one["a"]) - psnr(one["b"]) for one in draws]),
    }
    for measure, found in spread.items():
        assert np.mean([one[measure] for one in stated]) == pytest.approx(found, rel=0.1)


def test_deviations_for_the_report_are_of_models_and_of_pairs_run_by_run():
    runs = pd.DataFrame(
        {
            "model": ["a"] * 3 + ["b"] * 3 + ["c"] * 3,
            "series": "anew",
            "seed": [0, 1, 2] * 3,
            "x": [1.0, 2, 3, 2, 3, 4, np.nan, np.nan, np.nan],
            "y": [1.0, 2, 3, 2, 4, 6, 1, 1, 2],
        }
    )
    others = runs.assign(series="same", x=100 * runs.x)
    found = deviations(pd.concat([runs, others]), ["x"], (("x", "y"),))
    assert found["x"] == {"a": 1, "b": 1, "a - b": 0}
    assert found["x - y"] == {"a": 0, "b": 1}


def test_the_page_shows_its_figure_and_every_number(result):
    found, text, drawn = result
    assert drawn == {"runs.png"}
    assert "](figures/runs.png)" in text
    measures = set(found["runs"].columns) - {"model", "series", "seed"}
    assert not [name for name in measures if f"| `{name}` |" not in text]


@pytest.mark.parametrize(("deviation", "word"), [(0.001, "**"), (10.0, "level: ")])
def test_what_is_more_than_chance_follows_the_deviation(result, deviation, word):
    gaps = result[0]["differences"].assign(difference=1.0, anew=deviation)
    text = render(STUDY, result[0], differences=gaps)
    table = text[text.index("| mean difference |") : text.index("Bold: more than")]
    assert table.count(f"| {word}") == len(COMPARED) * len(PAIRS)


@pytest.mark.parametrize(("sign", "leads"), [(1, True), (-1, False)])
def test_the_answer_says_who_leads_only_where_the_lead_counts(result, sign, leads):
    gaps = result[0]["differences"].assign(anew=0.001, difference=1.0)
    gaps.loc[gaps.measure == "test.psnr_db", "difference"] = -sign
    answer = render(STUDY, result[0], differences=gaps).split("\n\n")[1]
    assert answer.startswith("> Too little to blur") == leads


def test_the_figure_has_a_dot_for_every_run_and_a_ring_around_the_main_lines(result):
    figure = figures.every_run(result[0]["runs"])
    assert len(figure.axes) == len(figures.SHOWN)
    for axes, (measure, (_, scale)) in zip(figure.axes, figures.SHOWN.items(), strict=True):
        dots, rings = axes.lines[0::2][:6], axes.lines[1::2][:6]
        shown = result[0]["runs"].set_index(["model", "series", "seed"]).sort_index()[measure] * scale
        assert list(dots[0].get_xdata()) == pytest.approx(shown["ae", "same"].tolist())
        assert list(rings[5].get_xdata()) == pytest.approx([shown["wta", "anew", MAIN_LINE["seed"]]])
