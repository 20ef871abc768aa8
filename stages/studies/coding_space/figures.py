"""Figures of coding-space, from its tables and arrays."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures import animation, densities, maps, samples, shares
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

SUBJECTS = {
    "dense": Subject("Dense autoencoder", MODEL_COLOURS["ae"]),
    "conv": Subject("Convolutional autoencoder", "#0a7d5a"),
    "vae": Subject("Variational autoencoder", MODEL_COLOURS["vae"], "gaussian"),
}
CODES = {"normal": "N(0, 1)", "squashed": "σ(N(0, 1))", "fitted": "fitted Gaussian"}
MOST_FRAMES = 14  # of the animation


def draw(arrays: dict[str, Any], **tables: Any) -> dict[str, Figure | Iterator[Figure]]:
    """Every figure by the name of its file."""
    spaces = arrays["spaces"]
    figures = {"progress": progress(**arrays["progress"]), "histograms": histograms(spaces)}
    for kind, subject in SUBJECTS.items():
        points, labels = spaces[kind]["map"], arrays["labels"]
        figures[f"kernel_pca_{kind}"] = maps.kernel_pca(points, labels, subject)
        figures[f"kernel_pca_3d_{kind}"] = maps.kernel_pca_3d(points, labels, subject)
        pictures = named(spaces[kind]["pictures"])
        title = f"{subject.name}: random codes, decoded"
        figures[f"samples_{kind}"] = samples.draw_sets(pictures, title, subject.colour)
    return figures | {"shares": shares_of_digits(tables["shares"])}


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


def histograms(spaces: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Histograms of the most varied coordinates of each model, beside random codes."""
    rows = {
        subject.name: densities.Row(
            spaces[kind]["known"], spaces[kind]["coordinates"], named(spaces[kind]["drawn"]), subject.colour
        )
        for kind, subject in SUBJECTS.items()
    }
    return densities.draw(rows, "Codes of images, and random codes")


def shares_of_digits(table: pd.DataFrame) -> Figure:
    """Share of each digit among the pictures, by model and kind of code."""
    rows = {
        subject.name: {
            CODES[codes]: one.pivot(index="seed", columns="digit", values="share").to_numpy()
            for codes, one in table[table.model == kind].groupby("codes", sort=False)
        }
        for kind, subject in SUBJECTS.items()
    }
    colours = {subject.name: subject.colour for subject in SUBJECTS.values()}
    return shares.draw(rows, "Which digits random codes decode to", colours)


def named(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same under the names that figures show."""
    return {CODES[codes]: one for codes, one in arrays.items()}
