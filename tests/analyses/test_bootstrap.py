import numpy as np
import pytest

from stages.analyses.bootstrap import difference

SEEDS, ITEMS = 5, 200


def drawn():
    return np.random.default_rng(0)


def test_without_any_spread_the_interval_is_the_difference():
    found = difference(np.full((SEEDS, ITEMS), 0.75), np.full((3, ITEMS), 0.25), drawn())
    assert found == pytest.approx((0.5, 0.5, 0.5))


def test_seeds_that_differ_widen_it_as_their_standard_error_says():
    one = np.repeat(np.array([0.0, 1, 2, 3, 4]), ITEMS).reshape(SEEDS, ITEMS)
    found = difference(one, np.zeros((SEEDS, ITEMS)), drawn())
    standard_error = one[:, 0].std() / np.sqrt(SEEDS)
    assert found.high - found.low == pytest.approx(2 * 1.96 * standard_error, rel=0.1)


def test_items_that_differ_widen_it_though_all_seeds_agree_and_not_where_both_kinds_agree():
    items = np.random.default_rng(1).standard_normal(ITEMS)
    one = np.tile(items, (SEEDS, 1))
    found = difference(one, np.zeros((SEEDS, ITEMS)), drawn())
    assert found.high - found.low == pytest.approx(2 * 1.96 / np.sqrt(ITEMS), rel=0.15)
    assert difference(one, one, drawn()) == pytest.approx((0, 0, 0))


def test_it_covers_the_truth_about_as_often_as_it_says():
    generator, hits = np.random.default_rng(2), 0
    for _ in range(40):
        seeds, items = generator.standard_normal((2, 8, 1)), generator.standard_normal((2, 1, 60))
        one, other = seeds + items
        found = difference(one, other, generator)
        hits += found.low < 0 < found.high
    assert hits >= 33
