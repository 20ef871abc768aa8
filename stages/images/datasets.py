"""Images and labels as stages hand them on, and how they are split.

Everything stays uint8 until a batch is drawn: the whole of MNIST then takes 55 MB, and a stage loads it
in one read. What is much larger stays on disk (`common/large_arrays.py`): indexing, noise and training take
their images from there, batch by batch.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

import numpy as np
from jaxtyping import Integer, UInt8

from stages.common.artifacts import load_typed, save_arrays
from stages.common.errors import StudyError
from stages.common.large_arrays import blocks, filled
from stages.images.shape import DIGIT, ImageShape

SIDE = DIGIT.height  # of MNIST's images, and of those of all studies


@dataclass(frozen=True)
class Images:
    """Images with labels, as `fetch-data` makes them.

    `images` in 0…255, grey (n, height, width) or RGB (n, height, width, 3), and `labels` (n,).
    """

    images: UInt8[np.ndarray, "n height width *rgb"]
    labels: UInt8[np.ndarray, "n"]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def shape(self) -> ImageShape:
        """Of each image."""
        return ImageShape.of(self.images)

    def __getitem__(self, index: Integer[np.ndarray, "m"]) -> "Images":
        return Images(gathered(self.images, index), self.labels[index])

    def save(self, path: Path | str) -> None:
        """Write to an `.npz`."""
        save_arrays(path, images=self.images, labels=self.labels)

    @classmethod
    def load(cls, path: Path | str) -> "Images":
        """Read what `save` wrote. Raises StudyError when the file is missing, damaged or of another kind."""
        return _checked(cls(**load_typed(path, **_types(cls))), path)


@dataclass(frozen=True)
class NoisyImages:
    """Noisy input, clean target and label side by side, as `prepare-noisy-data` makes them."""

    clean: UInt8[np.ndarray, "n height width *rgb"]
    noisy: UInt8[np.ndarray, "n height width *rgb"]
    labels: UInt8[np.ndarray, "n"]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def shape(self) -> ImageShape:
        """Of each image."""
        return ImageShape.of(self.clean)

    def save(self, path: Path | str) -> None:
        """Write to an `.npz`."""
        save_arrays(path, clean=self.clean, noisy=self.noisy, labels=self.labels)

    @classmethod
    def load(cls, path: Path | str) -> "NoisyImages":
        """Read what `save` wrote. Raises StudyError when the file is missing, damaged or of another kind."""
        return _checked(cls(**load_typed(path, **_types(cls))), path)

    def first(self, count: int) -> "NoisyImages":
        """The first `count`, and the first of each class that has none among them; all if there are fewer."""
        if count >= len(self):
            return self
        _, of_each_class = np.unique(self.labels, return_index=True)
        index = np.union1d(np.arange(count), of_each_class)
        return NoisyImages(gathered(self.clean, index), gathered(self.noisy, index), self.labels[index])

    def without_noise(self) -> "NoisyImages":
        """The clean images as input too."""
        return NoisyImages(self.clean, self.clean, self.labels)


def gathered(
    images: UInt8[np.ndarray, "n height width *rgb"], index: Integer[np.ndarray, "m"]
) -> UInt8[np.ndarray, "m height width *rgb"]:
    """Those of `images` that `index` names."""
    shape = len(index), *images.shape[1:]
    return filled(shape, (images[index[block]] for block in blocks(shape)))


Set = TypeVar("Set", Images, NoisyImages)


def _types(kind: type) -> dict[str, type]:
    return {field.name: field.type for field in fields(kind)}


def _checked(images: Set, path: Path | str) -> Set:
    try:
        _ = images.shape
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from None
    return images


def split_by_class(
    labels: UInt8[np.ndarray, "n"], fraction: float, generator: np.random.Generator
) -> tuple[Integer[np.ndarray, "rest"], Integer[np.ndarray, "part"]]:
    """Shuffled indices of two parts, the second with `fraction` of every class, rounded.

    Of a class with two images or more, both parts get at least one.
    """
    rest, part = [], []
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        cut = max(1, min(round(fraction * len(members)), len(members) - 1))
        part.append(members[:cut])
        rest.append(members[cut:])
    return generator.permutation(np.concatenate(rest)), generator.permutation(np.concatenate(part))
