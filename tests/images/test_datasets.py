"""Splitting by class: two parts that are disjoint, together everything, and alike."""

import numpy as np
import pytest

from stages.images.datasets import Images, split_by_class

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
