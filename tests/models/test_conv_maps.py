from pathlib import Path

import pytest
import torch

from stages.common.errors import StudyError
from stages.common.runtime import seeded_weights
from stages.common.settings import validated
from stages.models import conv_maps
from tests.small import TRAINING, random_images

SHAPES = "strided", "pool", "stride-free"


def settings(**changes):
    section = TRAINING | {"shape": "strided", "channels": [3, 5], "kernel": 5}
    return validated(conv_maps.Settings, section | changes, Path("test"))


def build(**changes):
    with seeded_weights(0):
        return conv_maps.build(settings(**changes)).eval()


@pytest.mark.parametrize(("shape", "side"), [("strided", 7), ("pool", 7), ("stride-free", 28)])
@pytest.mark.parametrize("kernel", [3, 5])
def test_the_code_is_a_set_of_maps_and_the_output_an_image(shape, side, kernel):
    model, images = build(shape=shape, kernel=kernel), random_images(2)
    codes = model.encode(images)
    assert codes.shape == (2, 5, side, side)
    assert model.decode(codes).shape == images.shape
    torch.testing.assert_close(model(images), model.decode(codes))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_loss_is_the_squared_error_summed_over_pixels(shape):
    model, noisy, clean = build(shape=shape), random_images(3), random_images(3, seed=1)
    by_hand = sum(((model(noisy)[i] - clean[i]) ** 2).sum() for i in range(3)) / 3
    torch.testing.assert_close(model.loss(noisy, clean)["loss"], by_hand)


def test_a_stride_free_network_can_be_the_identity_by_one_weight_a_layer():
    model = build(shape="stride-free")
    for layer in (*model.encoder, *model.decoder):
        for parameter in layer.parameters():
            torch.nn.init.zeros_(parameter)
        if hasattr(layer, "weight"):
            layer.weight.data[0, 0, 2, 2] = 1
    images = random_images(4)
    torch.testing.assert_close(model(images), images)


@pytest.mark.parametrize("shape", ["strided", "pool"])
def test_moving_an_image_by_a_block_moves_the_code_by_a_place(shape):
    images = torch.zeros(1, 1, 28, 28)
    images[..., 10:14, 10:14] = random_images(1)[..., :4, :4]
    model = build(shape=shape)
    code, moved = model.encode(images), model.encode(images.roll((4, 4), (2, 3)))
    torch.testing.assert_close(moved[..., 2:5, 2:5], code[..., 1:4, 1:4])


def test_an_even_kernel_is_refused():
    with pytest.raises(StudyError, match="kernel is 4; it should be odd"):
        settings(kernel=4)
