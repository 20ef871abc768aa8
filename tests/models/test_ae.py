"""The denoising autoencoder: its objective against formulas written out, its settings, its verbs."""

import math

import pytest
import torch
from torch import nn

from stages.common.errors import StudyError
from stages.models.ae import DenoisingAutoencoder
from tests.small import build, generator, model_settings, random_images

ARCHITECTURES = ["conv", "conv-pool", "dense"]
NOISY, CLEAN = random_images(4, seed=1), random_images(4, seed=2)


def by_loops(clean: torch.Tensor, output: torch.Tensor, pixel_loss) -> float:
    """Sum over pixels, then mean over images."""
    pairs = zip(clean.flatten(1).tolist(), output.detach().flatten(1).tolist(), strict=True)
    sums = [sum(pixel_loss(x, y) for x, y in zip(xs, ys, strict=True)) for xs, ys in pairs]
    return sum(sums) / len(sums)


def square(x: float, y: float) -> float:
    return (x - y) ** 2


def entropy(x: float, y: float) -> float:
    return -(x * math.log(y) + (1 - x) * math.log(1 - y))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_mean_squared_error_sums_over_pixels_and_averages_over_images(architecture):
    model = build("ae", architecture=architecture)
    expected = by_loops(CLEAN, model(NOISY), square)
    assert model.loss(NOISY, CLEAN)["loss"].item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_cross_entropy_sums_over_pixels_and_averages_over_images(architecture):
    model = build("ae", architecture=architecture, objective="cross-entropy")
    expected = by_loops(CLEAN, model(NOISY), entropy)
    assert model.loss(NOISY, CLEAN)["loss"].item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("objective", ["mean-squared-error", "cross-entropy"])
def test_the_loss_of_a_batch_is_the_mean_of_its_images_losses(objective):
    model = build("ae", objective=objective)
    single = [model.loss(NOISY[i : i + 1], CLEAN[i : i + 1])["loss"].item() for i in range(4)]
    assert model.loss(NOISY, CLEAN)["loss"].item() == pytest.approx(sum(single) / 4, rel=1e-5)


def test_the_target_is_the_clean_image_and_the_input_the_noisy_one():
    model = build("ae")
    loss = model.loss(NOISY, CLEAN)["loss"].item()
    assert loss != pytest.approx(model.loss(CLEAN, NOISY)["loss"].item(), rel=1e-3)
    assert loss != pytest.approx(model.loss(NOISY, NOISY)["loss"].item(), rel=1e-3)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_code_has_latent_numbers_and_decodes_to_an_image(architecture):
    model = build("ae", latent=7, architecture=architecture)
    codes = model.encode(CLEAN)
    assert codes.shape == (4, 7)
    assert model.decode(codes).shape == CLEAN.shape
    assert torch.equal(model(CLEAN), model.decode(codes))
    assert torch.equal(model.features(CLEAN), codes)


def test_the_code_is_linear_in_the_last_hidden_layer():
    model = build("ae")
    *trunk, last = model.encoder
    hidden = nn.Sequential(*trunk)(CLEAN)
    torch.testing.assert_close(model.encode(CLEAN), hidden @ last.weight.T + last.bias)


def test_without_hidden_layers_and_activations_the_autoencoder_is_affine():
    model = build("ae", latent=3, hidden=[], output="linear")
    a, b = random_images(2, seed=3), random_images(2, seed=4)
    zero = torch.zeros_like(a)
    torch.testing.assert_close(model(a + b) + model(zero), model(a) + model(b), atol=1e-5, rtol=1e-4)
    assert len([layer for layer in model.modules() if isinstance(layer, nn.Linear)]) == 2


@pytest.mark.parametrize(("output", "low", "high"), [("sigmoid", 0, 1), ("relu", 0, math.inf)])
def test_the_output_activation_bounds_the_pixels(output, low, high):
    model = build("ae", output=output)
    images = model.decode(30 * torch.randn(5, 10, generator=generator()))
    assert low <= images.min().item()
    assert images.max().item() <= high


def test_a_linear_output_is_not_bounded():
    images = build("ae", output="linear").decode(30 * torch.randn(5, 10, generator=generator()))
    assert images.min().item() < 0


def test_all_weights_get_gradients():
    model = build("ae", architecture="conv")
    model.loss(NOISY, CLEAN)["loss"].backward()
    assert all(float(parameter.grad.abs().max()) > 0 for parameter in model.parameters())


def test_reconstruct_gives_forward_without_gradients():
    model = build("ae")
    assert torch.equal(model.reconstruct(CLEAN), model(CLEAN))
    assert not model.reconstruct(CLEAN).requires_grad


def test_normal_initialisation_has_the_std_of_the_settings():
    model = build("ae", initialisation_std=0.01)
    weights = torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
    assert float(weights.std()) == pytest.approx(0.01, rel=0.05)


def test_the_seed_decides_the_weights():
    first, same, other = (build("ae", seed=seed).encode(CLEAN) for seed in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.allclose(first, other)


@pytest.mark.parametrize("output", ["relu", "linear"])
def test_cross_entropy_needs_probabilities(output):
    with pytest.raises(StudyError, match="cross-entropy needs probabilities, so 'sigmoid'"):
        model_settings("ae", objective="cross-entropy", output=output)


def test_encoder_and_decoder_can_be_had_apart():
    model = build("ae")
    swapped = DenoisingAutoencoder(
        model.encoder, build("ae", seed=5).decoder, "sigmoid", "mean-squared-error"
    )
    assert torch.equal(swapped.encode(CLEAN), model.encode(CLEAN))
    assert not torch.equal(swapped(CLEAN), model(CLEAN))
