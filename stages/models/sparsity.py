"""Winner-take-all sparsity: keep the largest values, zero the rest.

Gradients pass through the winners only: what is zeroed is nowhere in the result.

Reference: Makhzani & Frey, *Winner-Take-All Autoencoders*, NIPS 2015 (arXiv 1409.2752), sections 2 and 3.
"""

import torch
from jaxtyping import Float, Integer
from torch import Tensor


def winners_per_unit(share: float, batch: int) -> int:
    """How many images of a mini-batch each unit may keep: `share` of them, rounded, at least one."""
    return max(1, round(share * batch))


def lifetime_sparsity(codes: Float[Tensor, "batch units"], share: float) -> Float[Tensor, "batch units"]:
    """For each unit keep its largest activations over the mini-batch: `share` of it, at least one."""
    largest, images = codes.topk(winners_per_unit(share, len(codes)), dim=0)
    return torch.zeros_like(codes).scatter(0, images, largest)


def spatial_sparsity(
    maps: Float[Tensor, "batch maps height width"],
) -> Float[Tensor, "batch maps height width"]:
    """For each map of each image keep its single largest activation."""
    largest, places = maps.flatten(2).max(dim=2)  # (batch, maps)
    return _at_places(largest, places, maps)


def spatial_and_lifetime_sparsity(
    maps: Float[Tensor, "batch maps height width"], share: float
) -> Float[Tensor, "batch maps height width"]:
    """Spatial sparsity, and of each map's winners over the mini-batch only the largest `share`."""
    largest, places = maps.flatten(2).max(dim=2)  # (batch, maps)
    return _at_places(lifetime_sparsity(largest, share), places, maps)


def rectified(winners: Float[Tensor, "batch units *place"]) -> Float[Tensor, "batch units *place"]:
    """ReLU of `winners`, with a way back for the silent: units of which no winner of the batch is positive.

    Their output is 0 like any ReLU's, but the gradient reaches their winners as if there were no ReLU, so
    that they learn from those images that came nearest to exciting them.
    """
    rest = [dim for dim in range(winners.dim()) if dim != 1]
    silent = winners.detach().amax(dim=rest, keepdim=True) <= 0
    if not silent.any():
        return winners.relu()
    return torch.where(silent, winners - winners.detach(), winners.relu())


def _at_places(
    values: Float[Tensor, "batch maps"],
    places: Integer[Tensor, "batch maps"],
    maps: Float[Tensor, "batch maps height width"],
) -> Float[Tensor, "batch maps height width"]:
    """Maps like `maps`, 0 but for one value each."""
    empty = torch.zeros_like(maps.flatten(2))
    return empty.scatter(2, places[..., None], values[..., None]).view_as(maps)
