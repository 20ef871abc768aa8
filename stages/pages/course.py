"""The set that courses ask to be shown for every code size, as pictures of a study's page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from stages.figures import course
from stages.figures.subject import Subject
from stages.pages.study import Picture


@dataclass(frozen=True)
class Looks:
    """What to look for in each kind of picture, and what the standard normal means to these models."""

    reconstructions: str
    interpolation: str
    samples: str
    prior: str  # part of the samples' caption


def course_pictures(
    variants: Mapping[int, Mapping[str, np.ndarray]], subject: Subject, looks: Looks
) -> list[Picture]:
    """Pictures of `course_set`'s arrays for each k: reconstructions, interpolations (one a k), samples."""
    rows = {f"k = {k}": arrays for k, arrays in variants.items()}
    pictures = [
        Picture(
            f"reconstructions_{part}",
            course.reconstructions(rows, part, f"{subject.name}: {part} images", subject.colour),
            looks.reconstructions,
        )
        for part in ("training", "validation")
    ]
    for k, arrays in variants.items():
        one = replace(subject, name=f"{subject.name}, k = {k}")
        drawn = course.interpolations(arrays, one)
        pictures.append(Picture(f"interpolation_k{k}", drawn, looks.interpolation))
    drawn = course.samples(rows, f"{subject.name}: random codes", looks.prior, subject.colour)
    return [*pictures, Picture("samples", drawn, looks.samples)]
