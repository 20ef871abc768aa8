"""Figures of coding-space, from its tables and arrays."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import animation, curves, densities, maps, samples, shares
from stages.figures.classes import write_key
from stages.figures.page import BODY, TEXT, page, place
from stages.figures.palette import MUTED, class_colours
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

SUBJECTS = {
    "dense": Subject("Dense autoencoder", MODEL_COLOURS["ae"]),
    "conv": Subject("Convolutional autoencoder", "#0a7d5a"),
}
CODES = {"by_eye": "normal, fitted by eye", "normal": "N(0, 1)", "real": "codes of test images"}
RECIPES = {
    "sgd": ("dense, SGD", MUTED),
    "dense": ("dense, Adam", MODEL_COLOURS["ae"]),
    "conv": ("convolutional, Adam", "#0a7d5a"),
}
MEASURES = {
    "separation": "separation",
    "rejected_paths": "rejected paths",
    "territory": "territory",
}
MOST_FRAMES = 14  # of the animation
KEY = 50  # pixels: of the names of classes that are no digits
TOP, HEIGHT, LEFT, RIGHT, BELOW = 42, 330, 66, 14, 62  # pixels of a panel, and of the room around it


def draw(arrays: dict[str, Any], named: Classes, **tables: Any) -> dict[str, Figure | Iterator[Figure]]:
    """Every figure by the name of its file."""
    spaces = arrays["spaces"]
    figures = {
        "progress": progress(**arrays["progress"]),
        "errors": errors(tables["epochs"]),
        "histograms": histograms(spaces),
        "explanations": explanations(tables["digits"], named),
        "shares": shares_of_classes(tables["shares"], named),
    }
    for kind, unnamed in SUBJECTS.items():
        subject = replace(unnamed, classes=named)
        points, labels = spaces[kind]["map"], arrays["labels"]
        figures[f"kernel_pca_{kind}"] = maps.kernel_pca(points, labels, subject)
        figures[f"kernel_pca_3d_{kind}"] = maps.kernel_pca_3d(points, labels, subject)
        pictures = in_words(spaces[kind]["pictures"])
        title = f"{subject.name}: codes, decoded"
        figures[f"samples_{kind}"] = samples.draw_sets(pictures, title, subject.colour)
    return figures


def progress(
    clean: UInt8[np.ndarray, "n 28 28"], **epochs: UInt8[np.ndarray, "epochs n 28 28"]
) -> Iterator[Figure]:
    """The animation: targets, and what both autoencoders make of them after each epoch."""
    panels = [animation.Panel("validation images", clean[None, None])]
    for kind, images in epochs.items():
        notes = [f"{psnr_of_all(restored, clean):.1f} dB" for restored in images]
        subject = SUBJECTS[kind]
        panels.append(animation.Panel(subject.name, images[:, None], subject.colour, notes))
    return animation.frames(panels, "Reconstructions while they learn", MOST_FRAMES)


def errors(epochs: pd.DataFrame) -> Figure:
    """Validation error over the epochs, a line a recipe."""
    by_seed = epochs.pivot(index=["recipe", "seed"], columns="epoch", values="mse")
    lines = [
        curves.Line(
            name,
            by_seed.loc[recipe].to_numpy(),
            colour,
        )
        for recipe, (name, colour) in RECIPES.items()
    ]
    panels = {"squared error per pixel, validation images": lines}
    return curves.draw(panels, epochs.epoch.unique(), "epoch", "Who converges faster?", logarithmic=True)


def histograms(spaces: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Histograms of the most varied coordinates of each model, beside random codes."""
    rows = {
        subject.name: densities.Row(
            spaces[kind]["known"],
            spaces[kind]["coordinates"],
            in_words(spaces[kind]["drawn"]),
            subject.colour,
        )
        for kind, subject in SUBJECTS.items()
    }
    return densities.draw(rows, "Codes of images, and random codes", reach=2.0)


def explanations(classes: pd.DataFrame, named: Classes) -> Figure:
    """Share of a class against three measures of it, means over a model's runs: digits, or a dot a class."""
    top = TOP if named.are_digits else TOP + KEY
    figure = page(top + HEIGHT + BELOW, "Which classes are rare?")
    if not named.are_digits:
        write_key(figure, classes.digit.unique(), named)
    means = classes.groupby(["model", "digit"], as_index=False).mean(numeric_only=True)
    width = BODY / len(MEASURES)
    for index, (measure, name) in enumerate(MEASURES.items()):
        axes = place(figure, index * width + LEFT, top, width - LEFT - RIGHT, HEIGHT)
        axes.set_title("share of the pictures that pass" if not index else "", loc="left", size=TEXT)
        axes.set_xlabel(name)
        axes.margins(0.09)
        for row in means.itertuples():
            draw_class(axes, getattr(row, measure), row, named)
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        if measure != "separation":
            axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    return figure


def draw_class(axes: Axes, x: float, row: Any, named: Classes) -> None:
    """A digit as itself, upright and bold or in italics; of another class a dot, filled or hollow."""
    colour, dense = class_colours(10)[row.digit], row.model == "dense"
    face = colour if dense else "none"
    size = 0 if named.are_digits else 8
    axes.plot(x, row.share, "o", color=colour, markerfacecolor=face, markersize=size)
    if named.are_digits:
        style = {"weight": "bold"} if dense else {"style": "italic"}
        axes.text(x, row.share, str(row.digit), ha="center", va="center", size=TEXT, color=colour, **style)


def shares_of_classes(table: pd.DataFrame, named: Classes) -> Figure:
    """Share of each class among the pictures that pass, by model and kind of code."""
    rows = {
        subject.name: {
            CODES[codes]: one.pivot(index="seed", columns="digit", values="share").to_numpy(float)
            for codes, one in table[table.model == kind].groupby("codes", sort=False)
        }
        for kind, subject in SUBJECTS.items()
    }
    colours = {subject.name: subject.colour for subject in SUBJECTS.values()}
    return shares.draw(rows, "Which classes codes decode to", colours, named)


def in_words(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same under the names that figures show."""
    return {CODES[codes]: one for codes, one in arrays.items()}
