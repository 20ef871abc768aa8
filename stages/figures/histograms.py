"""How the coordinates of codes are distributed, beside what they are compared with."""

import numpy as np
from jaxtyping import Float, Integer
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.figures.page import BODY, SMALL, page, place, write
from stages.figures.palette import INK, MUTED
from stages.figures.subject import Subject

Codes = Float[np.ndarray, "n c"]
Values = Float[np.ndarray, "_"]  # of any length, each its own

COLUMNS, HEIGHT, STEP, ABOVE, BELOW, BETWEEN = 3, 126, 180, 32, 34, 26  # panels a row; page pixels
BINS = {"plain": 40, "gaussian": 40, "sparse": 20}  # few values, few bins
TALLEST = 2  # times the usual peak: a taller one is cut off, lest it dwarf all others

CAPTIONS = {
    "plain": """
    Codes of {n} images, {c} of their coordinates; height is density. Dashed: the Gaussian of the same mean
    and deviation. This objective has no prior.

    Read off: range, skew and lumps of a coordinate, and how far a Gaussian fitted to the codes goes wrong.

    Not to be read off: which coordinate matters (the decoder may make little of a wide one), nor how
    coordinates depend on each other.
    """,
    "gaussian": """
    Means of q for {n} images, {c} of their coordinates; height is density, cut off where a peak would dwarf
    the rest. Dashed: N(0, 1), the prior; with β = 0 nothing pulls codes to it.

    Read off: a coordinate in use spreads out; a spike at 0 is one that the model does not use.

    Not to be read off: a misfit from a histogram somewhat narrower than the prior; each image's q adds a
    width of its own, which is not in the picture. Nor how coordinates depend on each other.
    """,
    "sparse": """
    A histogram of all values may be one spike at 0. Shown instead: for {c} features (activations with
    sparsity off; of maps, max-pooled) the values over those of {n} images on which they are not 0; the
    heading has their share. Height is density. This model has no prior.

    Read off: on how many images a unit responds at all, and how strongly it then does.

    Not to be read off: how rarely it wins in training, nor which units respond together, and that is what
    makes a digit.
    """,
}


def draw(codes: Codes, coordinates: Integer[np.ndarray, "c"], subject: Subject) -> Figure:
    """Draw a histogram for each column of `codes`, on shared axes; `coordinates` are the columns' numbers."""
    shown = [column[column > 0] if subject.code == "sparse" else column for column in codes.T]
    edges = _edges(np.concatenate(shown), subject.code)
    top = _top(shown, edges)
    rows = -(-len(shown) // COLUMNS)
    caption = CAPTIONS[subject.code].format(n=len(codes), c=len(coordinates))
    figure = page(rows * STEP + BELOW + 14, f"{subject.name}: histograms of codes", caption, subject.colour)
    width = (BODY - BETWEEN * (COLUMNS - 1)) / COLUMNS
    for index, (coordinate, values) in enumerate(zip(coordinates, shown, strict=True)):
        left, upper = index % COLUMNS * (width + BETWEEN), index // COLUMNS * STEP + ABOVE
        axes = place(figure, left, upper, width, HEIGHT, xlim=(edges[0], edges[-1]), ylim=(0, top))
        write(
            figure, left, upper - 17, _heading(coordinate, len(values) / len(codes), subject.code), size=SMALL
        )
        _draw_one(axes, values, edges, subject)
        axes.tick_params(labelbottom=index + COLUMNS >= len(shown))
    write(figure, 0, rows * STEP + BELOW, "Across: values, on the same scale in every panel.", color=MUTED)
    return figure


def _draw_one(axes: Axes, values: Values, edges: Values, subject: Subject) -> None:
    axes.stairs(_density(values, edges), edges, fill=True, color=subject.colour, alpha=0.8)
    if subject.code != "sparse":
        mean, deviation = (
            (0.0, 1.0) if subject.code == "gaussian" else (float(values.mean()), float(values.std()))
        )
        x = np.linspace(edges[0], edges[-1], 121)
        axes.plot(
            x, _gaussian(x, mean, max(deviation, 1e-9)), color=INK, linewidth=1.7, linestyle=(0, (4, 2))
        )
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=5)


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


def _top(shown: list[Values], edges: Values) -> float:
    """Height of all panels: of the tallest peak, but at most `TALLEST` times the usual one."""
    peaks = [float(_density(values, edges).max()) for values in shown]
    return 1.08 * max(min(max(peaks), TALLEST * float(np.median(peaks))), 1e-9)


def _density(values: Values, edges: Values) -> Values:
    return np.histogram(values, edges)[0] / (max(1, len(values)) * np.diff(edges))


def _gaussian(x: Values, mean: float, deviation: float) -> Values:
    return np.exp(-np.square((x - mean) / deviation) / 2) / (deviation * np.sqrt(2 * np.pi))
