import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from stages.models.vae import kl_to_standard_normal
from stages.studies.vae_latent_size.posterior import gap_to_prior, kl_of_units, posterior
from tests.small import CPU, as_images, build


def codes(n=400, k=3, scale=1.0, seed=0):
    return (scale * np.random.default_rng(seed).standard_normal((n, k))).astype(np.float32)


def test_the_parts_of_the_units_sum_to_the_kl_term():
    mean, log_variance = codes(), codes(seed=1)
    whole = kl_to_standard_normal(torch.from_numpy(mean), torch.from_numpy(log_variance)).mean()
    assert kl_of_units(mean, log_variance).sum() == pytest.approx(float(whole), rel=1e-5)


def test_a_unit_at_the_prior_costs_nothing_and_one_that_says_something_does():
    mean, log_variance = codes(k=2), np.zeros((400, 2), np.float32)
    mean[:, 0] = 0
    units = kl_of_units(mean, log_variance)
    assert units[0] == 0
    assert units[1] > 0.3


def test_the_posterior_is_what_the_encoder_gives(digits):
    model = build("vae").eval()
    mean, log_variance = posterior(model, digits.test.clean[:7], CPU)
    with torch.no_grad():
        expected = model.encoder(as_images(digits.test.clean[:7]))
    np.testing.assert_allclose(mean, expected[0], atol=1e-5)
    np.testing.assert_allclose(log_variance, expected[1], atol=1e-5)


def test_the_gap_is_the_divergence_of_the_gaussian_with_the_same_moments():
    mean = codes(scale=2) + np.float32([1, 0, -3])
    variance = np.exp(codes(seed=1))
    covariance = np.cov(mean, rowvar=False, dtype=float) + np.diag(variance.mean(axis=0, dtype=float))
    matched = MultivariateNormal(
        torch.from_numpy(mean.mean(axis=0, dtype=float)), torch.from_numpy(covariance)
    )
    prior = MultivariateNormal(torch.zeros(3).double(), torch.eye(3).double())
    assert gap_to_prior(mean, variance) == pytest.approx(float(kl_divergence(matched, prior)), rel=1e-6)


def test_codes_from_the_prior_have_hardly_a_gap_and_codes_of_one_number_work():
    assert gap_to_prior(codes(20000), np.zeros((20000, 3), np.float32)) < 0.01
    assert gap_to_prior(codes(20000, 1, 3.0), np.zeros((20000, 1), np.float32)) == pytest.approx(
        (9 - 1 - np.log(9)) / 2, rel=0.05
    )
