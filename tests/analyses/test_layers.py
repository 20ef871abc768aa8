"""Layers of a model; that they compute what the model does, tests/pages/test_explorer_network.py sees."""

import pytest
from torch import nn

from stages.analyses.layers import UnknownLayerError, layers_of
from tests.small import build


def kinds(steps):
    return [step["kind"] for step in steps]


def test_a_vae_gives_mean_and_log_variance_side_by_side():
    layers = layers_of(build("vae").eval())
    assert layers.encoder[-1]["weights"].shape == (20, 64)
    assert layers.code_shape == (10,)
    assert kinds(layers.decoder)[-1] == "sigmoid"


def test_tied_weights_are_one_array_and_count_once():
    layers = layers_of(build("wta", tied=True).eval())
    assert layers.decoder[0]["weights"] is layers.encoder[0]["weights"]
    assert layers.numbers == 784 * 100


def test_the_code_of_maps_is_as_large_as_the_image():
    layers = layers_of(build("wta", architecture="conv").eval())
    assert layers.code_shape == (6, 28, 28)
    assert kinds(layers.encoder) == ["convolution", "relu", "winner", "threshold"]


def test_a_stack_decodes_from_the_top_by_the_thresholds_of_those_below():
    stack = [{"architecture": "dense", "size": 12, "lifetime": 0.1}]
    layers = layers_of(build("wta", architecture="conv", stack=stack).eval())
    assert kinds(layers.encoder) == ["convolution", "relu", "pool", "linear", "relu", "threshold"]
    between = ["relu", "spread", "winner", "threshold"]
    assert kinds(layers.decoder) == ["transposed", "reshape", *between, "deconvolution"]


@pytest.mark.parametrize(
    "layer",
    [nn.GELU(), nn.Conv2d(1, 1, 3, padding=2, dilation=2), nn.Upsample(scale_factor=2, mode="bilinear")],
)
def test_a_layer_that_is_not_known_is_refused(layer):
    model = build("ae", architecture="conv").eval()
    model.decoder.append(layer)
    with pytest.raises(UnknownLayerError, match="known"):
        layers_of(model)
