"""The networks' shapes, and what a linear one computes."""

from functools import partial

import pytest
import torch
from torch import nn

from stages.models import networks
from tests.small import build, generator, random_images

PAIRS = {
    "conv": (networks.conv_encoder, networks.conv_decoder, (4, 6)),
    "conv-pool": (networks.conv_pool_encoder, networks.conv_pool_decoder, (4, 6)),
    "dense": (networks.dense_encoder, networks.dense_decoder, (30, 20)),
}


def shapes(network: nn.Sequential, inputs: torch.Tensor, kinds: tuple[type, ...]) -> list[tuple[int, ...]]:
    found = []
    for layer in network:
        inputs = layer(inputs)
        if isinstance(layer, kinds):
            found.append(tuple(inputs.shape[1:]))
    return found


@pytest.mark.parametrize(("encoder", "decoder", "sizes"), PAIRS.values(), ids=PAIRS)
def test_an_encoder_gives_a_flat_vector_and_its_decoder_one_image(encoder, decoder, sizes):
    width = 6 * 7 * 7 if encoder is not networks.dense_encoder else 20
    assert encoder(sizes, "relu")(random_images(3)).shape == (3, width)
    assert decoder(5, sizes, "relu")(torch.zeros(3, 5)).shape == (3, 1, 28, 28)


def test_strided_convolutions_halve_twice_and_transposed_ones_double_twice():
    images, codes = random_images(2), torch.zeros(2, 5)
    down = shapes(networks.conv_encoder((4, 6), "relu"), images, (nn.Conv2d,))
    up = shapes(networks.conv_decoder(5, (4, 6), "relu"), codes, (nn.ConvTranspose2d, nn.Conv2d))
    assert down == [(4, 14, 14), (6, 7, 7)]
    assert up == [(4, 14, 14), (4, 28, 28), (1, 28, 28)]


@pytest.mark.parametrize("name", ["conv", "conv-pool"])
@pytest.mark.parametrize("kernel", [1, 5, 9])
def test_kernels_of_every_side_keep_the_sides_of_the_maps(name, kernel):
    trunk, width = networks.build_trunk(name, (4, 6), "relu", kernel=kernel)
    decoder = networks.build_decoder(name, 5, (4, 6), "relu", kernel=kernel)
    assert trunk(random_images(2)).shape == (2, width)
    assert decoder(torch.zeros(2, 5)).shape == (2, 1, 28, 28)
    convolutions = [
        layer for layer in (*trunk, *decoder) if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d))
    ]
    assert {layer.kernel_size for layer in convolutions} == {(kernel, kernel)}


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_a_kernel_that_is_not_set_is_3_x_3_and_one_that_is_set_is_built(name):
    sizes = {kernel: build(name, architecture="conv", **kernel_setting(kernel)) for kernel in (None, 3, 5)}
    states = {kernel: model.state_dict() for kernel, model in sizes.items()}
    torch.testing.assert_close(states[None], states[3], rtol=0, atol=0)
    assert [value.shape[-1] for key, value in states[5].items() if value.dim() == 4] == [5] * 5


def kernel_setting(kernel: int | None) -> dict[str, dict[str, object]]:
    return {"conv": {"channels": (4, 6)} | ({"kernel": kernel} if kernel else {})}


def test_a_doubling_is_the_transposed_convolution_that_it_inherits_from_gradients_included():
    layer, maps = networks.Doubling(3, 4), torch.randn(2, 3, 7, 7, generator=generator())
    results = []
    for function in (layer, partial(nn.ConvTranspose2d.forward, layer)):
        layer.zero_grad()
        output = function(maps)
        output.square().sum().backward()
        results.append([output, layer.weight.grad, layer.bias.grad])
    torch.testing.assert_close(*results)
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_pooling_halves_twice_and_upsampling_doubles_twice():
    images, codes = random_images(2), torch.zeros(2, 5)
    down = shapes(networks.conv_pool_encoder((4, 6), "relu"), images, (nn.MaxPool2d,))
    up = shapes(networks.conv_pool_decoder(5, (4, 6), "relu"), codes, (nn.Upsample, nn.Conv2d))
    assert down == [(4, 14, 14), (6, 7, 7)]
    assert up == [(6, 14, 14), (4, 14, 14), (4, 28, 28), (1, 28, 28)]


@pytest.mark.parametrize("name", ["conv", "conv-pool"])
def test_a_convolutional_decoder_ends_in_one_filter_without_activation(name):
    last = PAIRS[name][1](5, (4, 6), "relu")[-1]
    assert isinstance(last, nn.Conv2d)
    assert last.out_channels == 1


def test_a_dense_decoder_mirrors_its_encoder():
    encoder = networks.dense_encoder((30, 20), "relu")
    decoder = networks.dense_decoder(5, (30, 20), "relu")
    assert [layer.out_features for layer in encoder if isinstance(layer, nn.Linear)] == [30, 20]
    assert [layer.out_features for layer in decoder if isinstance(layer, nn.Linear)] == [20, 30, 784]


def test_with_linear_activation_dense_layers_are_affine():
    decoder = networks.dense_decoder(5, (30, 20), "linear")
    a, b = (torch.randn(2, 5, generator=generator(seed)) for seed in (0, 1))
    zero = torch.zeros(2, 5)
    torch.testing.assert_close(decoder(a + b) + decoder(zero), decoder(a) + decoder(b), rtol=1e-4, atol=1e-5)


def test_with_relu_they_are_not():
    decoder = networks.dense_decoder(5, (30, 20), "relu")
    a, zero = 10 * torch.randn(2, 5, generator=generator()), torch.zeros(2, 5)
    assert not torch.allclose(decoder(a) + decoder(-a), 2 * decoder(zero), atol=1e-2)


@pytest.mark.parametrize("name", networks.ACTIVATIONS)
def test_activations_are_the_functions_they_are_called(name):
    functions = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "linear": torch.clone}
    values = torch.linspace(-3, 3, 13)
    torch.testing.assert_close(networks.ACTIVATIONS[name]()(values), functions[name](values))


def test_normal_weights_have_the_std_asked_for():
    network = networks.dense_encoder((300,), "relu")
    networks.draw_normal_weights(network, 0.02)
    weights = torch.cat([parameter.detach().flatten() for parameter in network.parameters()])
    assert abs(float(weights.std()) - 0.02) < 0.0005
    assert abs(float(weights.mean())) < 0.0005
