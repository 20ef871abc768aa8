"""explore: trained models, test images and their codes as one page to play with.

data/noisy, data/models, data/embeddings, data/tsne, reports/figures → reports/explorer.html, which needs no
network: the models run in the page itself. Their weights go with it, rounded (pages/explorer/packing.py).
"""

from importlib import metadata
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8
from pydantic import create_model

from stages.analyses import code_space
from stages.analyses.explore_settings import ExploreSettings
from stages.analyses.layers import UnknownLayerError, layers_of
from stages.analyses.settings import EmbedSettings, TsneSettings
from stages.cards.card import Card, cards, keys
from stages.common.artifacts import load_json, load_table, load_typed, written_whole
from stages.common.classes import Classes
from stages.common.errors import StudyError, run
from stages.common.settings import Arithmetic, Latent, Seed, StageSettings
from stages.figures.palette import class_colours
from stages.images.datasets import NoisyImages
from stages.pages.explorer import page
from stages.pages.explorer.packing import bits_for, half, rounded_layer
from stages.pages.picture import Picture
from stages.training.checkpoints import load_model

FIGURES = Path("reports/figures")
CODES = {"codes": Float32[np.ndarray, "n size"], "labels": UInt8[np.ndarray, "n"]}
PROGRESS = {
    "noisy": UInt8[np.ndarray, "images height width *rgb"],
    "clean": UInt8[np.ndarray, "images height width *rgb"],
    "reconstructions": UInt8[np.ndarray, "epochs images height width *rgb"],
}
LIBRARIES = (
    "torch",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "pillow",
)  # by which the page's numbers came out

NEIGHBOURS = 5  # of each code
KERNEL_PCA_POINTS = 1000  # at most
LARGEST_CODE = 256  # numbers; of larger codes neither those of the test images nor a covariance is carried

Content = dict[str, Any]


class OfAllModels(StageSettings):
    """What this stage reads of params.yaml, the models' own sections apart."""

    arithmetic: Arithmetic
    seed: Seed
    latent: Latent
    data: dict[str, Any]
    noise: dict[str, Any]
    embed: EmbedSettings
    tsne: TsneSettings
    explore: ExploreSettings


# As plain mappings, which is how the page shows them.
Settings = create_model("Settings", __base__=OfAllModels, **dict.fromkeys(keys(), (dict[str, Any], ...)))


def main() -> None:
    """Load, arrange, pack, save."""
    settings, models, named = Settings.read().model_dump(), cards(), Classes.load()
    test = NoisyImages.load("data/noisy/test.npz")
    maps = {key: points_of(f"data/tsne/{key}/tsne.csv", "x", "y") for key in models}
    count = min(settings["explore"]["images"], len(test), *(len(points) for points in maps.values()))

    content = {
        "classes": classes(test.labels, named),
        "manyClasses": named.are_many,
        "noun": named.noun,
        "image": test.shape._asdict(),
        "labels": test.labels[:count],
        "pixels": test.clean[:count],
        "noise": {key: settings["noise"][key] for key in ("kind", "amount")},
        "models": [model_content(card, maps[key][:count]) for key, card in models.items()],
        "settings": settings,
        "metrics": metrics(models),
        "versions": {name: metadata.version(name).partition("+")[0] for name in LIBRARIES},
    }
    text = page.render(content, models, lambda name: Picture.read(FIGURES / name))
    with written_whole("reports/explorer.html") as temporary:
        temporary.write_text(text, encoding="utf-8")


def classes(labels: UInt8[np.ndarray, "n"], named: Classes) -> list[Content]:
    """The classes that occur, each with its name and colour; without classes the only one has no name."""
    colours = class_colours(int(labels.max()) + 1)
    return [
        {"label": label, "name": named.of([label])[0] if named.are_given else "", "colour": colours[label]}
        for label in np.unique(labels).tolist()
    ]


def metrics(models: dict[str, Card]) -> Content:
    """What earlier stages measured, nested as in reports/metrics.json."""
    measured = load_json("data/noisy/metrics.json")
    for key in models:
        of_stages = (load_json(f"data/{stage}/{key}/metrics.json") for stage in ("embeddings", "tsne"))
        measured[key] = {name: group for found in of_stages for name, group in found.items()}
    return measured


def model_content(card: Card, tsne: Float32[np.ndarray, "n 2"]) -> Content:
    """A model as the page knows it: its card, its layers, n test codes and their map, and how it learned."""
    count = len(tsne)
    train, test = (
        load_typed(f"data/embeddings/{card.key}/{part}.npz", **CODES) for part in ("train", "test")
    )
    kernel_pca = points_of(f"data/tsne/{card.key}/kernel_pca.csv", "x", "y", "z", "label")[:KERNEL_PCA_POINTS]
    progress = load_typed(f"data/models/{card.key}/progress.npz", **PROGRESS)
    return {
        "key": card.key,
        "name": card.name,
        "short": card.short,
        "colour": card.colour,
        "kind": card.code,
        **layers_content(card.key, test["codes"].shape[1]),
        **codes_content(card, train["codes"], test["codes"][:count]),
        "neighbours": code_space.nearest(test["codes"][:count], NEIGHBOURS),
        "tsne": half(tsne),
        "kernelPca": {"points": half(kernel_pca[:, :3]), "labels": kernel_pca[:, 3].astype(np.uint8)},
        "history": load_table(f"data/models/{card.key}/history.csv").to_dict("list"),
        "progress": {name: in_sixteen_greys(pictures) for name, pictures in progress.items()},
    }


def layers_content(key: str, features: int) -> Content:
    """The model's layers with rounded weights, or a sentence that says why the page cannot run it."""
    try:
        layers = layers_of(load_model(f"data/models/{key}"))
    except UnknownLayerError as error:
        reason = f"This page cannot run the model: {error}."
        return {"layers": None, "unavailable": reason, "latent": features, "units": features}
    shape = {"codeShape": layers.code_shape, "latent": prod(layers.code_shape), "units": layers.code_shape[0]}
    bits = bits_for(layers.numbers)
    if bits is None:
        reason = f"The model has {layers.numbers:,} weights, which would make this page too large."
        return shape | {"layers": None, "unavailable": reason}
    coders = {"encoder": layers.encoder, "decoder": layers.decoder}
    rounded = {name: [rounded_layer(layer, bits) for layer in steps] for name, steps in coders.items()}
    return shape | {"layers": rounded, "unavailable": None}


def codes_content(
    card: Card, train: Float32[np.ndarray, "n size"], test: Float32[np.ndarray, "m size"]
) -> Content:
    """Codes of the test images and the space that training codes fill, or why they are not carried."""
    reason = None
    if card.code == "sparse":
        reason = "Sparse codes are made on the spot."
    elif train.shape[1] > LARGEST_CODE:
        reason = f"Codes of more than {LARGEST_CODE} numbers would make this page too large."
    if reason:
        return {"codes": None, "gaussian": None, "coordinates": None, "codesUnavailable": reason}
    return {
        "codes": half(test),
        "gaussian": {name: half(array) for name, array in code_space.fitted(train).items()},
        "coordinates": [
            span | {"meaning": meaning}
            for span, meaning in zip(
                code_space.coordinates(train), meanings(card, train.shape[1]), strict=True
            )
        ],
        "codesUnavailable": None,
    }


def in_sixteen_greys(pictures: UInt8[np.ndarray, "*shape"]) -> UInt8[np.ndarray, "*shape"]:
    """The same to the eye, in half the bytes once compressed."""
    return (17 * np.rint(pictures / 17)).astype(np.uint8)


def meanings(card: Card, size: int) -> list[str | None]:
    """What each coordinate of the code was found to mean, where embed has looked for it."""
    path = Path(f"data/embeddings/{card.key}/coordinates.csv")
    found: list[str | None] = [None] * size
    if path.exists():
        for row in load_table(path).itertuples():
            if row.named:
                in_classes = "classes" in row._fields
                agreeing = f", in {row.classes_agreeing} of {row.classes} classes" if in_classes else ""
                found[row.coordinate] = f"{row.measure} (r² = {row.share:.2f}{agreeing})"
    return found


def points_of(path: str, *columns: str) -> Float32[np.ndarray, "n columns"]:
    """The `columns` of a table of points.

    Raises:
        StudyError: the table is missing or damaged, or has no such columns.
    """
    table = load_table(path)
    if not set(columns) <= set(table.columns):
        raise StudyError(
            f"{path} has no columns {', '.join(columns)}; delete it, and `dvc repro` makes it again"
        )
    return table[list(columns)].to_numpy(np.float32)


if __name__ == "__main__":
    run(main)
