"""Figures of linear-ae-is-pca, from its tables and arrays."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, gallery
from stages.figures.palette import INK
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

SUBJECT = Subject("Linear autoencoder", MODEL_COLOURS["ae"])


def draw(runs: pd.DataFrame, pca: pd.DataFrame, arrays: dict[str, Any], **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {"error": errors(runs, pca)} | gallery.all_of(arrays["gallery"], SUBJECT)


def errors(runs: pd.DataFrame, pca: pd.DataFrame) -> Figure:
    """Training and validation error against k, in units of PCA's."""
    best = pca.set_index("k")

    def lines(part: str) -> list[curves.Line]:
        measured = runs.pivot(index="seed", columns="k", values=f"{part}_mse")
        ratio = (measured / best[f"{part}_mse"]).to_numpy()
        return [
            curves.Line("linear autoencoder, every seed", ratio, SUBJECT.colour),
            curves.Line("PCA", ratio[:1] ** 0, INK, dashed=True),
        ]

    panels = {"training images": lines("train"), "validation images": lines("validation")}
    title = "Squared error of linear autoencoders, PCA's = 1"
    return curves.draw(panels, list(pca.k), "code size k", title, SUBJECT.colour, log_x=True)
