"""Winner-take-all sparsity against plain loops."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stages.models.sparsity import (
    LINEAR,
    lifetime_sparsity,
    rectified,
    spatial_and_lifetime_sparsity,
    spatial_sparsity,
    winners_per_unit,
)
from tests.small import generator

SHARES = [0.02, 0.05, 0.1, 0.25, 0.5, 1.0]


def distinct(*shape: int, seed: int = 0) -> torch.Tensor:
    """Values of both signs, no two alike: what the largest ones are is beyond doubt."""
    count = torch.Size(shape).numel()
    return ((torch.randperm(count, generator=generator(seed)) + 0.5) / count - 0.3).view(shape)


def lifetime_by_loops(codes: list[list[float]], share: float) -> list[list[float]]:
    batch, units = len(codes), len(codes[0])
    keep = max(1, round(share * batch))
    sparse = [[0.0] * units for _ in range(batch)]
    for unit in range(units):
        strongest = sorted(range(batch), key=lambda image: -codes[image][unit])
        for image in strongest[:keep]:
            sparse[image][unit] = codes[image][unit]
    return sparse


def spatial_by_loops(maps: torch.Tensor) -> torch.Tensor:
    sparse = torch.zeros_like(maps)
    for image in range(maps.shape[0]):
        for unit in range(maps.shape[1]):
            places = [(row, column) for row in range(maps.shape[2]) for column in range(maps.shape[3])]
            row, column = max(places, key=lambda place: float(maps[image, unit, place[0], place[1]]))
            sparse[image, unit, row, column] = maps[image, unit, row, column]
    return sparse


def both_by_loops(maps: torch.Tensor, share: float) -> torch.Tensor:
    sparse = spatial_by_loops(maps)
    keep = max(1, round(share * len(maps)))
    for unit in range(maps.shape[1]):
        strength = [float(maps[image, unit].max()) for image in range(len(maps))]
        for image in sorted(range(len(maps)), key=lambda image: -strength[image])[keep:]:
            sparse[image, unit] = 0
    return sparse


@pytest.mark.parametrize("share", SHARES)
def test_lifetime_sparsity_keeps_exactly_its_share_of_the_batch_per_unit(share):
    kept = (lifetime_sparsity(distinct(100, 7), share) != 0).sum(dim=0)
    assert kept.tolist() == [round(100 * share)] * 7


def test_lifetime_sparsity_keeps_one_image_of_a_batch_that_is_too_small_for_the_share():
    assert (lifetime_sparsity(distinct(8, 5), 0.05) != 0).sum(dim=0).tolist() == [1] * 5
    assert winners_per_unit(0.05, 8) == 1


@given(
    st.integers(1, 12),
    st.integers(1, 5),
    st.floats(0.01, 1),
    st.integers(0, 1000),
)
def test_lifetime_sparsity_is_that_of_plain_loops(batch, units, share, seed):
    codes = distinct(batch, units, seed=seed)
    expected = torch.tensor(lifetime_by_loops(codes.tolist(), share))
    torch.testing.assert_close(lifetime_sparsity(codes, share), expected)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 5), st.integers(0, 1000))
def test_spatial_sparsity_is_that_of_plain_loops(batch, units, side, seed):
    maps = distinct(batch, units, side, side, seed=seed)
    torch.testing.assert_close(spatial_sparsity(maps), spatial_by_loops(maps))


def test_spatial_sparsity_keeps_one_value_a_map_and_it_is_the_largest():
    maps = distinct(3, 4, 6, 6) + 0.3
    sparse = spatial_sparsity(maps)
    assert (sparse.flatten(2) != 0).sum(dim=2).tolist() == [[1] * 4] * 3
    assert torch.equal(sparse.amax(dim=(2, 3)), maps.amax(dim=(2, 3)))


def test_spatial_sparsity_keeps_one_of_equal_values():
    assert int((spatial_sparsity(torch.ones(2, 3, 4, 4)) != 0).sum()) == 2 * 3


@given(st.integers(1, 10), st.integers(1, 3), st.floats(0.01, 1), st.integers(0, 1000))
def test_spatial_with_lifetime_sparsity_is_that_of_plain_loops(batch, units, share, seed):
    maps = distinct(batch, units, 3, 4, seed=seed) - 0.4  # a winner may be negative
    torch.testing.assert_close(spatial_and_lifetime_sparsity(maps, share), both_by_loops(maps, share))


def test_with_a_share_of_1_only_spatial_sparsity_remains():
    maps = distinct(5, 3, 4, 4)
    assert torch.equal(spatial_and_lifetime_sparsity(maps, 1.0), spatial_sparsity(maps))


def test_dead_units_stay_silent():
    assert not lifetime_sparsity(torch.zeros(10, 4), 0.2).any()
    assert not spatial_and_lifetime_sparsity(torch.zeros(10, 4, 3, 3), 0.2).any()


SPARSITIES = {
    "lifetime": (lambda codes: lifetime_sparsity(codes, 0.3), (10, 4)),
    "spatial": (spatial_sparsity, (4, 3, 5, 5)),
    "both": (lambda maps: spatial_and_lifetime_sparsity(maps, 0.3), (10, 3, 4, 4)),
}


@pytest.mark.parametrize(("sparsity", "shape"), SPARSITIES.values(), ids=SPARSITIES)
def test_gradients_reach_the_winners_only_and_unchanged(sparsity, shape):
    codes = distinct(*shape).requires_grad_()
    sparse = sparsity(codes)
    upstream = torch.rand(shape, generator=generator()) + 0.1
    sparse.backward(upstream)
    torch.testing.assert_close(codes.grad, upstream * (sparse != 0))
    assert 0 < int((codes.grad != 0).sum()) < codes.numel()


ACTIVATED = {
    "lifetime": (lambda codes, activation: activation(lifetime_sparsity(codes, 0.25)), (20, 7)),
    "spatial": (spatial_sparsity, (20, 7, 5, 5)),
    "both": (lambda maps, activation: spatial_and_lifetime_sparsity(maps, 0.25, activation), (20, 7, 5, 5)),
}


@pytest.mark.parametrize(("sparsity", "shape"), ACTIVATED.values(), ids=ACTIVATED)
def test_rectified_is_a_relu_but_that_gradients_reach_the_winners_of_silent_units(sparsity, shape):
    values = distinct(*shape)
    values[:, :3] = -values[:, :3].abs()  # never positive
    values.requires_grad_()
    winners = sparsity(values, LINEAR).detach()
    weights = torch.rand(shape, generator=generator())
    output = sparsity(values, rectified)
    assert torch.equal(output, winners.relu())
    (output * weights).sum().backward()
    assert torch.equal(values.grad[:, :3], torch.where(winners != 0, weights, 0)[:, :3])
    assert torch.equal(values.grad[:, 3:], torch.where(winners > 0, weights, 0)[:, 3:])


@given(st.integers(0, 1000))
def test_it_makes_no_difference_whether_relu_or_choice_comes_first(seed):
    for sparsity, shape in ACTIVATED.values():
        values = distinct(*shape, seed=seed)
        assert torch.equal(sparsity(values, rectified), sparsity(values.relu(), LINEAR))


def test_maps_that_are_channels_last_stay_so():
    maps = distinct(4, 3, 5, 5).to(memory_format=torch.channels_last)
    assert spatial_sparsity(maps).is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(spatial_sparsity(maps), spatial_sparsity(maps.contiguous()))
