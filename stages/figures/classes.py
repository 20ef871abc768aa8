"""Points coloured by their class, every class's name among them: what all maps of codes share."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

from stages.common.classes import DIGITS, Classes
from stages.figures.page import BODY, DPI, SMALL, TEXT, Pixels, write
from stages.figures.palette import HAIRLINE, PAPER, class_colours

Points = Float[np.ndarray, "n 2"]
Colours = Float[np.ndarray, "n 3"]  # red, green and blue in [0, 1]
Labels = Integer[np.ndarray, "n"] | UInt8[np.ndarray, "n"]

ROW = 24  # pixels of a row of names in a key
SPACE = 14  # pixels between long names in a key
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


def name_where_room_is(
    axes: Axes, points: Points, labels: Labels, named: Classes
) -> Integer[np.ndarray, "unnamed"]:
    """Write names, small, at the medians, so that none lies over another; return the classes that got none.

    First come those whose name covers most points of their own: large classes that lie together.
    """
    axes.apply_aspect()  # else matplotlib has no scale before it draws
    classes = np.unique(labels)
    own = [points[labels == label] for label in classes]
    colours = class_colours(int(classes.max()) + 1)
    texts = [
        _small_name(axes, name, np.median(places, axis=0), colours[label])
        for label, name, places in zip(classes, named.of(classes), own, strict=True)
    ]
    boxes = [_within_frame(axes, text) for text in texts]
    covered = [
        box.count_contains(axes.transData.transform(places)) for box, places in zip(boxes, own, strict=True)
    ]
    written: list[int] = []
    for index in np.argsort(covered, kind="stable")[::-1]:
        if boxes[index].count_overlaps([boxes[other] for other in written]):
            texts[index].remove()
        else:
            written.append(index)
    return np.delete(classes, written)


def _small_name(axes: Axes, name: str, place: Float[np.ndarray, "2"], colour: str) -> Text:
    halo = [withStroke(linewidth=2, foreground=PAPER)]
    style = {"size": SMALL, "weight": "bold", "ha": "center", "va": "center", "path_effects": halo}
    return axes.text(*place, name, color=colour, **style)


def _within_frame(axes: Axes, text: Text) -> Bbox:
    """Shift a name that sticks out of the frame to the left or right into it; return where it stands."""
    frame, box = axes.get_window_extent(), text.get_window_extent()
    shift = max(frame.x0 - box.x0, 0) + min(frame.x1 - box.x1, 0)
    x, y = axes.transData.transform(text.get_position())
    text.set_position(axes.transData.inverted().transform((x + shift, y)))
    return box.translated(shift, 0)


def write_key(figure: Figure, labels: Labels, named: Classes, top: Pixels = 0) -> None:
    """Write every class's name in its colour, `top` pixels under the title."""
    classes = np.unique(labels)
    names = named.of(classes)
    size = 14 if are_short(names) else TEXT
    for label, name, (left, row) in zip(classes, names, _places_in_key(names), strict=True):
        colour = class_colours(int(label) + 1)[-1]
        write(figure, left, top + 14 + ROW * row, f"● {name}", color=colour, weight="bold", size=size)


def key_height(labels: Labels, named: Classes) -> int:
    """Pixels that `write_key` takes."""
    return ROW * (1 + _places_in_key(named.of(np.unique(labels)))[-1][1])


def _places_in_key(names: Sequence[str]) -> list[tuple[Pixels, int]]:
    """Pixels from the left, and the row, of each name: in columns, but too long ones like words of a text."""
    columns = min(len(names), 16) if are_short(names) else 5
    widths = [SPACE + _width(f"● {name}") for name in names]
    if are_short(names) or max(widths) <= SPACE + BODY / columns:
        return [(index % columns * BODY / columns, index // columns) for index in range(len(names))]
    return _like_words(widths)


def _like_words(widths: Sequence[Pixels]) -> list[tuple[Pixels, int]]:
    places, left, row = [], 0.0, 0
    for width in widths:
        if left + width > BODY + SPACE:
            left, row = 0.0, row + 1
        places.append((left, row))
        left += width
    return places


def _width(text: str) -> Pixels:
    outline = TextPath((0, 0), text, size=TEXT, prop=FontProperties(weight="bold"))
    return outline.get_extents().x1 * DPI / 72


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
