import numpy as np
import pytest
from PIL import Image

from stages.common.errors import StudyError
from stages.images.image_files import read_pictures
from tests.small import build, random_images


def save(path, pixels):
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


def test_pictures_become_what_a_model_reads(tmp_path):
    stroke = np.zeros((28, 28))
    stroke[5:20, 14] = 255
    pictures = read_pictures(save(tmp_path / "one.png", stroke), save(tmp_path / "two.png", stroke))
    assert pictures.shape == (2, 1, 28, 28)
    assert (pictures.min(), pictures.max()) == (0, 1)


def test_dark_on_light_is_refused(tmp_path):
    with pytest.raises(StudyError, match="paper.png is dark on light; .* invert it"):
        read_pictures(save(tmp_path / "paper.png", np.full((28, 28), 255)))


def test_what_is_transparent_is_refused(tmp_path):
    Image.fromarray(np.zeros((28, 28, 4), np.uint8)).save(tmp_path / "glass.png")
    with pytest.raises(StudyError, match="glass.png is transparent in places"):
        read_pictures(tmp_path / "glass.png")


@pytest.mark.parametrize("images", [random_images() * 255, random_images() - 1, random_images() / 0])
def test_a_model_refuses_images_beyond_0_and_1(images):
    with pytest.raises(StudyError, match=r"images should lie in \[0, 1\].*divide bytes by 255"):
        build("ae").reconstruct(images)
