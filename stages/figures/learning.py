"""What the models can do after each epoch, all on one pair of axes: PSNR, and the error of a quick probe.

Where images have no classes, there is no probe, and PSNR has the page for itself.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.figure import Figure

from stages.cards.card import Card
from stages.figures import curves

Measures = Mapping[str, Real[np.ndarray, "epochs"]]

PANELS = {"psnr_db": ("PSNR, dB", 1), "probe_error": ("linear probe error, %", 100)}  # headings and factors


def draw(measures: Mapping[str, Measures], cards: Mapping[str, Card]) -> Figure:
    """Draw `{model: {measure: a value an epoch}}`, whatever number of epochs each model had."""
    epochs = max(len(values["psnr_db"]) for values in measures.values())
    measured = next(iter(measures.values()))
    panels = {
        heading: [
            curves.Line(cards[key].short, _padded(factor * values[name], epochs), cards[key].colour)
            for key, values in measures.items()
        ]
        for name, (heading, factor) in PANELS.items()
        if name in measured
    }
    return curves.draw(panels, np.arange(1, epochs + 1), "epoch", "Validation images, after each epoch")


def _padded(values: Real[np.ndarray, "epochs"], length: int) -> Float[np.ndarray, "1 length"]:
    return np.append(values, np.full(length - len(values), np.nan))[None]
