"""Figures of ae-or-vae, from its tables and arrays."""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, UInt8
from matplotlib.figure import Figure

from stages.figures import curves
from stages.figures.grid import draw_grid, grid_height
from stages.figures.page import page
from stages.figures.palette import INK, MUTED
from stages.studies.ae_or_vae import same_pairs
from stages.studies.colours import MODEL_COLOURS

NAMES = {"ae": "autoencoder", "vae": "VAE", "crossfade": "cross-fade"}
COLOURS = {"ae": MODEL_COLOURS["ae"], "vae": MODEL_COLOURS["vae"], "crossfade": MUTED}
DRAWS = {"standard": "codes from N(0, I)", "fitted": "codes from the Gaussian fitted to its codes"}
PALE = 0.3  # of its ink is left of a picture that the critic rejects
SCALE, TOP, ABOVE, COLUMNS = 3, 34, 24, 10  # page pixels; pictures a row
GAPS = (2, 1)  # image pixels down and across: ten pictures are as wide as the page


def draw(
    line: pd.DataFrame,
    draws: pd.DataFrame,
    real: dict[str, float],
    arrays: dict[str, Any],
    settings: dict[str, Any],
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {
        "samples": samples(draws, arrays["samples"]),
        "interpolation": interpolations(arrays["lines"]),
        "accepted": accepted(line, real["accepted"]),
    }


def paled(images: UInt8[np.ndarray, "*shape h w"], accepted: Bool[np.ndarray, "*shape"]) -> np.ndarray:
    """The images, pale where they are not accepted."""
    ink = np.where(accepted, 1, PALE)[..., None, None]
    return (images * ink).astype(np.uint8)


def samples(draws: pd.DataFrame, found: dict[str, Any]) -> Figure:
    """Random codes of both models, drawn in both ways, decoded; first seed."""
    shares = draws[draws.seed == draws.seed.min()].set_index(["model", "draw"]).accepted
    blocks = [(name, draw) for draw in DRAWS for name in ("ae", "vae")]
    rows = len(next(iter(found["images"].values()))) // COLUMNS
    height = ABOVE + grid_height(rows, 28, SCALE) + 12
    figure = page(TOP + len(blocks) * height, "Random codes, decoded; pale: rejected by the critic")
    for place, (name, draw) in enumerate(blocks):
        key = f"{name}-{draw}"
        pictures = paled(found["images"][key], found["accepted"][key] > 0)
        shown = pictures[: rows * COLUMNS].reshape(rows, COLUMNS, 28, 28)
        grid = draw_grid(figure, shown, 0, TOP + place * height + ABOVE, SCALE, GAPS)
        grid.above(0, 0, f"{NAMES[name]}, {DRAWS[draw]}", color=COLOURS[name], weight="bold")
        grid.at_end(0, f"{100 * shares[name, draw]:.0f} % accepted", color=COLOURS[name], weight="bold")
    return figure


def interpolations(found: dict[str, Any]) -> Figure:
    """The first pairs, interpolated in both codes and in pixels; first seed."""
    lines = {
        name: paled(found["images"][name], found["accepted"][name] > 0) for name in ("ae", "vae", "crossfade")
    }
    ends = [found["images"]["crossfade"][:, place] for place in (0, -1)]
    title = "The same pairs, interpolated; pale: rejected by the critic"
    return same_pairs.draw(
        ends[0], {NAMES[name]: line for name, line in lines.items()}, ends[1], list(COLOURS.values()), title
    )


def accepted(line: pd.DataFrame, real: float) -> Figure:
    """Share that the critic accepts against the share of the way from one image to the other."""
    by_model = {
        name: part.pivot(index="seed", columns="step", values="accepted").to_numpy()
        for name, part in line.groupby("model")
    }
    measured = [
        curves.Line(NAMES[name], by_model[name], COLOURS[name], dashed=name == "crossfade") for name in NAMES
    ]
    steps = line.step.nunique()
    measured.append(curves.Line("real test images", np.full((1, steps), real), INK, dashed=True))
    places = np.linspace(0, 100, steps)
    title = "Share that passes for real, between two images"
    return curves.draw({"accepted by the critic": measured}, places, "percent of the way", title)
