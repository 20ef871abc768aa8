"""Weights as images, and feature maps."""

import numpy as np
import pytest
import torch

from stages.analyses.filters import decoder_filters, encoder_filters, feature_maps
from tests.small import build, random_images

CONV = {"architecture": "conv"}
STACK = {"stack": [{"architecture": "dense", "size": 20, "lifetime": 0.2}]}


def test_encoder_filters_of_a_dense_layer_are_its_rows():
    model = build("ae")
    filters = encoder_filters(model)
    assert filters.shape == (64, 28, 28)
    assert torch.equal(filters.flatten(1), model.encoder[1].weight)


@pytest.mark.parametrize("size", [64, 784])
def test_decoder_filters_of_a_dense_layer_are_what_each_unit_adds_to_the_image(size):
    model = build("ae", hidden=[size])
    hidden = torch.zeros(2, size)
    hidden[1, 3] = 1
    last = model.decoder[-2:]
    drawn = last(hidden)[1] - last(hidden)[0]
    assert decoder_filters(model).shape == (size, 28, 28)
    torch.testing.assert_close(decoder_filters(model)[3], drawn[0], atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tied": True},
        {"units": 784},
        {"units": 784, "tied": True},
        STACK,
        STACK | {"tied": True},
        CONV,
        CONV | STACK,
    ],
)
def test_filters_of_winner_take_all_are_those_of_the_layer_that_sees_the_image(changes):
    model = build("wta", **changes)
    bottom = model.layers[0]
    units = bottom.threshold.shape[0]
    code = torch.zeros(2, units, *([28, 28] if changes.get("architecture") else []))
    if code.dim() == 2:
        code[1, 3] = 1
        drawn = (bottom.decode(code)[1] - bottom.decode(code)[0])[0]
        rows = bottom.encoder[0].weight.view(units, 28, 28)
    else:
        code[1, 3, 14, 14] = 1
        drawn = (bottom.decode(code)[1] - bottom.decode(code)[0])[0, 11:18, 11:18]
        rows = bottom.encoder[0].weight[:, 0]
    torch.testing.assert_close(decoder_filters(model)[3], drawn, atol=1e-6, rtol=1e-4)
    assert torch.equal(encoder_filters(model), rows)


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_filters_of_convolutions_are_their_kernels(name):
    model = build(name, **CONV)
    first = model.encoder.trunk[0] if name == "vae" else model.encoder[0]
    assert torch.equal(encoder_filters(model), first.weight[:, 0])
    assert torch.equal(decoder_filters(model), model.decoder[-1].weight[0])


@pytest.mark.parametrize(
    ("name", "changes", "shapes"),
    [
        ("ae", CONV, [(4, 14, 14), (6, 7, 7)]),
        ("ae", {"architecture": "conv-pool"}, [(4, 28, 28), (6, 14, 14)]),
        ("ae", {"hidden": [40, 30]}, [(40,), (30,)]),
        ("vae", CONV, [(4, 14, 14), (6, 7, 7)]),
        ("vae", {"activation": "sigmoid"}, [(64,)]),
        ("wta", {}, [(100,)]),
        ("wta", CONV, [(6, 28, 28)]),
        ("wta", CONV | STACK, [(6, 28, 28), (20,)]),
    ],
)
def test_feature_maps_are_the_activations_of_each_encoder_layer_lowest_first(name, changes, shapes):
    maps = feature_maps(build(name, **changes).eval(), random_images(1))
    assert [tuple(part.shape) for part in maps] == shapes


def test_the_first_feature_maps_are_what_the_first_layer_computes():
    model = build("ae", **CONV)
    image = random_images(1)
    first = model.encoder[:2](image)[0]
    torch.testing.assert_close(feature_maps(model, image)[0], first.detach())


def test_looking_leaves_no_trace():
    model = build("ae", **CONV)
    first = feature_maps(model, random_images(1))
    second = feature_maps(model, random_images(1))
    assert len(first) == len(second) == 2
    assert not any(module._forward_hooks for module in model.modules())


def test_filters_carry_no_gradients():
    assert not np.asarray(encoder_filters(build("ae"))).dtype.hasobject
    assert not encoder_filters(build("ae")).requires_grad
