"""The study's colours: one palette for classes, one for models, a few neutrals, and a signed colour scale.

The ten class colours come from a search for the largest distance (in OKLab) between the two nearest of
them, seen with normal vision and with either kind of red-green blindness, among colours that stand out
from white paper. `tests/figures/test_palette.py` holds them, and the models' colours, to it. Maps
write every class's name on it all the same, so that nothing hangs on colour alone.
"""

import colorsys

INK, MUTED, HAIRLINE, PAPER = "#1b222c", "#5a6472", "#d5dae1", "#ffffff"

CLASS_COLOURS = (
    "#0ab4a2",
    "#d39343",
    "#2d5257",
    "#9a1012",
    "#280674",
    "#510a27",
    "#a372ee",
    "#7724aa",
    "#df400c",
    "#107fab",
)

MODEL_COLOURS = {"ae": "#0075d6", "vae": "#c8500a", "wta": "#5b1a7a"}  # dark enough for text

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
