"""Random codes: their distributions."""

import numpy as np

from stages.analyses.sampling import fitted_gaussian, independent_units, permuted_units, standard_normal

MIX = np.array([[2.0, 0.0, 0.0], [1.0, 0.5, 0.0], [0.0, 0.3, 0.1]])
CODES = (np.random.default_rng(1).normal(size=(400, 3)) @ MIX + [5, -1, 0]).astype(np.float32)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def sparse_codes(*place: int) -> np.ndarray:
    """50 codes of 30 units (or maps), three of them active, the value telling which."""
    codes = np.zeros((50, 30, *place), np.float32)
    for image, code in enumerate(codes):
        code[random(image).choice(30, 3, replace=False)] = image + 1
    return codes


def test_the_prior_has_mean_0_and_the_identity_as_covariance():
    codes = standard_normal(20_000, 3, random())
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(codes.T), np.eye(3), atol=0.04)


def test_the_fitted_gaussian_has_mean_and_covariance_of_the_codes():
    draws = fitted_gaussian(CODES, 20_000, random())
    np.testing.assert_allclose(draws.mean(axis=0), CODES.mean(axis=0), atol=0.06)
    np.testing.assert_allclose(np.cov(draws.T), np.cov(CODES.T), atol=0.15)


def test_a_code_of_one_number_and_a_dead_coordinate_are_fine():
    assert fitted_gaussian(CODES[:, :1], 5, random()).shape == (5, 1)
    dead = CODES * np.array([1, 0, 1], np.float32)
    np.testing.assert_allclose(fitted_gaussian(dead, 50, random())[:, 1], 0, atol=1e-3)


def test_permuted_units_are_real_codes_in_another_order():
    codes = sparse_codes()
    draws = permuted_units(codes, 200, random())
    rows = {tuple(np.sort(code)) for code in codes}
    assert all(tuple(np.sort(draw)) in rows for draw in draws)
    assert (draws != 0).sum(axis=1).tolist() == [3] * 200
    assert set(np.flatnonzero((draws != 0).any(axis=0))) == set(range(30))


def test_maps_are_permuted_as_wholes():
    codes = sparse_codes(4, 4)
    draws = permuted_units(codes, 20, random())
    assert draws.shape == (20, 30, 4, 4)
    assert all(len(np.unique(unit)) == 1 for draw in draws for unit in draw)


def test_independent_units_come_each_from_its_own_histogram():
    codes = np.stack([np.arange(50), 100 + np.arange(50)], axis=1).astype(np.float32)
    draws = independent_units(codes, 5000, random())
    assert set(draws[:, 0]) == set(codes[:, 0])
    assert set(draws[:, 1]) == set(codes[:, 1])
    assert abs(np.corrcoef(draws.T)[0, 1]) < 0.05 < np.corrcoef(codes.T)[0, 1]


def test_independent_maps_keep_their_places():
    codes = random().random((50, 3, 4, 4), np.float32)
    draws = independent_units(codes, 7, random(1))
    for unit in range(3):
        whole = {code.tobytes() for code in codes[:, unit]}
        assert all(draw.tobytes() in whole for draw in draws[:, unit])


def test_the_generator_decides():
    sparse = sparse_codes()
    for draw in (
        lambda seed: standard_normal(4, 3, random(seed)),
        lambda seed: fitted_gaussian(CODES, 4, random(seed)),
        lambda seed: permuted_units(sparse, 4, random(seed)),
        lambda seed: independent_units(sparse, 4, random(seed)),
    ):
        assert draw(1).dtype == np.float32
        np.testing.assert_array_equal(draw(1), draw(1))
        assert not np.array_equal(draw(1), draw(2))
