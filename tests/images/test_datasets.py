"""Images in files, and nothing else; splitting by class: two disjoint parts, together all, and alike."""

import re

import numpy as np
import pytest

from stages.common.artifacts import save_arrays
from stages.common.errors import StudyError
from stages.images.datasets import Images, NoisyImages, split_by_class

LABELS = np.repeat(np.arange(4, dtype=np.uint8), [10, 20, 50, 5])


def split(fraction=0.2, seed=0, labels=LABELS):
    return split_by_class(labels, fraction, np.random.default_rng(seed))


def test_the_two_parts_are_everything_once():
    rest, part = split()
    assert sorted([*rest, *part]) == list(range(len(LABELS)))


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
def test_every_class_gives_its_fraction(fraction):
    _, part = split(fraction)
    expected = np.maximum(1, np.round(fraction * np.bincount(LABELS)))
    np.testing.assert_array_equal(np.bincount(LABELS[part]), expected)


def test_a_tiny_fraction_still_takes_one_of_every_class():
    _, part = split(0.001)
    assert sorted(LABELS[part]) == [0, 1, 2, 3]


def test_both_parts_are_shuffled():
    rest, part = split()
    assert list(LABELS[rest]) != sorted(LABELS[rest])
    assert list(LABELS[part]) != sorted(LABELS[part])


def test_the_seed_decides():
    np.testing.assert_array_equal(split(seed=1)[0], split(seed=1)[0])
    assert list(split(seed=1)[1]) != list(split(seed=2)[1])


def test_images_come_back_from_a_file_as_they_were(tmp_path):
    images = Images(
        np.random.default_rng(0).integers(0, 256, (7, 28, 28), np.uint8), np.arange(7, dtype=np.uint8)
    )
    images.save(tmp_path / "images.npz")
    loaded = Images.load(tmp_path / "images.npz")
    np.testing.assert_array_equal(loaded.images, images.images)
    np.testing.assert_array_equal(loaded.labels, images.labels)


def test_an_index_picks_images_and_their_labels():
    images = Images(
        np.arange(5, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2), np.arange(5, dtype=np.uint8)
    )
    picked = images[np.array([3, 1])]
    assert len(picked) == 2
    np.testing.assert_array_equal(picked.images[:, 0, 0], picked.labels)


FIVE = {
    "clean": np.zeros((5, 28, 28), np.uint8),
    "noisy": np.ones((5, 28, 28), np.uint8),
    "labels": np.arange(5, dtype=np.uint8),
}
NO_IMAGES = {
    "float images": ("noisy", FIVE["noisy"] / 255, "is float64 (5, 28, 28); it should be uint8 (5, 28, 28)"),
    "signed images": ("clean", FIVE["clean"].astype(np.int8), "is int8 (5, 28, 28); it should be uint8 (n"),
    "flat images": (
        "clean",
        FIVE["clean"].reshape(5, 784),
        "is uint8 (5, 784); it should be uint8 (n, height, width, *rgb)",
    ),
    "larger images": (
        "noisy",
        np.zeros((5, 32, 28), np.uint8),
        "is uint8 (5, 32, 28); it should be uint8 (5, 28, 28)",
    ),
    "coloured images": (
        "noisy",
        np.zeros((5, 28, 28, 3), np.uint8),
        "is uint8 (5, 28, 28, 3); it should be uint8 (5, 28, 28)",
    ),
    "no images": ("clean", FIVE["clean"][:0], "is empty"),
    "fewer noisy images": (
        "noisy",
        FIVE["noisy"][:4],
        "is uint8 (4, 28, 28); it should be uint8 (5, 28, 28)",
    ),
    "fewer labels": ("labels", FIVE["labels"][:4], "is uint8 (4); it should be uint8 (5)"),
    "names as labels": ("labels", np.array([*"abcde"]), "is <U1 (5); it should be uint8 (5)"),
    "large labels": ("labels", np.arange(5), "is int64 (5); it should be uint8 (5)"),
    "a label in a column": ("labels", FIVE["labels"][:, None], "is uint8 (5, 1); it should be uint8 (5)"),
}


def test_noisy_images_come_back_from_a_file_as_they_were(tmp_path):
    NoisyImages(**FIVE).save(tmp_path / "train.npz")
    for name, array in vars(NoisyImages.load(tmp_path / "train.npz")).items():
        np.testing.assert_array_equal(array, FIVE[name])


@pytest.mark.parametrize(("name", "array", "fault"), NO_IMAGES.values(), ids=NO_IMAGES)
def test_what_are_no_images_is_refused_by_the_name_of_file_and_array(tmp_path, name, array, fault):
    save_arrays(tmp_path / "train.npz", **FIVE | {name: array})
    with pytest.raises(StudyError, match=re.escape(f"train.npz: {name} {fault}")) as caught:
        NoisyImages.load(tmp_path / "train.npz")
    assert str(caught.value).endswith("; delete it, and `dvc repro` makes it again")


ALONE = {name: case for name, case in NO_IMAGES.items() if name not in ("larger images", "coloured images")}


@pytest.mark.parametrize(("name", "array", "fault"), ALONE.values(), ids=ALONE)
def test_images_without_noise_are_looked_at_as_closely(tmp_path, name, array, fault):
    names = {"clean": "images", "noisy": "images", "labels": "labels"}
    arrays = {"images": FIVE["clean"], "labels": FIVE["labels"]} | {names[name]: array}
    save_arrays(tmp_path / "train.npz", **arrays)
    with pytest.raises(StudyError, match="train.npz: (images|labels) is .*; delete it"):
        Images.load(tmp_path / "train.npz")


NO_SHAPES = {
    "two colours": ((5, 28, 28, 2), "images have shape (5, 28, 28, 2); it should be (n, height, width), or"),
    "too small": ((5, 28, 7), "images are 28 × 7 pixels; sides should be 8 to 128: `data.resize`"),
    "too large": ((5, 129, 28, 3), "images are 129 × 28 pixels; sides should be 8 to 128: `data.resize`"),
}


@pytest.mark.parametrize(("shape", "fault"), NO_SHAPES.values(), ids=NO_SHAPES)
def test_shapes_that_no_image_has_are_refused_by_the_name_of_the_file(tmp_path, shape, fault):
    save_arrays(tmp_path / "train.npz", images=np.ones(shape, np.uint8), labels=np.zeros(5, np.uint8))
    with pytest.raises(StudyError, match=re.escape(f"train.npz: {fault}")):
        Images.load(tmp_path / "train.npz")


@pytest.mark.parametrize(("axes", "shape"), [((8, 128), (1, 8, 128)), ((32, 16, 3), (3, 32, 16))])
def test_images_of_any_shape_come_back_and_say_which(tmp_path, axes, shape):
    Images(np.ones((5, *axes), np.uint8), np.zeros(5, np.uint8)).save(tmp_path / "train.npz")
    assert Images.load(tmp_path / "train.npz").shape == shape
