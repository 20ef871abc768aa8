"""The sheet that every figure is drawn on: a title over a body. What can be read off stands in the pages.

Positions are whole pixels from the top left corner of the body, so that a pixel of a digit becomes a whole
number of pixels on the page. No layout engine runs: placing things by hand costs nothing, and solving for
their places would take longer than drawing them.
"""

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from stages.figures.palette import HAIRLINE, INK, MUTED, PAPER

Pixels = float | int

DPI = 128  # a power of two: pixels / DPI is exact, and a figure never comes out one pixel short
WIDTH, MARGIN = 896, 14  # pixels
BODY = WIDTH - 2 * MARGIN  # pixels between the margins
HEADER = 58  # pixels above the body: the title
TITLE, TEXT, SMALL = 14.5, 11.5, 10.5  # points; 11.5 is 2.3 % of the width, about 9 pixels on a phone

matplotlib.rcdefaults()  # a reader's own matplotlibrc must not change the bytes of a figure
matplotlib.rcParams.update(
    {
        "font.size": TEXT,
        "text.color": INK,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "grid.color": HAIRLINE,
        "grid.linewidth": 0.8,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "lines.linewidth": 2.2,
    }
)


def page(height: Pixels, title: str, colour: str = INK) -> Figure:
    """A white sheet whose body is `height` pixels high; a bar of `colour` marks the title."""
    total = round(HEADER + height + MARGIN)
    figure = Figure(figsize=(WIDTH / DPI, total / DPI), dpi=DPI, facecolor=PAPER)
    figure.add_artist(Rectangle((MARGIN / WIDTH, 1 - 46 / total), 7 / WIDTH, 32 / total, color=colour))
    write(figure, 18, 30 - HEADER, title, size=TITLE, weight="bold")
    return figure


def place(
    figure: Figure, left: Pixels, top: Pixels, width: Pixels, height: Pixels, **options: object
) -> Axes:
    """Axes whose frame is `width` × `height` pixels, `left` of the margin and `top` under the title."""
    total = figure.get_figheight() * DPI
    bottom = total - HEADER - top - height
    return figure.add_axes(
        ((MARGIN + left) / WIDTH, bottom / total, width / WIDTH, height / total), **options
    )


def write(figure: Figure, left: Pixels, top: Pixels, text: str, **options: object) -> None:
    """Put `text` with its middle `top` pixels under the title, from `left` pixels on."""
    total = figure.get_figheight() * DPI
    style = {"va": "center_baseline", **options}
    figure.text((MARGIN + left) / WIDTH, 1 - (HEADER + top) / total, text, **style)
