import numpy as np

from stages.analyses.pairs import pairs_across_classes, pairs_in_order


def test_the_two_images_of_a_pair_are_of_different_classes():
    labels = np.array([0] * 50 + [1, 2], np.uint8)
    pairs = pairs_across_classes(labels, 200, np.random.default_rng(0))
    assert pairs.shape == (200, 2)
    assert (labels[pairs[:, 0]] != labels[pairs[:, 1]]).all()


def test_pairs_hang_on_the_generator_alone():
    labels = np.arange(20, dtype=np.uint8) % 10
    one, same, other = (pairs_across_classes(labels, 30, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_pairs_in_order_take_the_next_image_of_another_class():
    labels = np.array([3, 3, 5, 3, 5], np.uint8)
    assert pairs_in_order(labels, 10).tolist() == [[0, 2], [1, 2], [2, 3], [3, 4], [4, 0]]
    assert pairs_in_order(labels, 2).tolist() == [[0, 2], [1, 2]]


def test_of_one_class_each_goes_with_the_next():
    assert pairs_in_order(np.zeros(3, np.uint8), 5).tolist() == [[0, 1], [1, 2], [2, 0]]
