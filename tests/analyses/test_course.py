import numpy as np
import pytest

from stages.analyses.course import course_measures
from stages.analyses.likeness import nearest_distance


def arrays(lines: np.ndarray, samples: np.ndarray) -> dict[str, np.ndarray]:
    """What of `course_set` is measured."""
    return {"interpolation": lines, "samples_prior": samples, "samples_fitted": samples}


def lines_through(starts: np.ndarray, middles: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Interpolations of three steps."""
    return np.stack([starts, middles, ends], axis=1)


def test_training_images_are_at_no_distance_and_validation_images_at_one(digits):
    training, validation = digits.train.clean, digits.validation.clean
    lines = lines_through(training[:10], training[10:20], training[20:30])
    found = course_measures({2: arrays(lines, validation), 5: arrays(lines, training[:10])}, digits)
    assert list(found) == ["k2", "k5"]
    assert found["k2"]["midpoint"] == pytest.approx(0, abs=1e-6)
    assert found["k2"]["random"] == pytest.approx(1)
    assert found["k5"]["random"] == pytest.approx(0, abs=1e-6)


def test_the_cross_fade_is_of_the_ends_whatever_the_middle_is(digits):
    training, validation = digits.train.clean, digits.validation.clean
    starts, ends = training[:10], training[20:30]
    found = course_measures(
        {
            2: arrays(lines_through(starts, training[10:20], ends), validation),
            5: arrays(lines_through(starts, np.zeros_like(starts), ends), validation),
        },
        digits,
    )
    assert found["k2"]["crossfade"] == found["k5"]["crossfade"]
    assert found["k2"]["midpoint"] != found["k5"]["midpoint"]
    faded = ((starts.astype(float) + ends) / 2).round().astype(np.uint8)
    real = nearest_distance(validation, training).mean()
    assert found["k2"]["crossfade"] == pytest.approx(nearest_distance(faded, training).mean() / real)


def test_ends_that_are_one_image_fade_into_it(digits):
    training = digits.train.clean[:10]
    lines = lines_through(training, np.zeros_like(training), training)
    found = course_measures({2: arrays(lines, training)}, digits)
    assert found["k2"]["crossfade"] == pytest.approx(0, abs=1e-6)
    assert found["k2"]["midpoint"] > 0
