"""The same few digits after each epoch."""

import numpy as np

from stages.common.artifacts import load_arrays
from stages.images.pixels import to_bytes
from stages.training.loop import fit
from stages.training.progress import IMAGES, Progress
from tests.small import CPU, as_images, build, model_settings


def test_progress_keeps_what_the_model_makes_of_the_first_noisy_images_after_each_epoch(tmp_path, digits):
    model, settings, progress = build("ae"), model_settings("ae", epochs=3), Progress(digits.test, CPU)
    fit(model, digits.train, digits.validation, settings, CPU, seed=0, after_epoch=progress)
    progress.save(tmp_path / "progress.npz")
    arrays = load_arrays(tmp_path / "progress.npz")
    assert {name: (array.shape, array.dtype.name) for name, array in arrays.items()} == {
        "noisy": ((IMAGES, 28, 28), "uint8"),
        "clean": ((IMAGES, 28, 28), "uint8"),
        "reconstructions": ((3, IMAGES, 28, 28), "uint8"),
    }
    np.testing.assert_array_equal(arrays["clean"], digits.test.clean[:IMAGES])
    last = to_bytes(model.reconstruct(as_images(digits.test.noisy[:IMAGES])))[:, 0]
    np.testing.assert_array_equal(arrays["reconstructions"][-1], last)
    assert not np.array_equal(arrays["reconstructions"][0], last)


def test_a_smaller_test_set_gives_fewer_images(digits):
    few = type(digits.test)(digits.test.clean[:3], digits.test.noisy[:3], digits.test.labels[:3])
    progress = Progress(few, CPU)
    progress(build("ae"))
    assert progress.epochs[0].shape == (3, 28, 28)
