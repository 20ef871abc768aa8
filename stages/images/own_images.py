"""The user's own images: a folder with a sub-folder per class, or an `.npz` of `images` and `labels`.

Without classes it is a folder of images, or an `.npz` of `images` alone: then all images are of one class.

`data/own/README.md` tells the user what to put where; this module refuses what does not fit, in one line.
Labels are 0, 1, 2, … in the order of the class names, numbers by value: 2 before 10. Images are kept in
colour where one of them has any.
"""

import os
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from stages.common.artifacts import load_arrays
from stages.common.errors import StudyError
from stages.common.large_arrays import blocks, filled, place_of
from stages.images.colours import in_channels, luminance, without_colour
from stages.images.datasets import Images
from stages.images.image_files import SUFFIXES, Size, read_image, resized
from stages.images.memory import check_disk, check_memory
from stages.images.shape import ImageShape

MOST_CLASSES = 256  # a label is one byte
HELP = "data/own/README.md says how to lay out your images"

Kept = UInt8[np.ndarray, "n height width *rgb"]


def read_own_images(
    path: Path | str, resize: Size | None = None, grey: bool = False
) -> tuple[Images, list[str]]:
    """Read images and the names of their classes, of which a label is the index.

    Raises:
        StudyError: nothing there, no images, a wrong size, shape or type, more than 256 classes, or more
            than the disk, or memory, has room for.
    """
    path = Path(path)
    if not os.path.exists(path):  # not path.exists(), which raises where a name is too long
        raise StudyError(f"data.own is {path}, which does not exist; {HELP}")
    images, classes = _read_folder(path, resize, grey) if path.is_dir() else _read_npz(path, resize, grey)
    if not len(images):
        raise StudyError(f"{path} holds no images; {HELP}")
    check_disk(len(images), _checked_shape(images, path), path)
    names = sorted(set(classes), key=_by_value)
    if len(names) > MOST_CLASSES:
        raise StudyError(f"{path} holds {len(names)} classes; there should be at most {MOST_CLASSES}")
    label_of = {name: label for label, name in enumerate(names)}
    return Images(images, np.array([label_of[name] for name in classes], np.uint8)), names


def _by_value(name: str) -> tuple[bool, int, str]:
    is_number = name.isdecimal()
    return (not is_number, int(name) if is_number else 0, name)


def _checked_shape(images: Kept, path: Path) -> ImageShape:
    try:
        return ImageShape.of(images)
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from None


def _read_folder(path: Path, resize: Size | None, grey: bool) -> tuple[Kept, list[str]]:
    files = _image_files(path)
    if not files:
        raise StudyError(
            f"{path} has no images, and no sub-folders with images; {HELP} "
            "(and a queued experiment sees only files that git or DVC tracks)"
        )
    first = read_image(files[0], resize, grey)
    check_disk(len(files), _checked_shape(first[None], files[0]), path)
    every = partial(_in_channels, files, resize, grey)
    size = len(files), *first.shape[:2]
    try:
        kept = filled(size, every(1))
    except _ColourError:
        kept = filled((*size, 3), every(3))
    return kept, [file.parent.name for file in files]


class _ColourError(Exception):
    """There is a colour where all images should be grey."""


def _in_channels(files: list[Path], resize: Size | None, grey: bool, channels: int) -> Iterator[Kept]:
    """Each image, with an axis before it; all of the size of the first."""
    height = width = None
    for file in files:
        image = read_image(file, resize, grey)
        height, width = height or image.shape[0], width or image.shape[1]
        if image.shape[:2] != (height, width):
            raise StudyError(
                f"{file} is {image.shape[0]} × {image.shape[1]} pixels, {files[0]} {height} × {width}; all "
                f"should be of one size: `data.resize: [{height}, {width}]` makes them so"
            )
        if image.ndim == 3 and channels == 1:
            raise _ColourError
        yield in_channels(image[None], channels)


def _image_files(path: Path) -> list[Path]:
    """Those of every class, whose folder names it; or, without classes, those in the folder itself."""
    folders = [folder for folder in _visible(path) if folder.is_dir()]
    alone = [file for file in _visible(path) if file.suffix.lower() in SUFFIXES and file not in folders]
    if alone and folders:
        raise StudyError(
            f"{path} holds images ({alone[0].name}) beside folders ({folders[0].name}); put every image into "
            "the folder of its class, or, to do without classes, all of them side by side"
        )
    return alone or [file for folder in folders for file in _images_of_class(folder)]


def _images_of_class(folder: Path) -> list[Path]:
    files = [file for file in _visible(folder) if file.suffix.lower() in SUFFIXES]
    if not files and any(file.is_dir() for file in _visible(folder)):
        raise StudyError(f"{folder} holds folders; it should hold the images of one class, each a file")
    if not files:
        raise StudyError(f"{folder} holds no images, but every sub-folder is a class; remove it, or fill it")
    return files


def _visible(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if not file.name.startswith("."))


def _read_npz(path: Path, resize: Size | None, grey: bool) -> tuple[Kept, list[str]]:
    arrays = _arrays(path)
    images = arrays["images"]
    if images.ndim not in (3, 4) or images.shape[3:] not in ((), (3,)):
        raise StudyError(
            f"{path}: images have shape {images.shape}; it should be (n, height, width), or "
            "(n, height, width, 3) for RGB"
        )
    labels = arrays.get("labels", np.zeros(len(images), int))
    if not images.size:
        raise StudyError(f"{path} holds no images; {HELP}")
    if labels.shape != images.shape[:1]:
        raise StudyError(
            f"{path}: labels have shape {labels.shape}; for these images it should be ({len(images)},)"
        )
    if labels.dtype.kind not in "iuU":
        raise StudyError(f"{path}: labels are {labels.dtype}; they should be integers or strings")
    images = without_colour(_as_bytes(images, path))
    if grey:
        images = filled(images.shape[:3], (luminance(images[block]) for block in blocks(images.shape)))
    if resize:
        shape = len(images), *resize, *images.shape[3:]
        images = filled(shape, (resized(image, resize)[None] for image in images))
    return images, labels.astype(str).tolist()


def _arrays(path: Path) -> dict[str, np.ndarray]:
    check_memory(_read_whole(path), path, "save `images` as uint8, by numpy.savez")
    try:
        arrays = load_arrays(path)
    except StudyError:
        raise StudyError(
            f"{path} cannot be read; it should be an .npz of `images`, and of `labels` if there are classes, "
            f"without Python objects (dtype object); {HELP}"
        ) from None
    # Whoever brings more than images means to bring classes, so their name may be mistyped.
    for name in ("images",) if set(arrays) == {"images"} else ("images", "labels"):
        if name not in arrays:
            raise StudyError(f"{path} lacks `{name}` (it has {', '.join(arrays) or 'nothing'}); {HELP}")
    return arrays


def _read_whole(path: Path) -> int:
    """Bytes of the arrays that will not stay on disk; 0 of what is no archive, as reading it will tell."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist() if place_of(member, path) is None)
    except (OSError, ValueError, zipfile.BadZipFile):
        return 0


def _as_bytes(images: np.ndarray, path: Path) -> Kept:
    """Give bytes as they are, and floats in [0, 1] times 255."""
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind != "f":
        raise StudyError(
            f"{path}: images are {images.dtype}; they should be uint8 (0…255) or floats in [0, 1]"
        )
    if images.size and not (images.min() >= 0 and images.max() <= 1):  # also NaN
        raise StudyError(
            f"{path}: float images should lie in [0, 1], these in [{images.min():g}, {images.max():g}]"
        )
    parts = (images[block] for block in blocks(images.shape))
    return filled(images.shape, (np.round(part * 255).astype(np.uint8) for part in parts))
