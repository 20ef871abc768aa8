"""CIFAR-10 and SVHN, as published: RGB of 32 × 32 pixels, ten classes each; torchvision reads them.

    CIFAR10/cifar-10-batches-py/   data_batch_1 … data_batch_5   test_batch   batches.meta
    SVHN/                          train_32x32.mat   test_32x32.mat

below `data/downloads`. CIFAR-10's files are pickles, which could hold code: torchvision compares their MD5
with the published one before it opens any.

References: Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009; Netzer et al., *Reading
Digits in Natural Images with Unsupervised Feature Learning*, 2011.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from stages.common.errors import StudyError
from stages.images.datasets import Images
from stages.images.downloads import download_whole, downloads_folder
from stages.images.shape import ImageShape

SHAPE = ImageShape(3, 32, 32)
TEST_IMAGES = {"cifar10": 10_000, "svhn": 26_032}
FOLDERS = {"cifar10": "CIFAR10", "svhn": "SVHN"}  # and torchvision's names
FILES = {
    "cifar10": [
        f"cifar-10-batches-py/{name}" for name in (*(f"data_batch_{n}" for n in range(1, 6)), "test_batch")
    ],
    "svhn": ["train_32x32.mat", "test_32x32.mat"],
}


def published(dataset: str) -> tuple[Images, Images]:
    """Give training and test set of `dataset`, "cifar10" or "svhn"; download what is not there.

    Raises:
        StudyError: no network, or a file that is damaged.
    """
    folder, read = folder_of(dataset), {"cifar10": cifar10, "svhn": svhn}[dataset]
    if not is_complete(dataset):
        files = f"{', '.join(FILES[dataset])} into {folder.absolute()}"
        fetch = partial(_both, read, download=True)
        download_whole(dataset, files, folder, fetch, partial(is_complete, dataset))
    try:
        return _both(read, folder, download=False)
    except RuntimeError:  # torchvision's: an MD5 differs
        raise StudyError(f"{folder} is truncated or changed; delete it to download it again") from None


def folder_of(dataset: str) -> Path:
    """Give the folder that torchvision has to be told."""
    return downloads_folder() / FOLDERS[dataset]


def is_complete(dataset: str) -> bool:
    """Are all files of `dataset` there?"""
    return all((folder_of(dataset) / name).exists() for name in FILES[dataset])


def cifar10(root: Path, part: str, download: bool) -> Images:
    """Photographs of ten kinds of things: 50 000 to train with, 10 000 to test."""
    from torchvision.datasets import CIFAR10

    found = CIFAR10(root, train=part == "train", download=download)
    return Images(np.ascontiguousarray(found.data), np.array(found.targets, np.uint8))


def svhn(root: Path, part: str, download: bool) -> Images:
    """House numbers, the digit in the middle: 73 257 to train with, 26 032 to test."""
    from torchvision.datasets import SVHN

    found = SVHN(root, split=part, download=download)
    return Images(np.ascontiguousarray(found.data.transpose(0, 2, 3, 1)), found.labels.astype(np.uint8))


def _both(read: Callable[..., Images], root: Path, download: bool) -> tuple[Images, Images]:
    return read(root, "train", download), read(root, "test", download)
