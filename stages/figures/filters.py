"""What the first and the last layer look for, and what one image makes of every layer."""

from collections.abc import Mapping
from itertools import accumulate

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, grid_height, in_rows
from stages.figures.page import BODY, Pixels, page, write
from stages.figures.palette import HAIRLINE, MUTED, PAPER, SIGNED
from stages.figures.subject import Subject

COLUMNS, UNITS = 14, 62  # filters in a row; units of a dense layer in a row, at most
HEADING, BETWEEN = 34, 26  # page pixels
FRAME = ((0, 0), (1, 1), (1, 1))  # a pixel around every filter, so that a white one can be seen
LATTICE = ((0, 0), (1, 0), (1, 0))  # the same for a mass of single units

SIGNED_MAP = LinearSegmentedColormap.from_list("signed", SIGNED, N=257, bad=HAIRLINE)  # odd: 0 is white
INK_MAP = LinearSegmentedColormap.from_list("ink", (PAPER, "black"), bad=HAIRLINE)

FILTERS = """
A framed square is a filter: red weights are positive, blue ones negative, white is 0. The scale over a
group holds for all of it. {shape}

Read off: edges, blobs and strokes were learned; speckle is noise of the start that training left; white is
a filter out of use. {about}

Not to be read off: how much a filter matters. That depends on how often it is active, and on what the next
layer makes of it. The order has no meaning.
"""
SMALL_SHAPE = "Filters of few pixels can show little more than the direction of an edge."
LARGE_SHAPE = "A filter as large as an image is one unit: its weights from, or to, all pixels."
ABOUT = {"plain": "", "gaussian": "", "sparse": "Sparsity should give strokes."}

MAPS = """
What the image on top excites, layer by layer through the encoder: dark is strong, white is silent{signs}.
Each layer has its own scale.

Read off: {look}

Not to be read off: what a map or a unit stands for; that takes many images. Their order has no meaning.
"""


LOOK_AT_MAPS = (
    "where in the image a map responds, how many maps stay silent, and how place is lost with depth."
)
LOOK_AT_UNITS = "how many units one image excites, and whether a few of them do most of the work."


def draw(
    encoder: Float[np.ndarray, "f h w"], decoder: Float[np.ndarray, "g a b"], subject: Subject
) -> Figure:
    """Draw up to 70 or so filters of the encoder's first layer over those of the decoder's last layer."""
    large = max(encoder.shape[-1], decoder.shape[-1]) > 14
    shape = LARGE_SHAPE if large else SMALL_SHAPE
    caption = FILTERS.format(shape=shape, about=ABOUT[subject.code])
    return draw_groups({"encoder": encoder, "decoder": decoder}, f"{subject.name}: filters", caption, subject)


def draw_groups(
    groups: Mapping[str, Float[np.ndarray, "f h w"]], title: str, caption: str, subject: Subject
) -> Figure:
    """Draw groups of signed filters under each other, each group with a scale of its own."""
    heights = [HEADING + _height(group) + BETWEEN for group in groups.values()]
    figure = page(sum(heights) - BETWEEN + 8, title, caption, subject.colour)
    for top, (name, group) in zip(accumulate(heights, initial=0), groups.items(), strict=False):
        reach = _reach(group)
        text = f"{name}: {len(group)} filters of {group.shape[1]} × {group.shape[2]}"
        write(figure, 0, top + 12, text, weight="bold", color=subject.colour)
        write(figure, BODY, top + 12, f"scale −{reach:.2g} … {reach:.2g}", color=MUTED, ha="right")
        _draw_cells(figure, group, top + HEADING, cmap=SIGNED_MAP, vmin=-reach, vmax=reach)
    return figure


def feature_maps(
    image: UInt8[np.ndarray, "h w"], layers: Mapping[str, Float[np.ndarray, "..."]], subject: Subject
) -> Figure:
    """Draw an image and what each layer makes of it: maps (f, h, w), or the units (n,) of a dense layer."""
    groups = {name: _as_maps(layer) for name, layer in layers.items()}
    heights = [HEADING + _height(group) + BETWEEN for group in groups.values()]
    signs = (
        ", red and blue where a layer has signs" if any(group.min() < 0 for group in groups.values()) else ""
    )
    look = LOOK_AT_MAPS if any(layer.ndim > 1 for layer in layers.values()) else LOOK_AT_UNITS
    title, caption = f"{subject.name}: one image, layer by layer", MAPS.format(signs=signs, look=look)
    figure = page(84 + BETWEEN + sum(heights) - BETWEEN, title, caption, subject.colour)
    draw_grid(figure, image[None, None], 0, 0, 3)
    write(figure, 100, 42, "the image", color=MUTED)
    for top, (name, group) in zip(accumulate(heights, initial=84 + BETWEEN), groups.items(), strict=False):
        write(figure, 0, top + 12, _heading(name, layers[name]), weight="bold", color=subject.colour)
        _draw_cells(figure, group, top + HEADING, **_colours(group))
    return figure


def layers_of(pictures: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays `maps_<layer>` of `pictures`, named `layer 1`, `layer 2`, … for `feature_maps`."""
    names = [name for name in pictures if name.startswith("maps_") and name != "maps_image"]
    return {
        f"layer {name.removeprefix('maps_')}": pictures[name]
        for name in sorted(names, key=lambda name: int(name.removeprefix("maps_")))
    }


def _draw_cells(figure: Figure, group: np.ndarray, top: Pixels, **colours: object) -> None:
    """Draw each filter as a framed square of about `CELL` pixels, its own a whole number of pixels wide."""
    columns, zoom, gap = _layout(group)
    frame = FRAME if gap else LATTICE
    framed = np.pad(group.repeat(zoom, axis=1).repeat(zoom, axis=2), frame, constant_values=np.nan)
    draw_grid(figure, in_rows(framed, columns), 0, top, 1, (gap, gap), **colours)


def _layout(group: np.ndarray) -> tuple[int, int, int]:
    """Columns, page pixels a filter pixel, and gap, for filters or for the units of a dense layer."""
    side = max(group.shape[1:])
    columns = COLUMNS if side > 1 else min(len(group), UNITS)
    pitch = min(BODY // columns, BODY // COLUMNS)  # from one cell to the next
    if columns > COLUMNS:
        return columns, pitch - 1, 0
    zoom = max(1, (pitch - 4) // side)
    return columns, zoom, max(1, pitch - zoom * side - 2)


def _height(group: np.ndarray) -> int:
    columns, zoom, gap = _layout(group)
    return grid_height(-(-len(group) // columns), group.shape[1] * zoom + (2 if gap else 1), 1, gap)


def _reach(group: np.ndarray) -> float:
    return max(float(np.percentile(np.abs(group), 99.5)), 1e-6)


def _as_maps(layer: np.ndarray) -> np.ndarray:
    return layer[:, None, None] if layer.ndim == 1 else layer


def _heading(name: str, layer: np.ndarray) -> str:
    silent = int((layer.reshape(len(layer), -1) == 0).all(axis=1).sum())
    shape = f"{len(layer)} units" if layer.ndim == 1 else "{} maps of {} × {}".format(*layer.shape)
    return f"{name}: {shape}" + (f", {silent} of them silent" if silent else "")


def _colours(group: np.ndarray) -> dict[str, object]:
    reach = _reach(group)
    if group.min() < 0:
        return {"cmap": SIGNED_MAP, "vmin": -reach, "vmax": reach}
    return {"cmap": INK_MAP, "vmin": 0, "vmax": reach}
