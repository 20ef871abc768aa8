"""Figures of conv-filters, from its arrays."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import filters, overview
from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import page, write
from stages.figures.palette import MUTED
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

COLOUR = MODEL_COLOURS["ae"]
SUBJECT = Subject("Convolutional autoencoders", COLOUR)
NAMES = {
    "strided": "strided",
    "pool": "max-pool",
    "stride-free": "stride-free",
    "noisy-input": "stride-free, noisy input",
}
ZOOM, GAP, TOP, BESIDE = (
    11,
    12,
    40,
    280,
)  # page pixels: a pixel of a response, between, above and left of them

Arrays = dict[str, dict[str, np.ndarray]]


def draw(arrays: Arrays, named: Classes, **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {
        "filters": first_and_last_layers(arrays),
        "feature_maps": feature_maps(arrays),
        "lit_pixel": responses(arrays),
        "shuffled": outputs(arrays, named),
    }


def first_and_last_layers(arrays: Arrays) -> Figure:
    """Filters of every network."""
    groups = {
        f"{NAMES[name]}, {layer}": one[part]
        for name, one in arrays.items()
        for part, layer in (("encoder", "first layer"), ("decoder", "last layer"))
    }
    return filters.draw_groups(groups, "Filters of four convolutional autoencoders", SUBJECT)


def feature_maps(arrays: Arrays) -> Figure:
    """Maps of one image in every network."""
    layers = {
        f"{NAMES[name]}, {layer}": one[part]
        for name, one in arrays.items()
        for part, layer in (("first_maps", "first layer"), ("code", "code"))
    }
    return filters.feature_maps(arrays["strided"]["image"], layers, SUBJECT)


def responses(arrays: Arrays) -> Figure:
    """Mean response around a lit pixel: a row a network, a column a seed, all in units of that pixel."""
    stacked = np.stack([one["response"] for one in arrays.values()])  # (networks, seeds, side, side)
    large = stacked.repeat(ZOOM, axis=2).repeat(ZOOM, axis=3)
    framed = np.pad(large, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=np.nan)
    height = grid_height(len(framed), framed.shape[-1], 1, GAP)
    figure = page(TOP + height + 10, "What a single lit pixel becomes", COLOUR)
    colours = {"cmap": filters.SIGNED_MAP, "vmin": -1, "vmax": 1}
    grid = draw_grid(figure, framed, BESIDE, TOP, 1, (GAP, GAP), **colours)
    write(figure, BESIDE, 12, "one scale: red 1, the brightness of the lit pixel; blue −1", color=MUTED)
    for row, name in enumerate(arrays):
        grid.beside(row, NAMES[name], color=COLOUR, weight="bold")
    return figure


def outputs(arrays: Arrays, named: Classes) -> Figure:
    """Images, the same shuffled, and noise, and what every network makes of them."""
    rows = [overview.Row("input", arrays["strided"]["inputs"])]
    rows += [overview.Row(NAMES[name], one["outputs"], COLOUR) for name, one in arrays.items()]
    return overview.draw(rows, f"{named.many.capitalize()}, and what is none")
