import pytest
import torch
from torch import nn
from torch.nn import functional as F

from stages.studies.stacked_ae.layers import layer_autoencoders
from tests.small import build, random_images

NOISY, CLEAN = random_images(6, seed=1), random_images(6, seed=2)


def stack(activation: str = "relu"):
    return build("ae", latent=4, hidden=[20, 10], activation=activation)


def test_the_layers_put_together_are_the_stack():
    model = stack()
    codes = CLEAN.flatten(1)
    found = layer_autoencoders(model)
    for one in found:
        codes = one.layer(codes)
    assert torch.equal(codes, model.encode(CLEAN))
    outputs = found[2].mirror(codes).relu()
    outputs = found[0].mirror(found[1].mirror(outputs).relu())
    torch.testing.assert_close(outputs.sigmoid(), model.decode(codes).flatten(1))


def test_the_lowest_layer_restores_the_clean_image_from_the_noisy_one_by_cross_entropy():
    first = layer_autoencoders(stack())[0]
    logits = first.mirror(first.layer(NOISY.flatten(1)))
    expected = F.binary_cross_entropy(logits.sigmoid(), CLEAN.flatten(1), reduction="sum") / 6
    assert first.loss(NOISY, CLEAN)["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_a_higher_layer_restores_the_codes_below_it(activation):
    _, second, _ = layer_autoencoders(stack(activation))
    inputs, target = second.below(NOISY), second.below(CLEAN)
    output = second.mirror(second.layer(inputs))
    if activation == "sigmoid":
        expected = F.binary_cross_entropy(output.sigmoid(), target, reduction="sum") / 6
    else:
        expected = (output - target).square().sum() / 6
    assert second.loss(NOISY, CLEAN)["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_only_its_own_layer_and_mirror_get_gradients():
    model = stack()
    layer_autoencoders(model)[1].loss(NOISY, CLEAN)["loss"].backward()
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    touched = [layer.weight.grad is not None for layer in linear]
    assert touched == [False, True, False, False, True, False]


def test_a_relu_brings_no_restored_code_farther_from_what_it_restores():
    _, second, _ = layer_autoencoders(stack())
    target = second.below(CLEAN)
    output = second.mirror(second.layer(target))
    assert ((output.relu() - target).abs() <= (output - target).abs()).all()
