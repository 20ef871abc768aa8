"""Figures of judges, from its tables and arrays."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from stages.figures import overview
from stages.figures.palette import INK, MUTED


def draw(verdicts: pd.DataFrame, arrays: dict[str, Any], **_: Any) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    return {"verdicts": pictures(verdicts, arrays["pictures"])}


def pictures(verdicts: pd.DataFrame, shown: dict[str, Any]) -> Figure:
    """Some of each sort, with the share of all that the critic accepts."""
    rows = []
    for row in verdicts.itertuples():
        name = f"{row.pictures}: {100 * row.accepted:.0f} %"
        rows.append(overview.Row(name, shown[row.pictures], INK if row.accepted > 0.5 else MUTED))
    return overview.draw(rows, "What passes for a real image")
