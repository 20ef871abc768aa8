"""What the units of a sparse code draw: filters of the decoder, sorted by what they look like."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.figure import Figure

from stages.figures import filters
from stages.figures.subject import Subject

Filters = Float[np.ndarray, "n h w *rgb"]


def of_pictures(arrays: Mapping[str, np.ndarray], units: pd.DataFrame, subject: Subject) -> Figure:
    """Draw the filters `units_<kind>` of `pictures.npz`; `units` has the kind of every unit."""
    many = subject.classes.many
    names = {"whole": f"whole {many}", "part": f"parts of {many}", "stroke": "strokes", "noise": "noise"}
    groups = {name: arrays[f"units_{kind}"] for kind, name in names.items()}
    counts = {name: int((units.kind == kind).sum()) for kind, name in names.items()}
    return draw(groups, counts, subject)


def draw(groups: Mapping[str, Filters], counts: Mapping[str, int], subject: Subject) -> Figure:
    """Draw the kinds that there are under each other; `counts` says how many units are of each."""
    total = sum(counts.values())
    headings = {
        f"{name}: {counts[name]} of {total} units, {100 * counts[name] / total:.0f} %": group
        for name, group in groups.items()
        if len(group)
    }
    return filters.draw_headed(headings, f"{subject.name}: what units draw", subject)
