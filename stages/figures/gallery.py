"""The pictures that courses ask to be shown of every autoencoder: reconstructions, interpolations, samples.

`variants` maps the name of a model (`k = 2`) to its arrays, as `analyses/gallery.py` makes them; its test
images are whatever images stand in for the unseen ones.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.figures import interpolation, overview
from stages.figures.palette import INK
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject

Variants = Mapping[str, Mapping[str, np.ndarray]]


def all_of(galleries: Mapping[str, Mapping[str, np.ndarray]], subject: Subject) -> dict[str, Figure]:
    """Every picture by the name of its file; `galleries` has the arrays of each size k."""
    variants = {f"k = {k}": arrays for k, arrays in galleries.items()}
    name, colour = subject.name, subject.colour
    figures = {
        f"reconstructions_{part}": reconstructions(variants, part, f"{name}: {part} images", colour)
        for part in ("training", "validation")
    }
    for k, arrays in galleries.items():
        figures[f"interpolation_k{k}"] = interpolations(arrays, replace(subject, name=f"{name}, k = {k}"))
    return figures | {"samples": samples(variants, f"{name}: random codes", colour)}


def reconstructions(variants: Variants, part: str, title: str, colour: str = INK) -> Figure:
    """Ten images of `part` ("training" or "validation"): a row for the originals, and one for each model."""
    prefix = "train" if part == "training" else "test"
    clean = next(iter(variants.values()))[f"{prefix}_clean"]
    rows = [overview.Row(f"{part} images", clean)]
    for name, arrays in variants.items():
        restored = arrays[f"{prefix}_reconstruction"]
        rows.append(overview.Row(name, restored, colour, psnr_of_all(restored, clean)))
    return overview.draw(rows, title)


def samples(variants: Variants, title: str, colour: str = INK) -> Figure:
    """Ten random codes, decoded: a row for each model."""
    rows = [overview.Row(name, _ten(arrays["samples_prior"]), colour) for name, arrays in variants.items()]
    return overview.draw(rows, title)


def interpolations(arrays: Mapping[str, np.ndarray], subject: Subject) -> Figure:
    """Ten pairs (training → validation image) in ten steps of the code, of one model."""
    ends = [arrays[f"interpolation{part}"] for part in ("_start", "", "_end")]
    return interpolation.draw(*ends, subject, other="validation")


def _ten(images: UInt8[np.ndarray, "n h w *rgb"]) -> UInt8[np.ndarray, "m h w *rgb"]:
    return images[:10]
