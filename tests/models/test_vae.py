"""The variational autoencoder: terms, sampling and bound, against torch.distributions and quadrature."""

import math

import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from stages.models.ae import DenoisingAutoencoder
from stages.models.vae import bernoulli_cross_entropy, kl_to_standard_normal, sample
from tests.small import build, generator, random_images

ARCHITECTURES = ["conv", "dense"]
NOISY, CLEAN = random_images(4, seed=1), random_images(4, seed=2)


def gaussians(batch: int = 6, latent: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    draw = generator()
    return torch.randn(batch, latent, generator=draw), torch.randn(batch, latent, generator=draw)


# --- KL


def test_kl_is_that_of_torch_distributions():
    mean, log_variance = gaussians()
    q = Independent(Normal(mean, (0.5 * log_variance).exp()), 1)
    prior = Independent(Normal(torch.zeros_like(mean), torch.ones_like(mean)), 1)
    torch.testing.assert_close(kl_to_standard_normal(mean, log_variance), kl_divergence(q, prior))


def test_kl_is_the_mean_log_ratio_of_the_densities():
    mean, log_variance = gaussians(batch=1)
    draws = 200_000
    codes = sample(mean.expand(draws, -1), log_variance.expand(draws, -1), generator())
    q = Normal(mean, (0.5 * log_variance).exp())
    ratio = (q.log_prob(codes) - Normal(0.0, 1.0).log_prob(codes)).sum(dim=1)
    assert float(ratio.mean()) == pytest.approx(float(kl_to_standard_normal(mean, log_variance)), rel=0.02)


def test_kl_is_zero_only_at_the_prior():
    zero = torch.zeros(1, 4)
    assert float(kl_to_standard_normal(zero, zero)) == 0
    assert float(kl_to_standard_normal(zero + 0.1, zero)) > 0
    assert float(kl_to_standard_normal(zero, zero - 0.1)) > 0
    assert float(kl_to_standard_normal(zero, zero + 0.1)) > 0


def test_kl_sums_over_the_code():
    mean, log_variance = gaussians()
    each = [kl_to_standard_normal(mean[:, i : i + 1], log_variance[:, i : i + 1]) for i in range(3)]
    torch.testing.assert_close(kl_to_standard_normal(mean, log_variance), sum(each))


# --- cross-entropy


def test_cross_entropy_of_binary_pixels_is_the_bernoulli_log_likelihood():
    logits = 3 * torch.randn(5, 1, 28, 28, generator=generator())
    pixels = (random_images(5) > 0.5).float()
    expected = -Bernoulli(logits=logits).log_prob(pixels).sum(dim=(1, 2, 3))
    torch.testing.assert_close(bernoulli_cross_entropy(logits, pixels), expected)


def test_cross_entropy_of_grey_pixels_is_its_formula():
    logits = torch.randn(5, 1, 28, 28, generator=generator())
    x, y = random_images(5), logits.sigmoid()
    expected = -(x * y.log() + (1 - x) * (1 - y).log()).flatten(1).sum(dim=1)
    torch.testing.assert_close(bernoulli_cross_entropy(logits, x), expected)


def test_cross_entropy_stays_finite_for_sure_and_wrong_pixels():
    logits = torch.full((1, 1, 28, 28), 200.0)
    assert float(bernoulli_cross_entropy(logits, torch.zeros(1, 1, 28, 28))) == pytest.approx(200 * 784)


# --- sampling


def test_samples_have_mean_and_std_of_q():
    mean, log_variance = torch.tensor([[2.0, -1.0]]), torch.tensor([[0.0, -2.0]])
    codes = sample(mean.expand(100_000, -1), log_variance.expand(100_000, -1), generator())
    torch.testing.assert_close(codes.mean(dim=0), mean[0], atol=0.02, rtol=0)
    torch.testing.assert_close(codes.std(dim=0), (0.5 * log_variance[0]).exp(), atol=0.02, rtol=0)


def test_gradients_pass_through_a_sample_to_mean_and_log_variance():
    mean, log_variance = (part.requires_grad_() for part in gaussians())
    codes = sample(mean, log_variance, generator())
    codes.sum().backward()
    noise = (codes - mean) / (0.5 * log_variance).exp()
    torch.testing.assert_close(mean.grad, torch.ones_like(mean))
    torch.testing.assert_close(log_variance.grad, 0.5 * (0.5 * log_variance).exp() * noise)


def test_the_generator_decides_the_sample():
    q = gaussians()
    assert torch.equal(sample(*q, generator(1)), sample(*q, generator(1)))
    assert not torch.equal(sample(*q, generator(1)), sample(*q, generator(2)))


# --- the model


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("beta", [0.5, 1.0, 4.0])
def test_the_loss_is_cross_entropy_plus_beta_kl(architecture, beta):
    model = build("vae", architecture=architecture, beta=beta)
    terms = model.loss(NOISY, CLEAN, generator())
    assert list(terms) == ["loss", "cross_entropy", "kl"]
    assert terms["loss"].item() == pytest.approx(
        (terms["cross_entropy"] + beta * terms["kl"]).item(), rel=1e-6
    )


def test_the_terms_are_those_of_one_draw_of_the_noisy_images_code():
    model = build("vae")
    terms = model.loss(NOISY, CLEAN, generator(3))
    mean, log_variance = model.encoder(NOISY)
    codes = sample(mean, log_variance, generator(3))
    output = Independent(Bernoulli(model.decode(codes), validate_args=False), 3)
    q, prior = Normal(mean, (0.5 * log_variance).exp()), Normal(torch.zeros_like(mean), torch.ones_like(mean))
    torch.testing.assert_close(terms["cross_entropy"], -output.log_prob(CLEAN).mean(), rtol=1e-4, atol=1e-2)
    torch.testing.assert_close(terms["kl"], kl_divergence(q, prior).sum(dim=1).mean())


def test_beta_0_leaves_the_draw_and_the_cross_entropy():
    terms = {beta: build("vae", beta=beta).loss(NOISY, CLEAN, generator(3)) for beta in (0.0, 1.0)}
    assert terms[0.0]["loss"] == terms[0.0]["cross_entropy"]
    assert terms[0.0]["cross_entropy"] == terms[1.0]["cross_entropy"]


def test_beta_0_makes_the_width_a_matter_of_the_cross_entropy():
    """A wide cloud blurs the reconstruction: descending the cross-entropy narrows it."""
    model = build("vae", beta=0.0)
    model.loss(NOISY, CLEAN, generator())["loss"].backward()
    assert model.encoder.to_log_variance.bias.grad.abs().max() > 0


def test_without_its_spread_it_is_the_plain_autoencoder():
    model = build("vae", beta=0.0)
    nn.init.zeros_(model.encoder.to_log_variance.weight)
    nn.init.constant_(model.encoder.to_log_variance.bias, -60.0)  # σ = 10⁻¹³
    encoder = nn.Sequential(model.encoder.trunk, model.encoder.to_mean)
    plain = DenoisingAutoencoder(encoder, model.decoder, "sigmoid", "cross-entropy")
    torch.testing.assert_close(
        model.loss(NOISY, CLEAN, generator())["loss"], plain.loss(NOISY, CLEAN)["loss"]
    )
    assert torch.equal(model(CLEAN), plain(CLEAN))


def test_beta_above_0_has_gradients_from_the_kl():
    model = build("vae", beta=1.0)
    model.loss(NOISY, CLEAN, generator())["loss"].backward()
    assert all(float(parameter.grad.abs().max()) > 0 for parameter in model.parameters())


def test_encode_gives_the_mean_of_q_and_decode_probabilities():
    model = build("vae", latent=7)
    mean, log_variance = model.encoder(CLEAN)
    assert mean.shape == log_variance.shape == (4, 7)
    assert torch.equal(model.encode(CLEAN), mean)
    torch.testing.assert_close(model.decode(mean), torch.sigmoid(model.decoder(mean)))


def test_a_dense_vae_is_784_512_k_512_784():
    model = build("vae", latent=2, hidden=[512], decoder_activation="sigmoid")
    sizes = [
        (layer.in_features, layer.out_features) for layer in model.modules() if isinstance(layer, nn.Linear)
    ]
    assert sizes == [(784, 512), (512, 2), (512, 2), (2, 512), (512, 784)]
    assert any(isinstance(layer, nn.Sigmoid) for layer in model.decoder)
    assert not any(isinstance(layer, nn.Sigmoid) for layer in model.encoder.modules())


def test_the_elbo_is_below_the_log_likelihood_by_kl_from_the_true_posterior():
    """With one code coordinate, log p(x) and the posterior p(z|x) come from a fine grid over z."""
    model = build("vae", latent=1)
    x = random_images(1)
    grid = torch.linspace(-10, 10, 4001)[:, None].double()
    with torch.no_grad():
        logits = model.decoder(grid.float())
        mean, log_variance = (part.double() for part in model.encoder(x))
        draws = model.loss(x.expand(20_000, -1, -1, -1), x.expand(20_000, -1, -1, -1), generator())
    log_joint = (Normal(0.0, 1.0).log_prob(grid[:, 0])) - bernoulli_cross_entropy(
        logits, x.expand(4001, -1, -1, -1)
    )
    log_step = math.log(20 / 4000)
    log_likelihood = torch.logsumexp(log_joint, dim=0) + log_step
    log_q = Normal(mean[0, 0], (0.5 * log_variance[0, 0]).exp()).log_prob(grid[:, 0])
    gap = (log_q.exp() * (log_q - (log_joint - log_likelihood))).sum() * math.exp(log_step)
    assert float(gap) > 0.01
    assert -float(draws["loss"]) == pytest.approx(float(log_likelihood - gap), abs=0.02 * float(gap) + 0.01)
