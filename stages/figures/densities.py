"""How coordinates of codes are distributed, and how codes drawn at random are: a row for each model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.figures.histograms import height_for
from stages.figures.page import BODY, SMALL, page, place, write
from stages.figures.palette import INK
from stages.figures.ticks import hide_density

Codes = Float[np.ndarray, "_ c"]

HEIGHT, KEY, TOP, BELOW, BETWEEN = 120, 40, 58, 36, 22  # page pixels
STYLES = ("-", (0, (4, 1.6)), (0, (1, 1.2)))
BINS = 60


@dataclass(frozen=True)
class Row:
    """Codes of images in some of their coordinates, and codes drawn at random in the same ones, by name."""

    codes: Codes
    coordinates: Integer[np.ndarray, "c"]
    drawn: Mapping[str, Codes]
    colour: str


def draw(rows: Mapping[str, Row], title: str, reach: float = 3.0) -> Figure:
    """Draw `{model: row}`, panels from -`reach` to `reach`; filled: codes of images, lines: random codes."""
    step = TOP + HEIGHT + BELOW
    figure = page(KEY + len(rows) * step, title)
    columns = max(len(row.coordinates) for row in rows.values())
    width = (BODY - BETWEEN * (columns - 1)) / columns
    edges = np.linspace(-reach, reach, BINS + 1)
    names = list(dict.fromkeys(name for row in rows.values() for name in row.drawn))
    styles = dict(zip(names, STYLES, strict=False))
    for index, (name, row) in enumerate(rows.items()):
        upper = KEY + index * step + TOP
        write(figure, 0, upper - 42, name, color=row.colour, weight="bold")
        for column, coordinate in enumerate(row.coordinates):
            axes = place(figure, column * (width + BETWEEN), upper, width, HEIGHT, xlim=(-reach, reach))
            write(figure, column * (width + BETWEEN), upper - 16, f"coordinate {coordinate}", size=SMALL)
            _draw_panel(axes, row, column, edges, styles)
    _draw_key(figure, styles)
    return figure


def _draw_panel(
    axes: Axes,
    row: Row,
    column: int,
    edges: Float[np.ndarray, "edges"],
    styles: Mapping[str, object],
) -> None:
    real = np.histogram(row.codes[:, column], edges, density=True)[0]
    axes.stairs(real, edges, fill=True, color=row.colour, alpha=0.45)
    peaks = [real.max()]
    for name, codes in row.drawn.items():
        heights = np.histogram(codes[:, column], edges, density=True)[0]
        peaks.append(heights.max())
        axes.stairs(heights, edges, color=INK, linestyle=styles[name], linewidth=1.3)
    axes.set_ylim(0, height_for(peaks))
    hide_density(axes)


def _draw_key(figure: Figure, styles: Mapping[str, object]) -> None:
    axes = place(figure, 0, 0, BODY, KEY)
    axes.set_axis_off()
    for name, style in styles.items():
        axes.plot([], [], color=INK, linestyle=style, linewidth=1.3, label=name)
    axes.fill_between([], [], color=INK, alpha=0.3, label="codes of images")
    axes.legend(loc="center left", ncols=4, frameon=False, fontsize=SMALL, borderaxespad=0, handlelength=2.2)
