"""Figures of confusions, from its tables and arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import curves
from stages.figures.classes import are_short
from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import BODY, SMALL, page, write
from stages.figures.palette import INK, MUTED
from stages.studies.colours import MODEL_COLOURS
from stages.studies.confusions import matrices

NAMES = {"clean": "clean", "noisy": "noisy", "ae": "autoencoder", "vae": "VAE", "wta": "winner-take-all"}
COLOURS = {"clean": INK, "noisy": MUTED} | MODEL_COLOURS
SHADES = ("#8fbbe3", "#3f86c9", "#0b4584", "#04203f")  # of networks with more and more filters
SCALE, TOP = 3, 58  # page pixels: an image's pixel, and above the images
GAPS = (19, 1)  # image pixels down, where two lines of text stand, and across

Pictures = Mapping[str, dict[str, np.ndarray]]  # by what they are; `images` and their `names`


def draw(
    pairs: pd.DataFrame, sweep: pd.DataFrame, arrays: dict[str, Any], named: Classes, **_: Any
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {
        "matrices": confusion_matrices(pairs, named),
        "examples": examples(arrays["examples"], named),
        "sweep": filters_and_kernels(sweep),
    }


def confusion_matrices(pairs: pd.DataFrame, named: Classes) -> Figure:
    """What share of each class is named as which: the noisy image, and what every model makes of it."""
    found = {NAMES[name]: matrix(one) for name, one in pairs.groupby("model", sort=False)}
    colours = {NAMES[name]: colour for name, colour in COLOURS.items()}
    title = f"What each {named.noun} comes back as, in percent"
    return matrices.draw(found, named.of(np.arange(10)), colours, title)


def matrix(pairs: pd.DataFrame) -> Float[np.ndarray, "10 10"]:
    """Percent of each class by what it is named, mean over the seeds."""
    found = np.zeros((10, 10))
    for (label, name), share in pairs.groupby(["label", "named"]).share.mean().items():
        found[label, name] = 100 * share
    return found + np.diag(100 - found.sum(axis=1))


def examples(pairs: Mapping[str, Pictures], named: Classes) -> Figure:
    """Images of some pairs of classes, side by side: clean, noisy, and as every model restores them."""
    size = SMALL if are_short(named.names) else 0.7 * SMALL
    height = TOP + grid_height(len(NAMES), 28, SCALE, GAPS[0]) + 30
    figure = page(height, f"{named.many.capitalize()} that come back as others")
    for place, (pair, found) in enumerate(pairs.items()):
        images = np.stack([found[name]["images"] for name in NAMES])
        width = grid_height(images.shape[1], 28, SCALE, GAPS[1])
        left = place * (BODY - width) / max(len(pairs) - 1, 1)
        grid = draw_grid(figure, images, left, TOP, SCALE, GAPS)
        label, _ = labels = [int(end) for end in pair.split("-")]
        write(figure, left, 12, " → ".join(named.of(labels)), weight="bold")
        for row, name in enumerate(NAMES):
            if not place:
                grid.above(row, 0, NAMES[name], color=COLOURS[name], weight="bold")
            for column, seen in enumerate(found[name]["names"]):
                right = {"color": MUTED} if seen == label else {"color": COLOURS[name], "weight": "bold"}
                grid.below(row, column, named.of([int(seen)])[0], size=size, **right)
    return figure


def filters_and_kernels(sweep: pd.DataFrame) -> Figure:
    """PSNR and confusions against the kernels' side, a line a number of filters."""
    panels = {
        "PSNR, dB": lines(sweep, "psnr_db"),
        "confused, percent": lines(sweep.assign(percent=100 * sweep.confused), "percent"),
    }
    sides = [f"{kernel} × {kernel}" for kernel in sorted(sweep.kernel.unique())]
    return curves.draw(panels, sides, "kernels", "Filters and kernels of the autoencoder")


def lines(sweep: pd.DataFrame, measure: str) -> list[curves.Line]:
    """A line for each pair of numbers of filters."""
    networks = list(sweep.groupby(["first", "second"]))
    return [
        curves.Line(
            f"{first} and {second} filters",
            one.pivot(index="seed", columns="kernel", values=measure).to_numpy(),
            SHADES[index % len(SHADES)],
        )
        for index, ((first, second), one) in enumerate(networks)
    ]
