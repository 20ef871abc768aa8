"""Figures of ae-or-vae, from its tables and arrays."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, side_by_side
from stages.figures.palette import INK, MUTED
from stages.studies.ae_or_vae import same_pairs
from stages.studies.colours import MODEL_COLOURS

NAMES = {"ae": "autoencoder", "vae": "VAE", "crossfade": "cross-fade"}
COLOURS = {"ae": MODEL_COLOURS["ae"], "vae": MODEL_COLOURS["vae"], "crossfade": MUTED}


def draw(
    runs: pd.DataFrame,
    line: pd.DataFrame,
    crossfade: pd.DataFrame,
    real: dict[str, float],
    arrays: dict[str, Any],
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {
        "tsne": maps(runs, arrays),
        "interpolation": interpolations(arrays),
        "confidence": confidence(line, crossfade, real["confidence"]),
    }


def maps(runs: pd.DataFrame, arrays: dict[str, Any]) -> Figure:
    """t-SNE of both, side by side; first seed."""
    quality = runs[runs.seed == runs.seed.min()].set_index("model")
    sides = []
    for name, points in arrays["points"].items():
        trust, error = quality.loc[name, ["trustworthiness", "map_nn_error"]]
        note = f"trustworthiness {trust:.3f}, 1-NN error {100 * error:.1f} %"
        sides.append(side_by_side.Side(NAMES[name], note, points, arrays["labels"], COLOURS[name]))
    return side_by_side.draw(sides, f"t-SNE of the codes of {len(arrays['labels'])} test images")


def interpolations(arrays: dict[str, Any]) -> Figure:
    """The first pairs, interpolated in both codes and in pixels; first seed."""
    lines = {NAMES[name]: images for name, images in arrays["lines"].items()}
    colours = [COLOURS[name] for name in arrays["lines"]]
    title = "The same pairs, interpolated in both codes"
    return same_pairs.draw(arrays["starts"], lines, arrays["ends"], colours, title)


def confidence(line: pd.DataFrame, crossfade: pd.DataFrame, real: float) -> Figure:
    """Confidence against the share of the way from one image to the other."""
    measured = [
        curves.Line(
            NAMES[name],
            line[line.model == name].pivot(index="seed", columns="step", values="confidence").to_numpy(),
            COLOURS[name],
        )
        for name in ("ae", "vae")
    ]
    measured += [
        curves.Line(
            NAMES["crossfade"], crossfade.confidence.to_numpy()[None], COLOURS["crossfade"], dashed=True
        ),
        curves.Line("real test images", np.full((1, len(crossfade)), real), INK, dashed=True),
    ]
    places = np.linspace(0, 100, len(crossfade))
    title = "Confidence of a classifier in what lies between two digits"
    return curves.draw({"confidence": measured}, places, "percent of the way", title)
