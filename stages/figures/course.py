"""The set that courses ask for, of several models side by side: reconstructions, interpolations, samples.

`variants` maps the name of a model (`k = 2`) to its arrays, as `Pictures` of `analyses/pictures.py` makes
them; its test images are whatever images stand in for the unseen ones.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures import interpolation, overview
from stages.figures.palette import INK
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject

Variants = Mapping[str, Mapping[str, np.ndarray]]

RECONSTRUCTIONS = """
The same {part} images, and what each model makes of them through its code. Decibels are PSNR over these
ten: more is better, and 3 dB more is half the squared error.

Read off: what survives a code of that size, from the mean digit to the single stroke.

Not to be read off: how good a model is on the whole; ten images are an anecdote.
"""
SAMPLES = """
Ten codes drawn from the standard normal, decoded by each model. {about}

Read off: where random codes hit digits, and where they decode to blots.

Not to be read off: how often a model makes which digit. These are too few to count.
"""


def reconstructions(variants: Variants, part: str, title: str, colour: str = INK) -> Figure:
    """Ten images of `part` ("training" or "validation"): a row for the originals, and one for each model."""
    prefix = "train" if part == "training" else "test"
    clean = next(iter(variants.values()))[f"{prefix}_clean"]
    rows = [overview.Row(f"{part} images", clean)]
    for name, arrays in variants.items():
        restored = arrays[f"{prefix}_reconstruction"]
        rows.append(overview.Row(name, restored, colour, psnr_of_all(restored, clean)))
    return overview.draw(rows, title, RECONSTRUCTIONS.format(part=part))


def samples(variants: Variants, title: str, about: str, colour: str = INK) -> Figure:
    """Ten random codes, decoded: a row for each model. `about` says what the prior means to these models."""
    rows = [overview.Row(name, _ten(arrays["samples_prior"]), colour) for name, arrays in variants.items()]
    return overview.draw(rows, title, SAMPLES.format(about=about))


def interpolations(arrays: Mapping[str, np.ndarray], subject: Subject) -> Figure:
    """Ten pairs (training → validation image) in ten steps of the code, of one model."""
    ends = [arrays[f"interpolation{part}"] for part in ("_start", "", "_end")]
    return interpolation.draw(*ends, subject, other="validation")


def _ten(images: UInt8[np.ndarray, "n h w"]) -> UInt8[np.ndarray, "m h w"]:
    return images[:10]
