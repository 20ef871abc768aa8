import numpy as np

from stages.analyses.decoding import decoded_images
from tests.small import CPU


def test_pictures_are_bytes_clipped_to_what_a_byte_holds():
    codes = np.array([-1, 0, 0.5, 1, 2], np.float32)[:, None]
    images = decoded_images(lambda batch: batch[..., None, None].expand(-1, 1, 28, 28), codes, CPU)
    assert images.shape == (5, 28, 28)
    assert images[:, 3, 4].tolist() == [0, 0, 128, 255, 255]
