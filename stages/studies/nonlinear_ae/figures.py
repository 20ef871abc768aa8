"""Figures of nonlinear-ae, from its tables and arrays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, gallery, overview
from stages.figures.palette import INK, class_colours
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

NAMES = {"relu": "ReLU code, cross-entropy", "linear_code": "linear code", "squared": "squared error"}
COLOURS = dict(zip(NAMES, (MODEL_COLOURS["ae"], class_colours(10)[3], class_colours(10)[9]), strict=True))
MEASURES = {"cross_entropy": "cross-entropy", "mse": "squared error"}
SUBJECT = Subject("ReLU code, sigmoid output", MODEL_COLOURS["ae"])


def draw(
    runs: pd.DataFrame, linear: pd.DataFrame, arrays: dict[str, Any], settings: dict[str, Any], **_: Any
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    k = settings["compared"]
    beside = side_by_side(arrays["linear"], arrays["gallery"][str(k)], k)
    figures = {"error": errors(runs, linear), "side_by_side": beside}
    return figures | gallery.all_of(arrays["gallery"], SUBJECT)


def errors(runs: pd.DataFrame, linear: pd.DataFrame) -> Figure:
    """Both errors on test images against k, in units of PCA's."""
    best = linear.set_index("k")

    def lines(measure: str) -> list[curves.Line]:
        column = f"test_{measure}"
        ratios = {
            name: (of.pivot(index="seed", columns="k", values=column) / best[column]).to_numpy()
            for name, of in runs.groupby("network")
        }
        ours = [curves.Line(words, ratios[name], COLOURS[name]) for name, words in NAMES.items()]
        return [*ours, curves.Line("linear (PCA)", np.ones((1, len(best))), INK, dashed=True)]

    panels = {words: lines(measure) for measure, words in MEASURES.items()}
    title = "Error of one hidden layer, the linear one's = 1"
    return curves.draw(panels, best.index.tolist(), "code size k", title, SUBJECT.colour, log_x=True)


def side_by_side(linear: np.ndarray, ours: Mapping[str, np.ndarray], k: int) -> Figure:
    """Ten validation images, PCA's reconstructions and the network's."""
    clean, restored = ours["test_clean"], ours["test_reconstruction"]
    rows = [
        overview.Row("validation images", clean),
        overview.Row("linear (PCA)", linear, INK, psnr_of_all(linear, clean)),
        overview.Row(SUBJECT.name, restored, SUBJECT.colour, psnr_of_all(restored, clean)),
    ]
    return overview.draw(rows, f"The same images through {k} numbers")
