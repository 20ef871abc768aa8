"""Figures as small files: same figure, same bytes.

Every file holds at most 255 colours and no metadata, and is written whole or not at all.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from stages.common.artifacts import written_whole

LEVELS = 40  # of red, of green and of blue: so many greys, and a palette that can be found by counting
COLOURS = 255  # of 256: a GIF needs one for 'as before', or it grows threefold


def save_png(figure: Figure, path: Path | str) -> None:
    """Write `figure` as a PNG."""
    with written_whole(path) as temporary:
        _with_palette([_coarse(figure)])[0].save(temporary, format="PNG", compress_level=6)


def save_gif(figures: Iterable[Figure], path: Path | str, milliseconds: int = 600, rest: int = 3000) -> None:
    """Write `figures` as an endless animation that rests on its last frame."""
    first, *others = _with_palette([_coarse(figure) for figure in figures])
    durations = [milliseconds] * len(others) + [rest]
    with written_whole(path) as temporary:
        first.save(temporary, format="GIF", save_all=True, append_images=others, duration=durations, loop=0)


def pixels(figure: Figure) -> UInt8[np.ndarray, "height width 3"]:
    """Draw `figure` at its own resolution."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def _coarse(figure: Figure) -> Integer[np.ndarray, "height width"]:
    """Draw `figure`; a pixel is one number of three digits, red, green and blue, to the base `LEVELS`."""
    level = np.round(np.arange(256) * (LEVELS - 1) / 255).astype(np.int32)
    red, green, blue = np.moveaxis(pixels(figure), -1, 0)
    return level[red] * LEVELS**2 + level[green] * LEVELS + level[blue]


def _with_palette(frames: list[Integer[np.ndarray, "height width"]]) -> list[Image.Image]:
    """Give all `frames` one palette: their commonest colours; others become the nearest of these.

    Pillow's own quantisation averages rare colours away, and with them the thin marks in a model's colour.
    """
    counts = sum(np.bincount(frame.ravel(), minlength=LEVELS**3) for frame in frames)
    used = np.flatnonzero(counts)
    palette = used[np.argsort(-counts[used], kind="stable")][:COLOURS]
    nearest = np.zeros(len(counts), np.uint8)
    nearest[used] = _squared_distances(_rgb(used), _rgb(palette)).argmin(axis=1)
    return [_image(nearest[frame], _rgb(palette)) for frame in frames]


def _squared_distances(
    colours: Integer[np.ndarray, "n 3"], others: Integer[np.ndarray, "m 3"]
) -> Float[np.ndarray, "n m"]:
    """Up to each row's own constant, which a minimum over the row does not see; whole numbers, so exact."""
    return np.square(others).sum(axis=1) - 2 * colours.astype(np.float32) @ others.T.astype(np.float32)


def _image(
    indices: UInt8[np.ndarray, "height width"], palette: Integer[np.ndarray, "colours 3"]
) -> Image.Image:
    image = Image.fromarray(indices, mode="P")
    image.putpalette(palette.astype(np.uint8).tobytes())
    return image


def _rgb(coarse: Integer[np.ndarray, "n"]) -> Integer[np.ndarray, "n 3"]:
    levels = np.stack([coarse // LEVELS**2, coarse // LEVELS % LEVELS, coarse % LEVELS], axis=-1)
    return np.round(levels * 255 / (LEVELS - 1)).astype(np.int32)
