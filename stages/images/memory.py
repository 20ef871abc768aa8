"""Whether there is room for images, asked before it is used up."""

import shutil
from pathlib import Path

import psutil

from stages.common.errors import StudyError
from stages.images.shape import ImageShape

MADE = ("data/raw", "data/noisy")
# What lies on disk for a byte of an image: one in data/raw, two in data/noisy, all three once more in DVC's
# cache, and two while they are made.
ON_DISK = 8


def check_disk(images: int, shape: ImageShape, name: object) -> None:
    """Raises StudyError where the pipeline would need more of the disk for so many images than is free."""
    there = 2 * sum(file.stat().st_size for folder in MADE for file in Path(folder).glob("*.npz"))
    needed, free = ON_DISK * images * shape.numbers - there, shutil.disk_usage(".").free
    if needed > free:
        raise StudyError(
            f"{name}: {images} images of {shape} need about {needed / 1e9:.1f} GB more of the disk, and "
            f"{free / 1e9:.1f} GB are free; take fewer, or make them smaller by `data.resize`"
        )


def check_memory(needed: int, name: object, remedy: str) -> None:
    """Raises StudyError where `name` needs more bytes of memory than are free; `remedy` says what helps."""
    free = psutil.virtual_memory().available
    if needed > free:
        raise StudyError(
            f"{name}: needs {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; {remedy}"
        )
