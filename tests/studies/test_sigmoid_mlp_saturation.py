"""Sigmoid units that are saturated, or the same for all images."""

import pytest
import torch
from torch import nn

from stages.studies.sigmoid_mlp.saturation import sigmoid_units
from tests.small import CPU, build, small_digits

DIGITS = small_digits(train=3, validation=1, test=1).train


def model_with_first_layer(biases):
    model = build("ae", hidden=[10], activation="sigmoid").eval()
    first = next(module for module in model.modules() if isinstance(module, nn.Linear))
    with torch.no_grad():
        first.bias.copy_(torch.tensor(biases))
    return model, first


def test_units_with_a_large_bias_are_saturated_and_constant():
    model, _ = model_with_first_layer([50.0] * 3 + [-50.0] * 2 + [0.0] * 5)
    shares = sigmoid_units(model, DIGITS, CPU)["layer1"]
    assert shares["saturated"] == pytest.approx(0.5)
    assert shares["constant"] == pytest.approx(0.5)


def test_units_without_weights_are_constant_but_not_saturated():
    model, first = model_with_first_layer([0.0] * 10)
    with torch.no_grad():
        first.weight[:4] = 0
    shares = sigmoid_units(model, DIGITS, CPU)["layer1"]
    assert shares == {"saturated": 0.0, "constant": pytest.approx(0.4)}


def test_every_sigmoid_layer_but_the_output_is_looked_at_and_no_hook_stays():
    model, _ = model_with_first_layer([0.0] * 10)
    assert list(sigmoid_units(model, DIGITS, CPU)) == ["layer1", "layer2"]
    assert not any(module._forward_hooks for module in model.modules())
