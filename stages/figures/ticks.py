"""Numbers along the axes of a chart: time and sizes along x, values along y; none touches the next."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.ticker import (
    LogFormatterSciNotation,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
    ScalarFormatter,
)

from stages.figures.page import DPI, SMALL

Places = Sequence[float] | Sequence[str] | Real[np.ndarray, "_"]

DIGIT = 0.64 * SMALL * DPI / 72  # pixels: the width of a digit
SPACE = 6  # pixels between two numbers
STEPS = (1, 2, 5, 10)  # between numbers, times a power of ten
MOST = 6  # numbers on an axis, about
DECADES = 3  # of a logarithmic axis up to which 2 and 5 are marked, too


def places_of(x: Places) -> Float[np.ndarray, "places"]:
    """Where `x` stands on the axis: numbers at themselves, names evenly spaced."""
    return np.arange(len(x), dtype=float) if isinstance(x[0], str) else np.asarray(x, float)


def mark_x(axes: Axes, x: Places, log_x: bool = False) -> None:
    """Mark names, numbers (whole ones where `x` is whole: epochs, updates), or each size of a log axis."""
    axes.margins(x=0.05, y=0.08)
    if isinstance(x[0], str):
        axes.set_xticks(places_of(x), x)
    elif log_x:
        _mark_sizes(axes, sorted(x))
    else:
        values = places_of(x)
        fitting = int(_pixels_wide(axes) / _room(f"{values.max():g}"))
        whole = bool((values == values.round()).all())
        locator = MaxNLocator(min(MOST, max(2, fitting)), steps=STEPS, integer=whole, min_n_ticks=1)
        axes.xaxis.set_major_locator(locator)


def mark_y(axes: Axes) -> None:
    """Mark round values; on a logarithmic axis powers of ten, and 2 and 5 times these where it is short."""
    if axes.get_yscale() == "log":
        low, high = axes.get_ylim()
        few = high / low < 10**DECADES
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,), numticks=12))
        axes.yaxis.set_major_formatter("{x:g}" if few else LogFormatterSciNotation())
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(MOST, steps=STEPS))
        as_many_decimals_as_tell_them_apart = ScalarFormatter(useOffset=False)
        as_many_decimals_as_tell_them_apart.set_scientific(False)
        axes.yaxis.set_major_formatter(as_many_decimals_as_tell_them_apart)


def hide_density(axes: Axes) -> None:
    """Leave only the x-axis of a histogram: densities are compared by eye, not read."""
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=5)


def _mark_sizes(axes: Axes, sizes: Sequence[float]) -> None:
    """A tick at every size, with its number where that does not touch the next one's; the largest has one."""
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    texts, last = [f"{size:g}" for size in sizes], len(sizes) - 1
    low, high = np.log(axes.get_xlim())
    middles = (np.log(sizes) - low) / (high - low) * _pixels_wide(axes)
    for index in reversed(range(last)):
        if middles[last] - middles[index] < (_room(texts[index]) + _room(texts[last])) / 2:
            texts[index] = ""
        else:
            last = index
    axes.set_xticks(sizes, texts)


def _pixels_wide(axes: Axes) -> float:
    return axes.get_position().width * axes.figure.get_figwidth() * DPI


def _room(text: str) -> float:
    return len(text) * DIGIT + SPACE
