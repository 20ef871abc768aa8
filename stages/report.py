"""report: put the models side by side, in numbers and on one page.

data/noisy, data/models/*/{history,measures}.csv, data/embeddings, data/tsne, reports/figures/<model> →

    reports/metrics.json           every number of the main line: data, pca, and a section a model
    reports/figures/overview.png   the same noisy images as each model restores them
    reports/figures/learning.png   what each model can do after each epoch
    reports/report.html            one file with all figures in it; its sentences follow from the metrics
"""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure
from pydantic import create_model

from stages.analyses import meaning_rows
from stages.analyses.gains import epoch_of_most
from stages.analyses.likeness import Likeness
from stages.analyses.pca import Pca, fit_pca
from stages.analyses.settings import EmbedSettings, TsneSettings
from stages.analyses.summary import summary
from stages.analyses.touching import mixed_pairs, strangers
from stages.cards.card import Card, cards, keys
from stages.common.artifacts import load_arrays, load_json, load_table, save_json, written_whole
from stages.common.classes import Classes
from stages.common.errors import run
from stages.common.large_arrays import blocks
from stages.common.metrics import metrics_of_blocks
from stages.common.settings import Arithmetic, Latent, Seed, StageSettings
from stages.figures import learning, overview
from stages.figures.palette import INK, MUTED
from stages.figures.saving import save_png
from stages.images.datasets import NoisyImages
from stages.pages.report import page

FIGURES = Path("reports/figures")
STILL = Path("reports/explorer/explorer.png")
OVERVIEW = 10  # images a row
PAIRS = 6  # of classes that mix most: as many as digits are expected to

Arrays = dict[str, np.ndarray]
Metrics = dict[str, Any]


class OfAllModels(StageSettings):
    """What this stage reads of params.yaml, the models' own sections apart."""

    arithmetic: Arithmetic
    seed: Seed
    latent: Latent
    data: dict[str, Any]
    noise: dict[str, Any]
    embed: EmbedSettings
    tsne: TsneSettings


# As plain mappings: to check the models' settings, as check-params has done, would load PyTorch.
Settings = create_model("Settings", __base__=OfAllModels, **dict.fromkeys(keys(), (dict[str, Any], ...)))


def main() -> None:
    """Load, measure what is left to measure, compare, save."""
    settings, models, named = Settings.read().model_dump(), cards(), Classes.load()
    train, test = (NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "test"))
    most = settings["embed"]["most_images"]
    known, measured = train.first(most), test.first(most)
    pictures = {model: load_arrays(f"data/embeddings/{model}/pictures.npz") for model in models}
    measures = {model: measures_of(model) for model in models}
    pca = fit_pca(known.clean, min(settings["latent"], train.shape.numbers))
    likeness = Likeness(known.clean, measured.clean)

    metrics = load_json("data/noisy/metrics.json") | {"pca": pca_metrics(pca, measured)}
    metrics["data"] |= {
        "train_images": len(train),
        "test_images": len(measured),
        "mapped_images": min(settings["tsne"]["images"], len(measured)),
        "measured_lines": len(pictures[next(iter(models))]["measured_middles"]),
        "measured_samples": len(pictures[next(iter(models))]["measured_prior"]),
    }
    for model, card in models.items():
        epochs = settings[model]["epochs"]
        metrics[model] = model_metrics(card, pictures[model], likeness, validation_loss(model, epochs))
        metrics[model]["training"] |= when_gained(measures[model], epochs)
        if named.are_given:
            metrics[model]["touching"] = touching_classes(model, named)
        for group, found in meaning_rows.rows(load_table(f"data/embeddings/{model}/coordinates.csv")).items():
            metrics[model][group] |= found
    save_json("reports/metrics.json", metrics)
    metrics = load_json("reports/metrics.json")  # the page says what the file says, to the last digit
    save_png(draw_overview(models, pictures, pca, metrics, named), FIGURES / "overview.png")
    save_png(learning.draw(measures, models), FIGURES / "learning.png")
    still = page.Picture.read(STILL) if named.are_digits and STILL.exists() else None  # it shows digits
    text = page.render(
        *(metrics, settings, models, named),
        picture=lambda name: page.Picture.read(FIGURES / name),
        still=still,
        in_colour=train.shape.channels > 1,
    )
    with written_whole("reports/report.html") as temporary:
        temporary.write_text(text, encoding="utf-8")


def pca_metrics(pca: Pca, test: NoisyImages) -> Metrics:
    """PCA's reconstructions of the noisy test images against the clean ones."""
    restored = (
        (test.clean[block] / np.float32(255), pca.reconstruct(test.noisy[block]).clip(0, 1))
        for block in blocks(test.clean.shape)
    )
    return {"components": len(pca.components), "test": metrics_of_blocks(restored)}


def model_metrics(card: Card, pictures: Arrays, likeness: Likeness, losses: list[float]) -> Metrics:
    """What earlier stages measured of a model, and what follows from its pictures and its history."""
    return (
        load_json(f"data/embeddings/{card.key}/metrics.json")
        | load_json(f"data/tsne/{card.key}/metrics.json")
        | summary(pictures, losses, likeness, card.code)
    )


def validation_loss(model: str, epochs: int) -> list[float]:
    """The validation loss after each of the last `epochs` epochs: of a stack, those of its top layer."""
    return load_table(f"data/models/{model}/history.csv")["validation_loss"].tail(epochs).tolist()


def measures_of(model: str) -> Arrays:
    """What was measured after each epoch: `{measure: a value an epoch}`; without classes PSNR alone."""
    table = load_table(f"data/models/{model}/measures.csv")
    return {name: table[name].to_numpy() for name in ("psnr_db", "probe_error") if name in table}


def when_gained(measures: Arrays, epochs: int) -> dict[str, int]:
    """After which of the last `epochs` epochs most of what these gained had been gained."""
    when = {"psnr_gained": epoch_of_most(measures["psnr_db"][-epochs:], better=1)}
    if "probe_error" in measures:
        when["probe_gained"] = epoch_of_most(measures["probe_error"][-epochs:], better=-1)
    return when


def touching_classes(model: str, named: Classes) -> Metrics:
    """Which pairs of classes mix most, among the codes and on the map; how many neighbours are strangers."""
    near = load_arrays(f"data/tsne/{model}/touching.npz")
    names = named.of(near["classes"])
    return {
        place: {"strangers": strangers(near[place]), "pairs": mixed_pairs(near[place], names, PAIRS)}
        for place in ("codes", "map")
    }


def draw_overview(
    models: dict[str, Card], pictures: dict[str, Arrays], pca: Pca, metrics: Metrics, named: Classes
) -> Figure:
    """The same test images: noisy, as PCA and each model restore them, clean."""
    any_of_them = next(iter(pictures.values()))
    noisy, clean = (any_of_them[f"test_{kind}"][:OVERVIEW] for kind in ("noisy", "clean"))
    name = f"PCA, {len(pca.components)} components"
    rows = [
        overview.Row("noisy input", noisy, MUTED, metrics["data"]["noisy_psnr_db"]),
        overview.Row(name, _restored(pca, noisy), MUTED, metrics["pca"]["test"]["psnr_db"]),
    ]
    for model, card in models.items():
        restored, psnr = pictures[model]["test_reconstruction"][:OVERVIEW], metrics[model]["test"]["psnr_db"]
        rows.append(overview.Row(card.name, restored, card.colour, psnr))
    rows.append(overview.Row("clean target", clean, INK))
    return overview.draw(rows, f"Noise in, {named.noun}s out")


def _restored(
    pca: Pca, noisy: UInt8[np.ndarray, "n height width *rgb"]
) -> UInt8[np.ndarray, "n height width *rgb"]:
    return (255 * pca.reconstruct(noisy).clip(0, 1)).round().astype(np.uint8)


if __name__ == "__main__":
    run(main)
