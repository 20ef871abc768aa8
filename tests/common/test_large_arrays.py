"""Large arrays: on disk, the same as in memory, out of harm's way, and gone when nobody uses them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from stages.common import large_arrays
from stages.common.artifacts import load_arrays, save_arrays
from stages.common.errors import StudyError
from stages.common.large_arrays import FEWEST, blocks, empty, filled, joined
from stages.images.datasets import Images, NoisyImages
from stages.images.parts import Parts
from stages.training.loop import fit
from tests.small import CPU, build, model_settings, noise_settings

IMAGES = np.random.default_rng(0).integers(0, 256, (50, 12, 8), np.uint8)


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch, tmp_path):
    monkeypatch.setattr(large_arrays, "LARGE", 1000)
    monkeypatch.chdir(tmp_path)


def saved(save=save_arrays) -> Path:
    save("a.npz", images=IMAGES, labels=np.arange(50, dtype=np.uint8), codes=np.ones((50, 9), np.float32))
    return Path("a.npz")


@pytest.mark.parametrize("save", [save_arrays, np.savez])
def test_a_large_array_of_bytes_is_mapped_and_the_others_are_read(save):
    arrays = load_arrays(saved(save))
    assert {name for name, array in arrays.items() if isinstance(array, np.memmap)} == {"images"}
    np.testing.assert_array_equal(arrays["images"], IMAGES)
    np.testing.assert_array_equal(arrays["codes"], np.ones((50, 9)))


def test_what_is_compressed_or_lies_by_columns_is_read():
    np.savez_compressed("a.npz", images=IMAGES, turned=np.asfortranarray(IMAGES))
    np.savez("b.npz", turned=np.asfortranarray(IMAGES))
    for array in (*load_arrays("a.npz").values(), *load_arrays("b.npz").values()):
        assert not isinstance(array, np.memmap)
        np.testing.assert_array_equal(array, IMAGES)


def test_nothing_can_be_written_to_a_mapped_file():
    images = load_arrays(saved())["images"]
    with pytest.raises(ValueError, match="read-only"):
        images[0] = 0


def test_a_byte_that_was_changed_is_noticed():
    path = saved()
    content = bytearray(path.read_bytes())
    content[content.index(IMAGES.tobytes()) + 1234] ^= 1
    path.write_bytes(content)
    with pytest.raises(StudyError, match=r"a\.npz cannot be read \(BadZipFile\); delete it"):
        load_arrays(path)


def test_a_file_that_is_replaced_meanwhile_stays_what_it_was():
    images = load_arrays(saved())["images"]
    save_arrays("a.npz", images=255 - IMAGES)
    np.testing.assert_array_equal(images, IMAGES)


def test_an_array_is_made_on_disk_under_no_name():
    made = empty((100, 12, 8))
    made[:] = 7
    assert isinstance(made, np.memmap)
    assert list(Path("data").iterdir()) == []
    assert (made == 7).all()
    assert not isinstance(empty((10, 12, 8)), np.memmap)


def test_a_disk_without_room_is_noticed_before_anything_is_written(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(large_arrays.os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        empty((100, 12, 8))


def test_parts_make_a_whole():
    np.testing.assert_array_equal(filled(IMAGES.shape, (IMAGES[:20], IMAGES[20:])), IMAGES)
    np.testing.assert_array_equal(joined(IMAGES[:1], IMAGES[1:49], IMAGES[49:]), IMAGES)


@pytest.mark.parametrize("shape", [(0, 8, 8), (1, 8, 8), (70_001, 28, 28), (3000, 128, 128, 3)])
def test_blocks_are_everything_once_and_none_is_large(shape):
    slices = list(blocks(shape))
    assert [i for block in slices for i in range(shape[0])[block]] == list(range(shape[0]))
    for block in slices:
        count = len(range(shape[0])[block])
        assert count <= FEWEST or count * np.prod(shape[1:]) <= large_arrays.BLOCK
        assert block.start % FEWEST == 0  # so that a model sees the same batches as without blocks


def test_noise_and_split_of_mapped_images_are_those_of_images_in_memory(digits, monkeypatch):
    def prepared() -> Parts:
        for name, part in (("train", digits.train), ("test", digits.test)):
            Images(part.clean, part.labels).save(f"data/raw/{name}.npz")
        return Parts.load(0, 0.25).with_noise(noise_settings(), 0)

    on_disk = prepared()
    monkeypatch.setattr(large_arrays, "LARGE", 2**60)
    in_memory = prepared()
    assert isinstance(on_disk.train.noisy, np.memmap)
    assert not isinstance(in_memory.train.noisy, np.memmap)
    for name in ("train", "validation", "test"):
        for one, other in zip(*(vars(getattr(p, name)).values() for p in (on_disk, in_memory)), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
@pytest.mark.parametrize("fresh", [noise_settings(), None])
def test_training_from_disk_gives_the_weights_of_training_from_memory(name, fresh, digits):
    def weights(train: NoisyImages, validation: NoisyImages) -> dict[str, torch.Tensor]:
        model = build(name)
        fit(model, train, validation, model_settings(name, epochs=1), CPU, 0, fresh)
        return model.state_dict()

    parts = digits.train, digits.validation
    for part, where in zip(parts, ("train.npz", "validation.npz"), strict=True):
        part.save(where)
    mapped = [NoisyImages.load(where) for where in ("train.npz", "validation.npz")]
    assert all(isinstance(part.clean, np.memmap) for part in mapped)
    expected = weights(*parts)
    assert all(torch.equal(value, expected[key]) for key, value in weights(*mapped).items())


GROWN = """
import sys
from stages.common import large_arrays
from stages.images.parts import Parts
from tests.small import noise_settings

def own():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1000

large_arrays.LARGE = int(sys.argv[1])
start = own()
parts = Parts.load(0, 0.1).with_noise(noise_settings(), 0)
parts.train.save("train.npz")
print(own() - start)
"""


def test_images_on_disk_are_not_in_the_memory_of_the_process():
    """Of 82 MB of images split and noise make 147 MB; counted are megabytes by which a process grows."""
    made = (np.full((1000, 64, 64), i, np.uint8) for i in range(20))
    images = Images(filled((20_000, 64, 64), made), np.zeros(20_000, np.uint8))
    images.save("data/raw/train.npz")
    Images(images.images[:1], images.labels[:1]).save("data/raw/test.npz")
    on_disk, in_memory = (
        float(subprocess.run([sys.executable, "-c", GROWN, large], capture_output=True, check=True).stdout)
        for large in ("1000", str(2**60))
    )
    assert on_disk < 80
    assert in_memory > on_disk + 100
