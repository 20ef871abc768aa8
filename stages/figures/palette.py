"""Colours: a palette for classes, a few neutrals, and a signed colour scale; models' are on their cards.

The ten class colours come from a search for the largest distance (in OKLab) between the two nearest of
them, seen with normal vision and with either kind of red-green blindness, among colours that stand out
from white paper and are light and strong enough to be told from black as a small dot. Digits that maps
mix (4 and 9, 3 and 5) have colours far apart. `tests/figures/test_palette.py` holds them, and the models'
colours, to it. Maps write every class's name on it all the same, so that nothing hangs on colour alone.

Further classes get hues as far from each other as so many can be, which of fifty is not far: maps name those
for which they have room, and the others in a key.
"""

import colorsys

INK, MUTED, HAIRLINE, PAPER = "#1b222c", "#5a6472", "#d5dae1", "#ffffff"

CLASS_COLOURS = (
    "#546db3",
    "#35826c",
    "#5820b0",
    "#0cb697",
    "#880168",
    "#2d1dff",
    "#e3280d",
    "#009bff",
    "#8e1d00",
    "#f08801",
)

# white at zero, blue below, red above: the two ends differ for colour-blind readers too
SIGNED = ("#08306b", "#2f79b5", "#a5cde3", "#ffffff", "#f6b89a", "#cf4a3c", "#67001f")
GOLDEN = 0.618034  # turns of hue by the golden ratio never come back to an old hue


def class_colours(n: int) -> list[str]:
    """Colours of classes 0 … n - 1; those of the first ten never change, whatever `n` is."""
    return [*CLASS_COLOURS, *(_further_colour(index) for index in range(10, n))][:n]


def _further_colour(index: int) -> str:
    value = (0.85, 0.6, 0.4)[index % 3]
    rgb = colorsys.hsv_to_rgb(index * GOLDEN % 1, 0.85, value)
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)
