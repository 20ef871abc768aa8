"""The terms of the objective over the epochs: one panel a term, training and validation on it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.figures.page import BODY, SMALL, TEXT, page, place, write
from stages.figures.palette import MUTED, class_colours
from stages.figures.subject import Subject
from stages.figures.ticks import mark_x, mark_y

Lines = Mapping[str, np.ndarray]

HEIGHT, TOP, LEFT, RIGHT, BELOW = 360, 72, 68, 66, 56  # pixels of a panel, and of the room around it
STYLES = ({"linestyle": (0, (3, 1.3)), "marker": "s"}, {"linestyle": "-", "marker": "o"})
KEY = {"frameon": False, "fontsize": SMALL, "handlelength": 2, "labelcolor": "linecolor"}
TITLES = {"kl": "KL", "cross_entropy": "cross-entropy"}

UNITS = {"plain": "", "gaussian": "nats an image", "sparse": ""}


def terms_of(history: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Sort the columns `train_<term>` and `validation_<term>` of a history into `{term: {part: values}}`."""
    terms = [name.removeprefix("train_") for name in history if name.startswith("train_")]
    return {
        TITLES.get(term, term): {
            "training": history[f"train_{term}"].to_numpy(),
            "validation": history[f"validation_{term}"].to_numpy(),
        }
        for term in terms
    }


def draw(terms: Mapping[str, Lines], subject: Subject) -> Figure:
    """Draw `{panel: {line: a value for each epoch}}`: up to three panels or so, the same lines in each."""
    title = f"{subject.name}: the objective, by epoch"
    figure = page(TOP + HEIGHT + BELOW, title, subject.colour)
    width = BODY / len(terms)
    for index, (name, lines) in enumerate(terms.items()):
        axes = place(figure, index * width + LEFT, TOP, width - LEFT - RIGHT, HEIGHT)
        axes.set_title(name, loc="left", size=TEXT, weight="bold")
        axes.set_xlabel("epoch")
        _draw_lines(axes, lines, subject.colour)
    key = place(figure, 0, 0, BODY, 30)
    key.set_axis_off()
    key.legend(handles=figure.axes[0].lines, loc="center left", ncols=5, borderaxespad=0, **KEY)
    write(figure, BODY - RIGHT, 15, UNITS[subject.code], color=MUTED, size=SMALL, ha="right")
    return figure


def _draw_lines(axes: Axes, lines: Lines, colour: str) -> None:
    few = len(lines) <= len(STYLES)
    colours = [MUTED, colour][-len(lines) :] if few else class_colours(len(lines))
    styles = STYLES[-len(lines) :] if few else STYLES[-1:] * len(lines)
    for (name, values), shade, style in zip(lines.items(), colours, styles, strict=True):
        epochs = np.arange(1, len(values) + 1)
        axes.plot(
            epochs, values, color=shade, label=name, markersize=4.5 if len(values) <= 30 else 0, **style
        )
    mark_x(axes, epochs)
    mark_y(axes)
    _label_ends(axes, lines, colours)


def _label_ends(axes: Axes, lines: Lines, colours: list[str]) -> None:
    """Write the last values beside the lines' ends, pushed apart where they would touch."""
    low, high = axes.get_ylim()
    ends = sorted((float(values[-1]), colour) for values, colour in zip(lines.values(), colours, strict=True))
    height = -np.inf
    for value, colour in ends:
        height = max((value - low) / (high - low), height + 0.06)
        text = f"{value:#.3g}".rstrip(".")
        where = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
        axes.annotate(text, (1, height), xytext=(3, 0), size=SMALL, color=colour, **where)
