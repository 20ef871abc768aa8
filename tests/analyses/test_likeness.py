"""Distances to the nearest training image."""

import numpy as np
import pytest

from stages.analyses import likeness
from stages.analyses.likeness import Likeness, nearest_distance

RANDOM = np.random.default_rng(0)


def images(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 256, (*shape, 28, 28), np.uint8)


def test_the_distance_is_that_of_a_search_through_all(monkeypatch):
    monkeypatch.setattr(likeness, "PART", 7)  # several parts, the last one short
    made_up, training = images(5), images(20)
    differences = (made_up[:, None] - training[None].astype(float)) / 255
    expected = np.sqrt(np.square(differences).mean(axis=(2, 3))).min(axis=1)
    np.testing.assert_allclose(nearest_distance(made_up, training), expected, rtol=1e-12)


def test_a_training_image_is_at_distance_0():
    training = images(6)
    np.testing.assert_array_equal(nearest_distance(training[2:4], training), [0, 0])


def test_real_test_images_are_at_distance_1(digits):
    measure = Likeness(digits.train.clean, digits.test.clean)
    assert measure.distance(digits.test.clean[: likeness.REAL]) == pytest.approx(1)
    assert measure.distance(images(20)) > 2, "noise is far from any digit"


def test_a_test_set_of_training_images_divides_nothing_by_0():
    training = images(6)
    assert np.isfinite(Likeness(training, training).distance(images(2)))


def test_metrics_are_distances_of_what_was_measured(digits):
    measure = Likeness(digits.train.clean, digits.test.clean)
    noise, real = images(5), digits.test.clean[:5]
    kinds = {"measured_middles": noise, "measured_crossfades": real, "measured_prior": real}
    found = measure.metrics(kinds | {"measured_fitted": noise})
    assert found["interpolation"] == {
        "midpoint_distance": measure.distance(noise),
        "crossfade_distance": measure.distance(real),
    }
    assert found["samples"]["prior_distance"] < found["samples"]["fitted_distance"]
