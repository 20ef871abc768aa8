"""Running a function over many images in batches: the same as over all at once."""

import numpy as np
import pytest
import torch

from stages.analyses.batches import map_codes, map_images
from stages.training.loop import EVALUATION_BATCH
from tests.small import CPU, as_images, build

IMAGES = np.random.default_rng(0).integers(0, 256, (23, 28, 28), np.uint8)


@pytest.mark.parametrize("batch_size", [1, 5, 23, 100])
def test_batches_make_no_difference(batch_size):
    model = build("ae").eval()
    outputs = map_images(model.encode, IMAGES, CPU, batch_size)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, model.encode(as_images(IMAGES)).detach(), rtol=1e-4, atol=1e-5)


def test_images_arrive_in_order_with_a_channel_and_in_the_unit_range():
    seen = []
    map_images(lambda batch: seen.append(batch) or batch.flatten(1), IMAGES, CPU, 10)
    assert [tuple(batch.shape) for batch in seen] == [(10, 1, 28, 28), (10, 1, 28, 28), (3, 1, 28, 28)]
    assert torch.equal(torch.cat(seen), as_images(IMAGES))


def test_codes_of_any_shape_can_be_mapped():
    codes = np.random.default_rng(0).random((EVALUATION_BATCH + 3, 2, 3), np.float32)
    np.testing.assert_array_equal(map_codes(lambda batch: 2 * batch, codes, CPU), 2 * codes)


def test_no_gradients_are_kept():
    model, tracked = build("ae"), []
    map_images(lambda batch: tracked.append(model.encode(batch).requires_grad) or batch, IMAGES, CPU)
    assert tracked == [False]
