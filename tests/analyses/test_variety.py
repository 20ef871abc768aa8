import numpy as np
import pytest
from scipy.spatial.distance import pdist

from stages.analyses.variety import variety
from tests.figures.pictures import images


def test_it_is_the_mean_squared_distance_of_all_pairs_over_that_of_real_pairs():
    made, real = images(12) // 2, images(9, seed=1)
    flat = [part.reshape(len(part), -1).astype(float) for part in (made, real)]
    expected = np.mean(pdist(flat[0], "sqeuclidean")) / np.mean(pdist(flat[1], "sqeuclidean"))
    assert variety(made, real) == pytest.approx(expected, rel=1e-9)


def test_one_picture_over_and_over_has_none():
    assert variety(np.repeat(images(1), 5, axis=0), images(5)) == 0


def test_real_pictures_have_as_much_as_themselves():
    assert variety(images(20), images(20)) == 1


def test_outputs_in_units_of_one_are_compared_with_bytes():
    real = images(20)
    unit = real / np.float32(255)
    assert variety(unit, real) == pytest.approx(1)
    assert variety(unit / 2, real) == pytest.approx(1 / 4)
