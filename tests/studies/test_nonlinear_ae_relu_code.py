import torch

from stages.common.runtime import seeded_weights
from stages.studies.nonlinear_ae import relu_code
from tests.small import build, model_settings, random_images

IMAGES = random_images(8)


def test_the_code_is_the_plain_autoencoders_with_what_is_negative_set_to_zero():
    with seeded_weights(0):
        model = relu_code.build(model_settings("ae", hidden=[]), 10)
    plain = build("ae", hidden=[]).encode(IMAGES)
    assert plain.min() < 0
    assert torch.equal(model.encode(IMAGES), plain.clamp(min=0))
    assert torch.equal(model(IMAGES), model.decode(plain.clamp(min=0)))


def test_a_dead_unit_gets_no_gradient_and_a_living_one_does():
    with seeded_weights(0):
        model = relu_code.build(model_settings("ae", hidden=[]), 2)
    layer = model.encoder[1]
    with torch.no_grad():
        layer.bias.copy_(torch.tensor([-1e3, 1e3]))
    model.loss(IMAGES, IMAGES)["loss"].backward()
    assert not layer.weight.grad[0].any()
    assert layer.weight.grad[1].any()
