"""Models of images of other shapes than digits': grey or RGB, wide or high."""

import numpy as np
import pytest
import torch

from stages.analyses.batches import map_images
from stages.common.errors import StudyError
from stages.images.datasets import NoisyImages
from stages.images.pixels import channels_last
from stages.images.shape import ImageShape
from stages.training.checkpoints import load_model, save_model
from stages.training.loop import fit
from tests.small import CPU, MODELS, build, model_settings, random_images

SHAPES = {"RGB": ImageShape(3, 32, 32), "wide": ImageShape(1, 24, 40), "high RGB": ImageShape(3, 48, 8)}
KINDS = {
    "ae, conv": ("ae", {"architecture": "conv"}),
    "ae, conv-pool": ("ae", {"architecture": "conv-pool"}),
    "ae, dense": ("ae", {}),
    "vae, conv": ("vae", {"architecture": "conv"}),
    "vae, dense": ("vae", {}),
    "wta, dense": ("wta", {}),
    "wta, tied": ("wta", {"tied": True}),
    "wta, conv": ("wta", {"architecture": "conv"}),
    "wta, dense on conv": (
        "wta",
        {"architecture": "conv", "stack": [{"architecture": "dense", "size": 9, "lifetime": 0.2}]},
    ),
}
EVERY_KIND = pytest.mark.parametrize(("name", "changes"), KINDS.values(), ids=KINDS)


def built(name: str, shape: ImageShape, **changes):
    """The model, its settings and the size of its code."""
    return build(name, 5, shape=shape, **changes), model_settings(name, **changes)


def patterns(shape: ImageShape, count: int = 60) -> NoisyImages:
    """Images of a bright corner, in colour if there is any, on noise: a thing to learn."""
    axes = (shape.height, shape.width, *([3] if shape.channels == 3 else []))
    images = np.random.default_rng(0).integers(0, 40, (count, *axes), dtype=np.uint8)
    images[: count // 2, : shape.height // 2, : shape.width // 2] += 200
    images[count // 2 :, shape.height // 2 :, shape.width // 2 :] += 200
    return NoisyImages(images, images, (np.arange(count) >= count // 2).astype(np.uint8))


@EVERY_KIND
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_model_gives_back_images_of_the_shape_that_it_was_built_for(name, changes, shape):
    model, _ = built(name, shape, **changes)
    images = torch.rand(4, *shape)
    assert model.eval().reconstruct(images).shape == images.shape
    assert model.image_shape == shape


@EVERY_KIND
def test_a_model_learns_images_in_colour(name, changes):
    shape, images = SHAPES["RGB"], patterns(SHAPES["RGB"])
    model, settings = built(name, shape, **changes, epochs=8, batch_size=10)
    history = fit(model.upto(1) if name == "wta" else model, images, images, settings, CPU, seed=0)
    assert history[-1]["train_loss"] < 0.9 * history[0]["train_loss"]


@EVERY_KIND
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_checkpoint_knows_the_shape(tmp_path, name, changes, shape):
    model, settings = built(name, shape, **changes)
    save_model(tmp_path, name, model, settings, None if name == "wta" else 5)
    loaded, images = load_model(tmp_path), torch.rand(4, *shape)
    assert loaded.image_shape == shape
    assert torch.equal(loaded(images), model.eval()(images))


@pytest.mark.parametrize("name", MODELS)
def test_a_checkpoint_of_digits_says_nothing_of_a_shape(tmp_path, name):
    model, settings = built(name, ImageShape(1, 28, 28))
    save_model(tmp_path, name, model, settings, None if name == "wta" else 5)
    assert "shape" not in (tmp_path / "model.json").read_text()
    assert load_model(tmp_path).image_shape == (1, 28, 28)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_refuses_images_of_another_shape(name):
    model, _ = built(name, SHAPES["RGB"])
    message = r"trained on images of shape \(n, 3, 32, 32\); these have \(n, 1, 28, 28\)"
    with pytest.raises(StudyError, match=message):
        model.reconstruct(random_images(2))


@pytest.mark.parametrize(("name", "architecture"), [("ae", "conv"), ("ae", "conv-pool"), ("vae", "conv")])
def test_sides_that_cannot_be_halved_twice_are_refused_with_what_helps(name, architecture):
    settings, shape = model_settings(name, architecture=architecture), ImageShape(1, 30, 45)
    message = r"30 × 45 pixels cannot be: set `data.resize: \[32, 48\]`, or `architecture: dense`"
    for refused in (settings.check_against, lambda shape: MODELS[name][0].build(settings, 5, shape)):
        with pytest.raises(StudyError, match=message):
            refused(shape)
    model_settings(name).check_against(shape)  # dense layers take any


def test_a_pool_that_does_not_divide_both_sides_is_refused_with_those_that_do():
    settings = model_settings("wta", architecture="conv", pool=5)
    with pytest.raises(
        StudyError, match="pool is 5; it should divide both sides of 24 × 40 pixels: 1, 2, 4, 8"
    ):
        settings.check_against(SHAPES["wide"])
    model_settings("wta", architecture="conv", pool=8).check_against(SHAPES["wide"])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_networks_see_the_pixels_that_are_kept(shape):
    images = patterns(shape).clean
    seen = map_images(lambda batch: batch, images, CPU)
    assert seen.shape == (len(images), *shape)
    np.testing.assert_allclose(channels_last(seen), images / np.float32(255))
