"""Figures of wta-sparsity, from its tables and arrays."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import curves, filters
from stages.figures.palette import CLASS_COLOURS, INK, MUTED
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

COLOUR = MODEL_COLOURS["wta"]
SUBJECT = Subject("Winner-take-all autoencoder", COLOUR, "sparse")
KINDS = {"digit": 4, "part": 9, "stroke": 1, "noise": 8}  # and the class whose colour they have
EVERY = "FC-WTA, every seed"

References = dict[str, float]
Filters = dict[str, dict[str, dict[str, np.ndarray]]]  # of each architecture, rate and layer


def draw(
    runs: pd.DataFrame,
    kinds: pd.DataFrame,
    untrained: References,
    digits: References,
    arrays: Filters,
    named: Classes,
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    dense = runs[runs.architecture == "fc"]
    decoders = {f"lifetime {percent(rate)}": one["decoder"] for rate, one in arrays["fc"].items()}
    conv = {"sparsity off": arrays["free"]["1"]} | {
        "spatial" if float(rate) == 1 else f"spatial, lifetime {percent(rate)}": one
        for rate, one in arrays["conv"].items()
    }
    pairs = {f"{name}, {layer}": one[layer] for name, one in conv.items() for layer in ("encoder", "decoder")}
    return {
        "fc_filters": filters.draw_groups(decoders, "FC-WTA: filters of the decoder", SUBJECT),
        "marks": draw_marks(dense, untrained, digits, named),
        "kinds": draw_kinds(kinds[kinds.architecture == "fc"], named),
        "measures": draw_measures(dense),
        "conv_filters": filters.draw_groups(pairs, "CONV-WTA: filters", SUBJECT),
    }


def percent(rate: str | float) -> str:
    """`0.05` → `5 %`."""
    return f"{100 * float(rate):g} %"


def by_rate(table: pd.DataFrame, measure: str) -> np.ndarray:
    """(seeds, rates)."""
    return table.pivot(index="seed", columns="rate", values=measure).to_numpy()


def draw_marks(dense: pd.DataFrame, untrained: References, digits: References, named: Classes) -> Figure:
    """Likeness and smoothness against the rate, between what real images and what noise have."""
    rates = 100 * dense.rate.unique()

    def lines(measure: str) -> list[curves.Line]:
        return [
            curves.Line(EVERY, by_rate(dense, measure), COLOUR),
            curves.Line(f"unseen {named.many}", np.full((1, len(rates)), digits[measure]), INK, dashed=True),
            curves.Line(
                "untrained filters", np.full((1, len(rates)), untrained[measure]), MUTED, dashed=True
            ),
        ]

    panels = {name: lines(name) for name in ("likeness", "smoothness")}
    title = f"How like {named.many} filters are, and how smooth"
    return curves.draw(panels, rates, "lifetime rate, %", title, COLOUR, log_x=True)


def draw_kinds(kinds: pd.DataFrame, named: Classes) -> Figure:
    """Share of each kind against the rate."""
    names = (f"whole {named.many}", f"parts of {named.many}", "strokes", "noise")
    lines = [
        curves.Line(name, 100 * by_rate(kinds[kinds.kind == kind], "share"), CLASS_COLOURS[colour])
        for name, (kind, colour) in zip(names, KINDS.items(), strict=True)
    ]
    panels = {"share of filters, %": lines}
    return curves.draw(
        panels, 100 * kinds.rate.unique(), "lifetime rate, %", "Kinds of filters", COLOUR, log_x=True
    )


def draw_measures(dense: pd.DataFrame) -> Figure:
    """Reconstruction and probe against the rate."""
    panels = {
        "test MSE × 1000": [curves.Line(EVERY, 1000 * by_rate(dense, "test_mse"), COLOUR)],
        "probe error, %": [curves.Line(EVERY, 100 * by_rate(dense, "probe_error"), COLOUR)],
    }
    rates = 100 * dense.rate.unique()
    return curves.draw(panels, rates, "lifetime rate, %", "What a rate costs", COLOUR, log_x=True)
