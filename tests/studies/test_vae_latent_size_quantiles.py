import numpy as np
import pytest
from scipy.stats import norm

from stages.studies.vae_latent_size.quantiles import quantile_grid


@pytest.mark.parametrize("side", [1, 4, 15])
def test_every_place_has_the_same_share_of_the_prior(side):
    shares = norm.cdf(quantile_grid(side))
    expected = (np.arange(side) + 0.5) / side
    np.testing.assert_allclose(shares[0, :, 0], expected, atol=1e-6)
    np.testing.assert_allclose(shares[::-1, 0, 1], expected, atol=1e-6)


def test_the_first_coordinate_grows_to_the_right_and_the_second_upwards():
    grid = quantile_grid(5)
    assert (np.diff(grid[:, :, 0], axis=1) > 0).all()
    assert (np.diff(grid[:, :, 1], axis=0) < 0).all()
    np.testing.assert_allclose(grid[2, 2], 0, atol=1e-7)
