"""What the units of a sparse code draw: of each filter of the decoder its kind, where it lies, how it leans.

Kinds are those of `filter_kinds.py`, with the lines of the study wta-sparsity: whole (a whole digit, or what
else images show), part, stroke, noise. A unit lies where its largest weight does; its slant is that of the
ink that it adds, of all weights above a quarter of the largest one. A kernel of a convolution is put
everywhere, so it has no place. Filters in colour are judged by how bright they are.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8

from stages.analyses.filter_kinds import FAINT, KINDS, Marks
from stages.analyses.filters import decoder_filters
from stages.analyses.shape import shapes
from stages.images.colours import luminance
from stages.models.interface import Autoencoder

WORDS = tuple("whole" if kind == "digit" else kind for kind in KINDS)
LINES = (0.7, 0.3, 0.5)  # digit_from, noise_below, stroke_below
COMPARED = 1000  # training images that say what is whole
SHOWN = 28  # filters of a kind: two rows of a figure
THIRDS = (
    ("upper left", "top", "upper right"),
    ("left", "middle", "right"),
    ("lower left", "bottom", "lower right"),
)

Metrics = dict[str, float]


def units(model: Autoencoder, images: UInt8[np.ndarray, "n h w *rgb"]) -> tuple[pd.DataFrame, Metrics]:
    """A row a unit: `unit`, `kind`, `where` (a ninth of the image) and `slant` in degrees; shares of kinds.

    `images` are clean ones of training. Strokes of which no end is up have a slant near ±90.
    """
    filters, images = luminance(decoder_filters(model).cpu().numpy()), luminance(images[:COMPARED])
    kinds = np.array(WORDS)[Marks.of(filters, images).of_kind(LINES)]
    whole = filters.shape[1:] == images.shape[1:]
    ink = np.where(filters > FAINT * filters.max(axis=(1, 2), keepdims=True), filters, 0).clip(min=0)
    table = pd.DataFrame(
        {
            "unit": np.arange(len(filters)),
            "kind": kinds,
            "where": places(filters) if whole else "anywhere",
            "slant": shapes(ink).slant,
        }
    )
    return table, {kind: float(np.mean(kinds == kind)) for kind in WORDS}


def filters_by_kind(model: Autoencoder, table: pd.DataFrame) -> dict[str, Float[np.ndarray, "n h w *rgb"]]:
    """Some filters of each kind in `table`, as `units_<kind>`: at even steps from strong to weak."""
    filters = decoder_filters(model).cpu().numpy()
    strongest = np.argsort(-np.square(filters).sum(axis=tuple(range(1, filters.ndim))), kind="stable")
    found = {}
    for kind in WORDS:
        own = strongest[(table.kind == kind).to_numpy()[strongest]]
        steps = np.linspace(0, len(own) - 1, min(len(own), SHOWN)).round().astype(int)
        found[f"units_{kind}"] = filters[own[steps]]
    return found


def places(filters: Float[np.ndarray, "n h w"]) -> list[str]:
    """The ninth of the image in which the largest weight lies, in words."""
    _, height, width = filters.shape
    rows, columns = np.divmod(filters.reshape(len(filters), -1).argmax(axis=1), width)
    return [THIRDS[3 * row // height][3 * column // width] for row, column in zip(rows, columns, strict=True)]
