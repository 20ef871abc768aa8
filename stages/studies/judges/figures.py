"""Figures of judges, from its tables and arrays."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, overview
from stages.figures.palette import INK, MUTED

PARTS = {"training": ("train", MUTED), "validation": ("validation", INK)}  # columns and colours


def draw(verdicts: pd.DataFrame, epochs: pd.DataFrame, arrays: dict[str, Any], **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {"verdicts": pictures(verdicts, arrays["pictures"]), "epochs": learning_curves(epochs)}


def learning_curves(epochs: pd.DataFrame) -> Figure:
    """Share of images that either judge puts wrong, by epoch."""
    every = epochs.epoch.unique()
    panels = {
        f"{judge}: error, %": [
            curves.Line(f"{name} images", 100 * own[f"{part}_error"].reindex(every).to_numpy()[None], colour)
            for name, (part, colour) in PARTS.items()
        ]
        for judge, own in epochs.set_index("epoch").groupby("judge", sort=False)
    }
    return curves.draw(panels, every, "epoch", "How both judges learn")


def pictures(verdicts: pd.DataFrame, shown: dict[str, Any]) -> Figure:
    """Some of each sort, with the share of all that the critic accepts."""
    rows = []
    for row in verdicts.itertuples():
        name = f"{row.pictures}: {100 * row.accepted:.0f} %"
        rows.append(overview.Row(name, shown[row.pictures], INK if row.accepted > 0.5 else MUTED))
    return overview.draw(rows, "What passes for a real image")
