"""The set that courses ask to be shown for every code size, as pictures of a study's page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from stages.figures import course
from stages.figures.subject import Subject
from stages.pages.study import Picture, number, table
from stages.pages.wording import listed

MEASURES = ("midpoint", "crossfade", "random")  # of `analyses/course.py`
LEVEL = 0.05  # two distances that differ by less, relatively, are called level


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


def observed(measures: Mapping[str, Mapping[str, float]]) -> list[str]:
    """What `course_measures` says of the pictures: a table, and sentences under it."""
    rows = [
        [key.removeprefix("k"), *(number(of[name], 2) for name in MEASURES)] for key, of in measures.items()
    ]
    middles = {key: of["midpoint"] / of["crossfade"] for key, of in measures.items()}
    random = {key: of["random"] for key, of in measures.items()}
    return [
        "**Observed.** How far the pictures are from the nearest training image, in multiples of the "
        "distance of a validation image. More than 1 is unlike digits; blur brings a picture nearer, so "
        "less is not better than real.",
        table(["k", "middle of an interpolation", "cross-fade of its ends", "random codes"], rows),
        f"The middles are {_compared(middles, 'nearer to digits than', 'level with', 'farther than')} a "
        f"cross-fade of the ends' pixels. Pictures of random codes are "
        f"{_compared(random, 'nearer to training images than', 'as near as', 'farther than')} unseen digits.",
    ]


def _compared(ratios: Mapping[str, float], below: str, level: str, above: str) -> str:
    """`at k = 2 and 5 nearer than and at k = 50 farther than`; `at every k …` where all agree."""
    groups: dict[str, list[str]] = {below: [], level: [], above: []}
    for key, ratio in ratios.items():
        word = level if abs(ratio - 1) < LEVEL else below if ratio < 1 else above
        groups[word].append(key.removeprefix("k"))
    found = {word: sizes for word, sizes in groups.items() if sizes}
    if len(found) == 1:
        return f"at every k {next(iter(found))}"
    return listed([f"at k = {listed(sizes)} {word}" for word, sizes in found.items()])
