"""plot: draw a model's figures from the arrays that earlier stages made; restyling one runs no model.

data/models/<model>, data/embeddings/<model>, data/tsne/<model>, data/noisy → reports/figures/<model>/*.png
and progress.gif. `python -m stages.plot MODEL`, with MODEL one that has a card in stages/cards.
"""

from functools import partial as later

import numpy as np
from tqdm import tqdm

from stages.cards.card import load
from stages.common.artifacts import load_arrays, load_table
from stages.common.classes import Classes
from stages.common.errors import run
from stages.figures import (
    filters,
    histograms,
    interpolation,
    losses,
    maps,
    progress,
    reconstructions,
    samples,
    touching,
    units,
    walks,
)
from stages.figures.saving import save_gif, save_png
from stages.figures.subject import Subject


def main(*arguments: str) -> None:
    """Read the arrays of a model, draw each figure, save it in reports/figures/<model>."""
    card = load(*arguments)
    named = Classes.load()
    model, who, folder = card.key, Subject.of(card, named), f"reports/figures/{card.key}"

    history = load_table(f"data/models/{model}/history.csv")
    learning = load_arrays(f"data/models/{model}/progress.npz")
    arrays = load_arrays(f"data/embeddings/{model}/pictures.npz")
    meanings = load_table(f"data/embeddings/{model}/coordinates.csv")
    tsne, classes = points_of(f"data/tsne/{model}/tsne.csv")
    kernel_pca, kernel_classes = points_of(f"data/tsne/{model}/kernel_pca.csv")
    near = load_arrays(f"data/tsne/{model}/touching.npz")
    names = named.of(near["classes"])
    images = load_arrays("data/noisy/test.npz")["clean"][: len(tsne)]

    ends = [arrays[f"interpolation{part}"] for part in ("_start", "", "_end")]
    random = [arrays[f"samples_{source}"] for source in ("prior", "fitted")]
    histogram = [arrays[f"histogram_{part}"] for part in ("codes", "coordinates")]
    shares = {"among the codes": near["codes"], "on the map": near["map"]}
    weights = [arrays[f"{part}_filters"] for part in ("encoder", "decoder")]
    figures = {
        "losses": later(losses.draw, losses.terms_of(history), who),
        "reconstructions": later(reconstructions.draw, reconstructions.blocks_of(arrays), who),
        "progress": later(progress.draw, **learning, subject=who),
        "interpolation": later(interpolation.draw, *ends, who),
        "samples": later(samples.draw, *random, who),
        "walk": later(walks.of_pictures, arrays, meanings, who),
        "histograms": later(histograms.draw, *histogram, who),
        "tsne": later(maps.tsne, tsne, classes, who),
        "tsne_images": later(maps.tsne_images, tsne, images, classes, who),
        "kernel_pca": later(maps.kernel_pca, kernel_pca, kernel_classes, who),
        "kernel_pca_3d": later(maps.kernel_pca_3d, kernel_pca, kernel_classes, who),
        "filters": later(filters.draw, *weights, who),
        "feature_maps": later(filters.feature_maps, arrays["maps_image"], filters.layers_of(arrays), who),
    }
    if named.are_given:
        figures["touching"] = later(touching.draw, shares, names, who)
    if "kind" in meanings:
        figures["units"] = later(units.of_pictures, arrays, meanings, who)
    for name, draw in tqdm(figures.items(), desc=f"drawing {model}", unit="figure"):
        save_png(draw(), f"{folder}/{name}.png")
    save_gif(progress.frames(**learning, subject=who), f"{folder}/progress.gif")


def points_of(path: str) -> tuple[np.ndarray, np.ndarray]:
    """Read a table of coordinates and `label`: points (n, dims) and labels (n,)."""
    table = load_table(path)
    return table.drop(columns="label").to_numpy(), table["label"].to_numpy(int)


if __name__ == "__main__":
    run(main)
