"""Gradients by layer and by pixel."""

from dataclasses import replace

import pytest
import torch

from stages.analyses.gradients import gradient_norms, pixel_gradient_norms, weighted_layers
from tests.small import CPU, as_images, build, small_digits

DIGITS = small_digits(train=2, validation=1, test=1).train


@pytest.fixture
def model():
    return build("ae", hidden=[30], activation="sigmoid")


def test_norms_are_those_that_backward_leaves_in_the_weights(model):
    norms = gradient_norms(model, DIGITS, CPU)
    model.loss(as_images(DIGITS.noisy), as_images(DIGITS.clean))["loss"].backward()
    expected = [layer.weight.grad.norm().item() for layer in weighted_layers(model).values()]
    assert list(norms) == ["1: 784 → 30", "2: 30 → 10", "3: 10 → 30", "4: 30 → 784"]
    assert list(norms.values()) == pytest.approx(expected, rel=1e-5)


def test_the_slope_of_a_step_along_the_gradient_is_its_squared_norm(model):
    norms = gradient_norms(model, DIGITS, CPU)
    weight, step = weighted_layers(model)["4: 30 → 784"].weight, 1e-5
    inputs, targets = as_images(DIGITS.noisy).double(), as_images(DIGITS.clean).double()
    before = model.double().loss(inputs, targets)["loss"]
    (gradient,) = torch.autograd.grad(before, [weight])
    with torch.no_grad():
        weight -= step * gradient
    after = model.loss(inputs, targets)["loss"]
    assert float((before - after).detach()) / step == pytest.approx(norms["4: 30 → 784"] ** 2, rel=1e-2)


def test_frozen_models_have_gradients_too_and_stay_frozen(model):
    expected = gradient_norms(model, DIGITS, CPU)
    model.requires_grad_(False)
    with torch.no_grad():
        assert gradient_norms(model, DIGITS, CPU) == expected
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_a_stored_gradient_is_left_alone(model):
    first = weighted_layers(model)["1: 784 → 30"]
    first.weight.grad = torch.ones(30, 784)
    gradient_norms(model, DIGITS, CPU)
    assert torch.equal(first.weight.grad, torch.ones(30, 784))


def test_the_precision_of_training_does_not_matter(model):
    coarse = replace(CPU, precision=torch.bfloat16)
    assert gradient_norms(model, DIGITS, coarse) == gradient_norms(model, DIGITS, CPU)


def test_a_relu_pixel_below_zero_for_all_images_gets_no_gradient_and_others_do():
    model = build("ae", hidden=[30], output="relu").requires_grad_(False)
    *_, last = weighted_layers(model).values()
    last.bias.fill_(5)
    last.bias[:3] = -100
    norms = pixel_gradient_norms(model, DIGITS, CPU)
    assert norms.shape == (784,)
    assert (norms[:3] == 0).all()
    assert (norms[3:] > 0).all()
