"""How the coordinates of codes are distributed, beside what they are compared with."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Integer
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.figures.page import BODY, SMALL, page, place, write
from stages.figures.palette import INK
from stages.figures.subject import Subject
from stages.figures.ticks import hide_density

Codes = Float[np.ndarray, "n c"]
Values = Float[np.ndarray, "_"]  # of any length, each its own

COLUMNS = 3  # panels a row
KEY, HEIGHT, STEP, ABOVE, BELOW = 40, 126, 180, 32, 18  # page pixels
BESIDE = 18  # page pixels left and right of a panel: half a number at either end of its axis
BINS = {"plain": 40, "gaussian": 40, "sparse": 20}  # few values, few bins
TALLEST = 2  # times the usual peak: a taller one is cut off, lest it dwarf all others

CURVE = {"color": INK, "linewidth": 1.7, "linestyle": (0, (4, 2))}

DRAWN = {
    "plain": "density of the codes",
    "gaussian": "density of the means of q",
    "sparse": "density of the values above 0, sparsity off",
}
COMPARED = {
    "plain": "Gaussian of the same mean and deviation",
    "gaussian": "N(0, 1), the prior",
    "sparse": "",
}


def draw(codes: Codes, coordinates: Integer[np.ndarray, "c"], subject: Subject) -> Figure:
    """Draw a histogram for each column of `codes`, on shared axes; `coordinates` are the columns' numbers.

    Of a sparse code, a column's histogram is of the images on which the unit is active.
    """
    shown = [column[column > 0] if subject.code == "sparse" else column for column in codes.T]
    edges = _edges(np.concatenate(shown), subject.code)
    top = height_for([float(_density(values, edges).max()) for values in shown])
    rows = -(-len(shown) // COLUMNS)
    figure = page(KEY + rows * STEP + BELOW, f"{subject.name}: histograms of codes", subject.colour)
    width = BODY / COLUMNS - 2 * BESIDE
    for index, (coordinate, values) in enumerate(zip(coordinates, shown, strict=True)):
        left = index % COLUMNS * BODY / COLUMNS + BESIDE
        upper = KEY + index // COLUMNS * STEP + ABOVE
        axes = place(figure, left, upper, width, HEIGHT, xlim=(edges[0], edges[-1]), ylim=(0, top))
        heading = _heading(coordinate, len(values) / len(codes), subject.code)
        write(figure, left, upper - 17, heading, size=SMALL)
        _draw_one(axes, values, edges, subject)
        axes.tick_params(labelbottom=index + COLUMNS >= len(shown))
    _draw_key(figure, subject)
    return figure


def height_for(peaks: Sequence[float]) -> float:
    """Height of panels of densities: of the tallest peak, but at most `TALLEST` times the usual one."""
    return 1.08 * max(min(max(peaks), TALLEST * float(np.median(peaks))), 1e-9)


def _draw_one(axes: Axes, values: Values, edges: Values, subject: Subject) -> None:
    axes.stairs(_density(values, edges), edges, fill=True, color=subject.colour, alpha=0.8)
    if subject.code != "sparse":
        of_prior = subject.code == "gaussian"
        mean, deviation = (0.0, 1.0) if of_prior else (float(values.mean()), float(values.std()))
        x = np.linspace(edges[0], edges[-1], 121)
        axes.plot(x, _gaussian(x, mean, max(deviation, 1e-9)), **CURVE)
    hide_density(axes)


def _draw_key(figure: Figure, subject: Subject) -> None:
    axes = place(figure, 0, 0, BODY, KEY)
    axes.set_axis_off()
    axes.fill_between([], [], color=subject.colour, alpha=0.8, label=DRAWN[subject.code])
    if COMPARED[subject.code]:
        axes.plot([], [], label=COMPARED[subject.code], **CURVE)
    axes.legend(loc="center left", ncols=2, frameon=False, fontsize=SMALL, borderaxespad=0, handlelength=2.2)


def _heading(coordinate: int | np.integer, active: float, code: str) -> str:
    if code != "sparse":
        return f"coordinate {coordinate}"
    percent = 100 * active
    return f"unit {coordinate}: active on {percent:{'.1f' if percent >= 1 else '.2g'}} %"


def _edges(values: Values, code: str) -> Values:
    """Bin edges for all panels, about 0 in the middle (or from 0 on) and around 99.5 % of the values."""
    reach = float(np.percentile(np.abs(values), 99.5)) if len(values) else 1.0
    reach = max(reach, 3.2 if code == "gaussian" else 1e-6)
    return np.linspace(0 if code == "sparse" else -reach, reach, BINS[code] + 1)


def _density(values: Values, edges: Values) -> Values:
    return np.histogram(values, edges)[0] / (max(1, len(values)) * np.diff(edges))


def _gaussian(x: Values, mean: float, deviation: float) -> Values:
    return np.exp(-np.square((x - mean) / deviation) / 2) / (deviation * np.sqrt(2 * np.pi))
