"""A walk: one coordinate of a code is changed, all others stay, and the decoder says what that means.

Rows are sorted by what was found to go with their coordinates: the table `coordinates.csv` of an embedding.

Sparse codes have thousands of units; of these an image is built up, strongest first.
"""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Integer, UInt8
from matplotlib.figure import Figure

from stages.figures.grid import draw_grid, fitting_scale, grid_height
from stages.figures.page import BODY, SMALL, page, write
from stages.figures.palette import INK, MUTED
from stages.figures.subject import Subject

LARGEST, TOP, LEFT = 2, 76, 214  # page pixels an image pixel; page pixels

BUILD_UP = "Decoded from this many of the code's units, the strongest first:"
RANGE = "from its 1st to its 99th percentile over real codes."


def of_pictures(arrays: dict[str, np.ndarray], meanings: pd.DataFrame, subject: Subject) -> Figure:
    """Draw the walk of `pictures.npz`, or what stands in its place where codes are sparse."""
    if subject.code == "sparse":
        return draw_build_up(arrays["walk"], arrays["walk_counts"], arrays["walk_images"], subject)
    walk = [arrays[f"walk{part}"] for part in ("", "_coordinates", "_image")]
    return draw(*walk, meanings, subject)


def draw(
    walk: UInt8[np.ndarray, "rows steps h w *rgb"],
    coordinates: Integer[np.ndarray, "rows"],
    image: UInt8[np.ndarray, "h w *rgb"],
    meanings: pd.DataFrame,
    subject: Subject,
) -> Figure:
    """Draw a row a coordinate; `image` is the one whose code is changed."""
    side, across = image.shape[:2]
    scale = fitting_scale(walk, 1, BODY - LEFT, LARGEST)
    gap = (4, max(1, int((BODY - LEFT) / scale / walk.shape[1] - across)))
    height = TOP + grid_height(len(walk), side, scale, gap[0])
    shown = min(scale, 64 / side)
    beside = LEFT + across * shown + 16
    figure = page(height, f"{subject.name}: one coordinate at a time", subject.colour)
    draw_grid(figure, image[None, None], LEFT, 0, shown).beside(0, "start", color=MUTED)
    write(figure, beside, 15, "Each row changes one coordinate of this image's code,", color=MUTED)
    write(figure, beside, 42, RANGE, color=MUTED)
    order = sorted_by_meaning(coordinates, meanings)
    place_of = {int(coordinate): place for place, coordinate in enumerate(coordinates)}
    grid = draw_grid(figure, walk[[place_of[row.coordinate] for row in order]], LEFT, TOP, scale, gap)
    for place, row in enumerate(order):
        grid.beside(place, meaning_of(row), color=INK if row.named else MUTED, size=SMALL)
    return figure


def sorted_by_meaning(coordinates: Integer[np.ndarray, "rows"], meanings: pd.DataFrame) -> list[Any]:
    """Rows of `meanings` of `coordinates`: named ones by measure, largest share first; the others last."""
    chosen = meanings[meanings.coordinate.isin(coordinates)]
    ordered = chosen.assign(name=chosen.measure.where(chosen.named == 1, "~")).sort_values(
        ["name", "share"], ascending=[True, False], kind="stable"
    )
    return list(ordered.itertuples())


def meaning_of(row: Any) -> str:
    """What goes with a coordinate, with its share of variance, and in how many of the classes, if any."""
    classes = f", {row.classes_agreeing} of {row.classes} classes" if "classes" in row._fields else ""
    return f"{row.measure} {100 * row.share:.0f} %\nz{row.coordinate}{classes}"


def draw_build_up(
    steps: UInt8[np.ndarray, "rows steps h w *rgb"],
    counts: Integer[np.ndarray, "steps"],
    images: UInt8[np.ndarray, "rows h w *rgb"],
    subject: Subject,
) -> Figure:
    """Draw a row an image, built from more and more of its units: `counts` of them, strongest first."""
    rows = np.concatenate([steps, images[:, None]], axis=1)
    gap, top = 12, 62
    scale = fitting_scale(rows, gap, BODY, LARGEST)
    height = top + grid_height(len(rows), images.shape[1], scale, 4)
    figure = page(height, f"{subject.name}: unit by unit", subject.colour)
    write(figure, 0, 14, BUILD_UP, color=MUTED)
    grid = draw_grid(figure, rows, 0, top, scale, (4, gap))
    for column, count in enumerate(counts):
        grid.over(0, column, f"{count}", color=subject.colour, size=SMALL)
    grid.over(0, len(counts), "image", color=MUTED, size=SMALL)
    return figure
