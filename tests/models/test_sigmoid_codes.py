import pytest
import torch

from stages.models import sigmoid_codes
from stages.models.networks import PIXELS
from tests.small import TRAINING, random_images

SECTION = TRAINING | {
    "dense": {"encoder_hidden": (30,), "decoder_hidden": (60, 40)},
    "conv": {"encoder_channels": (2, 3), "decoder_channels": (6, 8), "hidden": 12},
    "activation": "tanh",
}


def model_of(architecture: str):
    return sigmoid_codes.build(sigmoid_codes.Settings(architecture=architecture, **SECTION), 5)


@pytest.mark.parametrize("architecture", ["dense", "conv-pool"])
def test_codes_lie_in_the_unit_cube_however_large_the_input(architecture):
    codes = model_of(architecture).encode(1000 * random_images(20) - 500)
    assert codes.shape == (20, 5)
    assert 0 <= codes.min() < 0.5 < codes.max() <= 1


@pytest.mark.parametrize("architecture", ["dense", "conv-pool"])
def test_any_code_decodes_to_an_image(architecture):
    decoded = model_of(architecture).decode(torch.randn(4, 5, generator=torch.Generator().manual_seed(0)))
    assert decoded.shape == (4, 1, 28, 28)
    assert ((decoded > 0) & (decoded < 1)).all()


def test_dense_layers_have_the_sizes_of_the_settings():
    model = model_of("dense")
    sizes = [tuple(w.shape) for w in model.parameters() if w.dim() > 1]
    assert sizes == [(30, PIXELS), (5, 30), (40, 5), (60, 40), (PIXELS, 60)]


def test_the_loss_is_the_squared_error_of_an_image_mean_over_the_batch():
    model, images = model_of("dense"), random_images(7)
    squares = (model.decode(model.encode(images)) - images).square()
    torch.testing.assert_close(model.loss(images, images)["loss"], squares.sum() / 7)


def test_the_convolutional_one_pools_and_upsamples_between_dense_layers():
    model = model_of("conv-pool")
    kinds = [type(layer).__name__ for layer in (*model.encoder, *model.decoder)]
    assert kinds.count("MaxPool2d") == kinds.count("Upsample") == 2
    assert kinds.count("Linear") == 4
