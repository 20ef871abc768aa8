"""The convolutional denoiser: the published network's size, its code, and its objective."""

import pytest
import torch
from torch.nn import functional as F

from stages.common.runtime import seeded_weights
from stages.models import conv_denoiser
from tests.small import TRAINING, random_images


def build(filters: int) -> conv_denoiser.ConvDenoiser:
    with seeded_weights(0):
        return conv_denoiser.build(conv_denoiser.Settings(**TRAINING, filters=filters))


def test_it_has_the_published_number_of_parameters():
    assert sum(parameter.numel() for parameter in build(32).parameters()) == 28_353


def test_its_code_is_maps_of_a_quarter_of_the_side_and_features_are_the_same_flat():
    model, images = build(32), random_images(3)
    assert model.encode(images).shape == (3, 32, 7, 7)
    torch.testing.assert_close(model.features(images), model.encode(images).flatten(1))
    assert model.features(images).shape == (3, 1568)


def test_reconstructions_are_probabilities_decoded_from_the_code():
    model, images = build(4), random_images(3)
    outputs = model.reconstruct(images)
    assert outputs.shape == images.shape
    assert outputs.min() > 0
    assert outputs.max() < 1
    torch.testing.assert_close(outputs, model.decode(model.encode(images)))


def test_pooling_before_the_relu_is_pooling_behind_it():
    model, images = build(4), random_images(3)
    first, _, _, second, *_ = model.encoder
    behind = F.max_pool2d(second(F.max_pool2d(first(images).relu(), 2)).relu(), 2)
    torch.testing.assert_close(model.encode(images), behind)


def test_the_loss_is_the_cross_entropy_with_the_clean_image_summed_over_pixels():
    model, noisy, clean = build(4), random_images(4, seed=1), random_images(4, seed=2)
    y = model(noisy)
    expected = -(clean * y.log() + (1 - clean) * (1 - y).log()).sum() / 4
    assert model.loss(noisy, clean)["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_a_pixel_of_noise_is_felt_only_nearby():
    model, image = build(4), random_images(1)
    changed = image.clone()
    changed[..., 0, 0] = 1 - changed[..., 0, 0]
    difference = (model.encode(image) - model.encode(changed)).abs().amax(dim=(0, 1))
    assert difference[0, 0] > 0
    assert difference[2:].max() == difference[:, 2:].max() == 0
