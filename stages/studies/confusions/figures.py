"""Figures of confusions, from its tables and arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.figure import Figure

from stages.figures import curves
from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import BODY, page, write
from stages.figures.palette import INK, MUTED
from stages.studies.colours import MODEL_COLOURS
from stages.studies.confusions import matrices

NAMES = {"clean": "clean", "noisy": "noisy", "ae": "autoencoder", "vae": "VAE", "wta": "winner-take-all"}
COLOURS = {"clean": INK, "noisy": MUTED} | MODEL_COLOURS
SHADES = ("#8fbbe3", "#3f86c9", "#0b4584")  # of networks with more and more filters
SCALE, TOP = 3, 58  # page pixels: an image's pixel, and above the images
GAPS = (17, 1)  # image pixels down, where two lines of text stand, and across

Matrix = Float[np.ndarray, "10 10"]


def draw(pairs: pd.DataFrame, sweep: pd.DataFrame, arrays: dict[str, Any], **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {
        "matrices": confusion_matrices(pairs),
        "examples": examples(arrays["examples"]),
        "sweep": filters_and_kernels(sweep),
    }


def confusion_matrices(pairs: pd.DataFrame) -> Figure:
    """What share of each digit is named as which: the noisy image itself, and what every model makes of it."""
    found = {NAMES[name]: matrix(one) for name, one in pairs.groupby("model", sort=False)}
    colours = {NAMES[name]: colour for name, colour in COLOURS.items()}
    return matrices.draw(found, colours, "Of a hundred of each digit (row), how many come back as which")


def matrix(pairs: pd.DataFrame) -> Matrix:
    """Percent of each digit by what it is named, mean over the seeds."""
    found = np.zeros((10, 10))
    for (digit, named), share in pairs.groupby(["digit", "named"]).share.mean().items():
        found[digit, named] = 100 * share
    return found + np.diag(100 - found.sum(axis=1))


def examples(pairs: Mapping[str, Mapping[str, dict[str, np.ndarray]]]) -> Figure:
    """Images of some pairs of digits, and what every model makes of them; below each, what it is named."""
    rows = len(NAMES)
    figure = page(TOP + grid_height(rows, 28, SCALE, GAPS[0]) + 30, "Digits that come back as others")
    for place, (pair, found) in enumerate(pairs.items()):
        images = np.stack([found[name]["images"] for name in NAMES])
        width = (images.shape[1] * (28 + GAPS[1]) - GAPS[1]) * SCALE
        left = place * (BODY - width) / max(len(pairs) - 1, 1)
        grid = draw_grid(figure, images, left, TOP, SCALE, GAPS)
        write(figure, left, 12, pair.replace("-", " → "), weight="bold")
        digit = int(pair.partition("-")[0])
        for row, name in enumerate(NAMES):
            if not place:
                grid.above(row, 0, NAMES[name], color=COLOURS[name], weight="bold")
            for column, named in enumerate(found[name]["names"]):
                style = {"color": MUTED} if named == digit else {"color": COLOURS[name], "weight": "bold"}
                grid.below(row, column, str(named), **style)
    return figure


def filters_and_kernels(sweep: pd.DataFrame) -> Figure:
    """PSNR and confusions against the side of the kernels, a line a number of filters."""
    kernels = sorted(sweep.kernel.unique())
    panels = {
        heading: [
            curves.Line(
                f"{first} and {second} filters",
                scale * one.pivot(index="seed", columns="kernel", values=measure).to_numpy(),
                colour,
            )
            for colour, ((first, second), one) in zip(
                SHADES[-sweep["first"].nunique() :], sweep.groupby(["first", "second"]), strict=False
            )
        ]
        for heading, measure, scale in (
            ("PSNR, dB", "psnr_db", 1),
            ("confused, percent", "confused", 100),
        )
    }
    sides = [f"{kernel} × {kernel}" for kernel in kernels]
    return curves.draw(panels, sides, "kernels", "Filters and kernels of the autoencoder")
