"""Figures of output-activation, from its tables and arrays."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from stages.common.metrics import psnr_db
from stages.figures import curves, overview
from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import BODY, page, write
from stages.figures.palette import HAIRLINE, PAPER, class_colours

NAMES = {"sigmoid": "sigmoid", "relu": "ReLU", "linear": "linear"}
COLOURS = dict(zip(NAMES, (class_colours(10)[index] for index in (9, 8, 2)), strict=True))
STATES = {"not black": HAIRLINE, "black, not dead": "#7fb2dd", "dead": "#67001f"}  # of pixels with ink
TOP, GAP = 74, 10  # page pixels above the maps; image pixels between their rows
MOST = 10  # seeds that fit


def draw(runs: pd.DataFrame, arrays: dict[str, Any], **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {
        "reconstructions": reconstructions(runs, arrays),
        "values": values(arrays),
        "dead_pixels": dead_pixels(arrays),
    }


def reconstructions(runs: pd.DataFrame, arrays: dict[str, Any]) -> Figure:
    """Test images and three reconstructions of each, by the first seed."""
    first = runs.groupby("output").mse_clipped.first()
    rows = [overview.Row("test images", arrays["clean"])]
    for output, name in NAMES.items():
        images, decibels = arrays[output]["images"], float(psnr_db(first[output]))
        rows.append(overview.Row(name, images, COLOURS[output], decibels))
    return overview.draw(rows, "Three output activations, squared error")


def values(arrays: dict[str, Any]) -> Figure:
    """Share of output values in equal steps; empty bins leave a gap."""
    edges = arrays["edges"]
    lines = []
    for output, name in NAMES.items():
        shares = arrays[output]["histogram"]
        lines.append(curves.Line(name, np.where(shares > 0, shares, np.nan), COLOURS[output]))
    title = f"Values of outputs before clipping: share in steps of {edges[1] - edges[0]:.2f}"
    middles = list((edges[1:] + edges[:-1]) / 2)
    return curves.draw(
        {"all pixels of all test images": lines}, middles, "output value", title, logarithmic=True
    )


def dead_pixels(arrays: dict[str, Any]) -> Figure:
    """What becomes of every pixel: a row an output, a column a seed."""
    states = np.stack([arrays[output]["pixels"][:MOST] for output in NAMES])  # (outputs, seeds, 28, 28)
    scale = BODY // (30 * max(5, states.shape[1]))
    figure = page(
        TOP + grid_height(len(NAMES), 28, scale, GAP) + 10, "What becomes of pixels, by output and seed"
    )
    colours = ListedColormap([PAPER, *STATES.values()])
    grid = draw_grid(figure, states, 0, TOP, scale, (GAP, 2), cmap=colours, vmin=0, vmax=3)
    for row, name in enumerate(NAMES.values()):
        grid.above(row, 0, name, weight="bold")
    left = 0
    for name, colour in STATES.items():
        write(figure, left, 10, "■", color=colour)
        write(figure, left + 20, 10, name)
        left += 60 + 10 * len(name)
    return figure
