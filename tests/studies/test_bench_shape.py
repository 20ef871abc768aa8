"""Studies are for images shaped like digits, with classes, and say so of others."""

import numpy as np
import pytest

from stages.common.errors import StudyError
from stages.images.shape import DIGIT, ImageShape
from stages.studies.bench import check_classes, check_shape


@pytest.mark.parametrize("shape", [ImageShape(3, 28, 28), ImageShape(1, 28, 32)])
def test_images_of_another_shape_are_refused_in_one_line(shape):
    with pytest.raises(StudyError, match="the studies are for 28 × 28 pixels, grey, as mnist-5k has them"):
        check_shape(shape)
    check_shape(DIGIT)


def test_images_without_classes_are_refused_in_one_line():
    with pytest.raises(StudyError, match="without classes; the studies need them, as mnist-5k has them"):
        check_classes(np.zeros(9, np.uint8))
    check_classes(np.array([0, 1, 0], np.uint8))
