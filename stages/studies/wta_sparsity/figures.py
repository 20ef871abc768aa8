"""Figures of wta-sparsity, from its tables and arrays."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, filters
from stages.figures.palette import CLASS_COLOURS, INK, MUTED
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

COLOUR = MODEL_COLOURS["wta"]
SUBJECT = Subject("Winner-take-all autoencoder", COLOUR, "sparse")
KINDS = {  # name and colour
    "digit": ("whole digits", CLASS_COLOURS[4]),
    "part": ("parts of digits", CLASS_COLOURS[9]),
    "stroke": ("strokes", CLASS_COLOURS[1]),
    "noise": ("noise", CLASS_COLOURS[8]),
}
EVERY = "FC-WTA, every seed"

References = dict[str, float]
Filters = dict[str, dict[str, dict[str, np.ndarray]]]  # of each architecture, rate and layer


def draw(
    runs: pd.DataFrame,
    kinds: pd.DataFrame,
    untrained: References,
    digits: References,
    arrays: Filters,
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
        "marks": draw_marks(dense, untrained, digits),
        "kinds": draw_kinds(kinds[kinds.architecture == "fc"]),
        "measures": draw_measures(dense),
        "conv_filters": filters.draw_groups(pairs, "CONV-WTA: filters", SUBJECT),
    }


def percent(rate: str | float) -> str:
    """`0.05` → `5 %`."""
    return f"{100 * float(rate):g} %"


def by_rate(table: pd.DataFrame, measure: str) -> np.ndarray:
    """(seeds, rates)."""
    return table.pivot(index="seed", columns="rate", values=measure).to_numpy()


def draw_marks(dense: pd.DataFrame, untrained: References, digits: References) -> Figure:
    """Likeness and smoothness against the rate, between what digits and what noise have."""
    rates = 100 * dense.rate.unique()

    def lines(measure: str) -> list[curves.Line]:
        return [
            curves.Line(EVERY, by_rate(dense, measure), COLOUR),
            curves.Line("unseen digits", np.full((1, len(rates)), digits[measure]), INK, dashed=True),
            curves.Line(
                "untrained filters", np.full((1, len(rates)), untrained[measure]), MUTED, dashed=True
            ),
        ]

    panels = {name: lines(name) for name in ("likeness", "smoothness")}
    title = "How like digits filters are, and how smooth"
    return curves.draw(panels, rates, "lifetime rate, %", title, COLOUR, log_x=True)


def draw_kinds(kinds: pd.DataFrame) -> Figure:
    """Share of each kind against the rate."""
    lines = [
        curves.Line(name, 100 * by_rate(kinds[kinds.kind == kind], "share"), colour)
        for kind, (name, colour) in KINDS.items()
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
