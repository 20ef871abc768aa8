"""Points coloured by their class, every class's name among them: what all maps of codes share."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from stages.common.classes import DIGITS, Classes
from stages.figures.page import BODY, TEXT, write
from stages.figures.palette import HAIRLINE, PAPER, class_colours

Points = Float[np.ndarray, "n 2"]
Colours = Float[np.ndarray, "n 3"]  # red, green and blue in [0, 1]
Labels = Integer[np.ndarray, "n"] | UInt8[np.ndarray, "n"]

ROW = 24  # pixels of a row of names in a key
SHORT = 2  # letters of a name that is about as wide as high
APART = 1.4  # times a name's size: pixels between the middles of two names, at least


def colours_of(labels: Labels) -> Colours:
    """The colour of each label's class."""
    return np.array([to_rgb(colour) for colour in class_colours(int(labels.max()) + 1)])[labels.astype(int)]


def draw_points(axes: Axes, points: Points, colours: Colours, size: float) -> None:
    """Draw dots of `size` square points in a thin frame without ticks; one scale holds for both axes."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=HAIRLINE)
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.03)
    axes.scatter(*points.T, s=size, c=colours, linewidths=0, alpha=0.8)


def name_classes(axes: Axes, points: Points, labels: Labels, size: float, named: Classes = DIGITS) -> None:
    """Write every class's name, `size` points high, at the median of its points, or beside it.

    To be called last: what changes the scale afterwards moves names over each other.
    """
    colours, classes = class_colours(int(labels.max()) + 1), np.unique(labels)
    names = named.of(classes)
    longest = max(map(len, names))
    size = size if are_short(names) else 0.7 * size
    medians = np.array([np.median(points[labels == label], axis=0) for label in classes])
    axes.apply_aspect()  # else matplotlib has no scale before it draws
    to_pixels = axes.transData
    wider = np.array([max(1, longest / SHORT), 1])  # pushed apart as if a name were as wide as high
    places = wider * pushed_apart(to_pixels.transform(medians) / wider, APART * size)
    if not are_short(names):
        frame, half = axes.get_window_extent(), 0.55 * size * np.array(list(map(len, names)))
        places[:, 0] = places[:, 0].clip(frame.x0 + half, frame.x1 - half)
    halo = [withStroke(linewidth=size / 5, foreground=PAPER)]
    style = {"size": size, "weight": "bold", "ha": "center", "va": "center", "path_effects": halo}
    for label, name, (x, y) in zip(classes, names, to_pixels.inverted().transform(places), strict=True):
        axes.text(x, y, name, color=colours[int(label)], **style)


def write_key(figure: Figure, labels: Labels, named: Classes) -> None:
    """Write every class's name in its colour over the body; long names five a row."""
    classes = np.unique(labels)
    names = named.of(classes)
    row, size = _names_a_row(names), 14 if are_short(names) else TEXT
    for index, (label, name) in enumerate(zip(classes, names, strict=True)):
        colour = class_colours(int(label) + 1)[-1]
        place = (index % row * BODY / row, 14 + ROW * (index // row))
        write(figure, *place, f"● {name}", color=colour, weight="bold", size=size)


def key_height(labels: Labels, named: Classes) -> int:
    """Pixels that `write_key` takes."""
    names = named.of(np.unique(labels))
    return ROW * -(-len(names) // _names_a_row(names))


def _names_a_row(names: Sequence[str]) -> int:
    return min(len(names), 16) if are_short(names) else 5


def are_short(names: Sequence[str]) -> bool:
    """Whether every name is about as wide as high, or less."""
    return max(map(len, names)) <= SHORT


def pushed_apart(places: Float[np.ndarray, "n 2"], gap: float) -> Float[np.ndarray, "n 2"]:
    """The same places, those nearer to each other than `gap` moved, in steps of half of what lacks."""
    order = np.arange(len(places))
    aside = 1e-3 * (order[:, None] - order)[..., None]  # of two that coincide one goes each way
    for _ in range(100):
        away = places[:, None] - places + aside
        distance = np.linalg.norm(away, axis=2)
        lacking = np.maximum(gap - distance, 0)
        np.fill_diagonal(lacking, 0)
        if lacking.max(initial=0) < 0.5:
            break
        places = places + (away * (lacking / np.maximum(distance, 1e-9) / 2)[..., None]).sum(axis=1)
    return places
