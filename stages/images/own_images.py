"""The user's own images: a folder with a sub-folder per class, or an `.npz` of `images` and `labels`.

    read_own_images   a data set, for `data.dataset: own`
    read_pictures     single pictures, to put through a trained model

`data/own/README.md` tells the user what to put where; this module refuses what does not fit, in one line.
Labels are 0, 1, 2, … in the order of the class names, numbers by value: 2 before 10.
"""

import os
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from stages.common.artifacts import load_arrays
from stages.common.errors import StudyError
from stages.images.datasets import SIDE, Images

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm"}
MOST_CLASSES = 256  # a label is one byte
HELP = "data/own/README.md says how to lay out your images"


def read_own_images(path: Path | str) -> tuple[Images, list[str]]:
    """Read images and the names of their classes, of which a label is the index.

    Raises:
        StudyError: nothing there, no images, a wrong size, shape or type, or not 2 to 256 classes.
    """
    path = Path(path)
    if not os.path.exists(path):  # not path.exists(), which raises where a name is too long
        raise StudyError(f"data.own is {path}, which does not exist; {HELP}")
    images, classes = _read_folder(path) if path.is_dir() else _read_npz(path)
    if not len(images):
        raise StudyError(f"{path} holds no images; {HELP}")
    names = sorted(set(classes), key=_by_value)
    if not 2 <= len(names) <= MOST_CLASSES:
        raise StudyError(f"{path} holds {len(names)} class(es); there should be 2 to {MOST_CLASSES}")
    label_of = {name: label for label, name in enumerate(names)}
    return Images(images, np.array([label_of[name] for name in classes], np.uint8)), names


def read_pictures(*paths: Path | str) -> Float[np.ndarray, "n 1 28 28"]:
    """Read pictures, light on dark as the models have seen them, as float32 in [0, 1].

    Raises:
        StudyError: no image, a wrong size, or dark on light, of which a model would make rubbish.
    """
    pictures = np.stack([_read_image(Path(path)) for path in paths])
    for path, picture in zip(paths, pictures, strict=True):
        border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        if np.median(border) > 127:
            raise StudyError(f"{path} is dark on light; images should be light on dark: invert it (255 − x)")
    return pictures[:, None] / np.float32(255)


def _by_value(name: str) -> tuple[bool, int, str]:
    is_number = name.isdecimal()
    return (not is_number, int(name) if is_number else 0, name)


def _read_folder(path: Path) -> tuple[UInt8[np.ndarray, "n 28 28"], list[str]]:
    files = [file for folder in _visible(path) if folder.is_dir() for file in _images_of_class(folder)]
    if not files:
        raise StudyError(
            f"{path} has no sub-folders with images; {HELP} "
            "(and a queued experiment sees only files that git or DVC tracks)"
        )
    return np.stack([_read_image(file) for file in files]), [file.parent.name for file in files]


def _images_of_class(folder: Path) -> list[Path]:
    files = [file for file in _visible(folder) if file.suffix.lower() in SUFFIXES]
    if not files:
        raise StudyError(f"{folder} holds no images, but every sub-folder is a class; remove it, or fill it")
    return files


def _visible(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if not file.name.startswith("."))


def _read_image(path: Path) -> UInt8[np.ndarray, "28 28"]:
    from PIL import Image

    try:
        with Image.open(path) as image:
            size, mode, grey = image.size, image.mode, image.convert("L")
            opaque = not image.has_transparency_data or image.convert("RGBA").getextrema()[3][0] == 255
    except Exception as error:  # Pillow raises a dozen kinds for a damaged file
        raise StudyError(f"{path} cannot be read as an image ({type(error).__name__})") from None
    if size != (SIDE, SIDE):
        raise StudyError(f"{path} is {size[0]}×{size[1]} pixels; images should be {SIDE}×{SIDE}")
    if not opaque:  # what shows through would be a guess
        raise StudyError(f"{path} is transparent in places; save it on a plain dark ground")
    if mode[0] in "IF":  # Pillow would cut such values off at 255
        raise StudyError(f"{path} has more than 8 bits a channel; save it with 8")
    return np.asarray(grey)


def _read_npz(path: Path) -> tuple[UInt8[np.ndarray, "n 28 28"], list[str]]:
    arrays = _arrays(path)
    images, labels = arrays["images"], arrays["labels"]
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise StudyError(f"{path}: images have shape {images.shape}; it should be (n, {SIDE}, {SIDE})")
    if labels.shape != images.shape[:1]:
        raise StudyError(
            f"{path}: labels have shape {labels.shape}; for these images it should be ({len(images)},)"
        )
    if labels.dtype.kind not in "iuU":
        raise StudyError(f"{path}: labels are {labels.dtype}; they should be integers or strings")
    return _as_bytes(images, path), labels.astype(str).tolist()


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        arrays = load_arrays(path)
    except StudyError:
        raise StudyError(
            f"{path} cannot be read; it should be an .npz of `images` and `labels` "
            f"without Python objects (dtype object); {HELP}"
        ) from None
    for name in ("images", "labels"):
        if name not in arrays:
            raise StudyError(f"{path} lacks `{name}` (it has {', '.join(arrays) or 'nothing'}); {HELP}")
    return arrays


def _as_bytes(images: np.ndarray, path: Path) -> UInt8[np.ndarray, "n 28 28"]:
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
    return np.round(images * 255).astype(np.uint8)
