"""What the first and the last layer look for, and what one image makes of every layer."""

from collections.abc import Mapping
from itertools import accumulate

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, fitting_scale, grid_height, in_rows
from stages.figures.page import BODY, Pixels, page, write
from stages.figures.palette import HAIRLINE, MUTED, PAPER, SIGNED
from stages.figures.subject import Subject

COLUMNS, UNITS = 14, 62  # filters in a row; units of a dense layer in a row, at most
HEADING, BETWEEN, IMAGE = 34, 26, 84  # page pixels
FRAME = ((0, 0), (1, 1), (1, 1))  # a pixel around every filter, so that a white one can be seen
LATTICE = ((0, 0), (1, 0), (1, 0))  # the same for a mass of single units

SIGNED_MAP = LinearSegmentedColormap.from_list("signed", SIGNED, N=257, bad=HAIRLINE)  # odd: 0 is white
INK_MAP = LinearSegmentedColormap.from_list("ink", (PAPER, "black"), bad=HAIRLINE)


def draw(
    encoder: Float[np.ndarray, "f h w *rgb"], decoder: Float[np.ndarray, "g a b *rgb"], subject: Subject
) -> Figure:
    """Draw up to 70 or so filters of the encoder's first layer over those of the decoder's last layer."""
    return draw_groups({"encoder": encoder, "decoder": decoder}, f"{subject.name}: filters", subject)


def draw_groups(
    groups: Mapping[str, Float[np.ndarray, "f h w *rgb"]], title: str, subject: Subject
) -> Figure:
    """Draw groups of signed filters under each other, each with a scale of its own, and say how many.

    Of filters in colour, red, green and blue are grey at 0, brighter above, darker below.
    """
    headings = {
        f"{name}: {len(group)} filters of {group.shape[1]} × {group.shape[2]}": group
        for name, group in groups.items()
    }
    return draw_headed(headings, title, subject)


def draw_headed(
    groups: Mapping[str, Float[np.ndarray, "f h w *rgb"]], title: str, subject: Subject
) -> Figure:
    """The same under headings of one's own."""
    heights = [HEADING + _height(group) + BETWEEN for group in groups.values()]
    figure = page(sum(heights) - BETWEEN + 8, title, subject.colour)
    for top, (heading, group) in zip(accumulate(heights, initial=0), groups.items(), strict=False):
        _draw_group(figure, group, top, heading, subject.colour, signed=True)
    return figure


def feature_maps(
    image: UInt8[np.ndarray, "h w *rgb"], layers: Mapping[str, Float[np.ndarray, "..."]], subject: Subject
) -> Figure:
    """Draw an image and what each layer makes of it: maps (f, h, w), or the units (n,) of a dense layer."""
    groups = {name: _as_maps(layer) for name, layer in layers.items()}
    heights = [HEADING + _height(group) + BETWEEN for group in groups.values()]
    figure = page(IMAGE + sum(heights), f"{subject.name}: one image, layer by layer", subject.colour)
    pictures = image[None, None]
    scale = min(fitting_scale(pictures, 0, IMAGE, 3), IMAGE / len(image))
    draw_grid(figure, pictures, 0, 0, scale)
    write(figure, image.shape[1] * scale + 16, 42, "the image", color=MUTED)
    for top, (name, group) in zip(accumulate(heights, initial=IMAGE + BETWEEN), groups.items(), strict=False):
        heading = f"{name}: {_size(layers[name])}, {_activity(layers[name], subject)}"
        _draw_group(figure, group, top, heading.rstrip(", "), subject.colour, signed=bool(group.min() < 0))
    return figure


def layers_of(pictures: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays `maps_<layer>` of `pictures`, named `layer 1`, `layer 2`, … for `feature_maps`."""
    names = [name for name in pictures if name.startswith("maps_") and name != "maps_image"]
    return {
        f"layer {name.removeprefix('maps_')}": pictures[name]
        for name in sorted(names, key=lambda name: int(name.removeprefix("maps_")))
    }


def _draw_group(
    figure: Figure, group: np.ndarray, top: Pixels, heading: str, colour: str, signed: bool
) -> None:
    """Write the heading and the scale of a group, and draw its filters or maps under them."""
    reach = _reach(group)
    scale = f"blue −{reach:.2g}, red {reach:.2g}" if signed else f"white 0, black {reach:.2g}"
    if group.ndim == 4:
        scale = f"in each colour: dark −{reach:.2g}, grey 0, bright {reach:.2g}"
    write(figure, 0, top + 12, heading, weight="bold", color=colour)
    write(figure, BODY, top + 12, scale, color=MUTED, ha="right")
    colours = {"cmap": SIGNED_MAP, "vmin": -reach} if signed else {"cmap": INK_MAP, "vmin": 0}
    shown = group if group.ndim == 3 else (0.5 + group / (2 * reach)).clip(0, 1)
    _draw_cells(figure, shown, top + HEADING, vmax=reach, **colours)


def _draw_cells(figure: Figure, group: np.ndarray, top: Pixels, **colours: object) -> None:
    """Draw each filter as a framed square of about `CELL` pixels, its own a whole number of pixels wide."""
    columns, zoom, gap = _layout(group)
    large = group.repeat(zoom, axis=1).repeat(zoom, axis=2)
    if group.ndim == 4:
        framed = np.pad(large, (*FRAME, (0, 0)), constant_values=to_rgb(HAIRLINE)[1])
    else:
        framed = np.pad(large, FRAME if gap else LATTICE, constant_values=np.nan)
    draw_grid(figure, in_rows(framed, columns), 0, top, 1, (gap, gap), **colours)


def _layout(group: np.ndarray) -> tuple[int, int, int]:
    """Columns, page pixels a filter pixel, and gap, for filters or for the units of a dense layer."""
    side = max(group.shape[1:3])
    columns = min(COLUMNS, BODY // (side + 4)) if side > 1 else min(len(group), UNITS)
    pitch = min(BODY // columns, max(BODY // COLUMNS, side + 4))  # from one cell to the next
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


def _size(layer: np.ndarray) -> str:
    return f"{len(layer)} units" if layer.ndim == 1 else "{} maps of {} × {}".format(*layer.shape)


def _activity(layer: np.ndarray, subject: Subject) -> str:
    """How much is silent; of a sparse code how much is active before units compete."""
    if subject.code == "sparse":
        return f"sparsity off: {100 * (layer != 0).mean():.0f} % of units active"
    silent = int((layer.reshape(len(layer), -1) == 0).all(axis=1).sum())
    return f"{silent} of them silent" if silent else ""
