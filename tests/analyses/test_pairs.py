import numpy as np

from stages.analyses.pairs import pairs_across_classes


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
