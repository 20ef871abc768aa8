"""Winner-take-all sparsity: keep the largest values, zero the rest.

Gradients pass through the winners only: what is zeroed is nowhere in the result. Where several ranks share a
mini-batch, winners are those of all of it, and each rank gets the rows of its images.

Reference: Makhzani & Frey, *Winner-Take-All Autoencoders*, NIPS 2015 (arXiv 1409.2752), sections 2 and 3.
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from stages.common import ranks

# Of the winners: (batch, maps) → (batch, maps).
Activation = Callable[[Tensor], Tensor]
LINEAR = nn.Identity()


def winners_per_unit(share: float, batch: int) -> int:
    """How many images of a mini-batch each unit may keep: `share` of them, rounded, at least one."""
    return max(1, round(share * batch))


def lifetime_sparsity(codes: Float[Tensor, "batch units"], share: float) -> Float[Tensor, "batch units"]:
    """For each unit keep its largest activations over the mini-batch: `share` of it, at least one."""
    every = ranks.gathered(codes)
    largest, images = every.topk(winners_per_unit(share, len(every)), dim=0)
    return ranks.own(torch.zeros_like(every).scatter(0, images, largest))


def spatial_sparsity(
    maps: Float[Tensor, "batch maps height width"], activation: Activation = LINEAR
) -> Float[Tensor, "batch maps height width"]:
    """For each map of each image keep its single largest value; `activation` is applied to these alone."""
    # channels_last, as the loop has them, are so in memory: no copy.
    by_place = maps.permute(0, 2, 3, 1).flatten(1, 2)  # (batch, places, maps)
    largest, places = by_place.max(dim=1, keepdim=True)  # (batch, 1, maps)
    winners = activation(largest[:, 0])[:, None]
    sparse = torch.zeros_like(by_place).scatter_(1, places, winners)
    return sparse.unflatten(1, maps.shape[2:]).permute(0, 3, 1, 2)


def spatial_and_lifetime_sparsity(
    maps: Float[Tensor, "batch maps height width"], share: float, activation: Activation = LINEAR
) -> Float[Tensor, "batch maps height width"]:
    """Spatial sparsity, and of each map's winners over the mini-batch only the largest `share`."""
    return spatial_sparsity(maps, lambda winners: activation(lifetime_sparsity(winners, share)))


def rectified(winners: Float[Tensor, "batch units"]) -> Float[Tensor, "batch units"]:
    """ReLU of `winners`, with a way back for the silent: units of which no winner of the batch is positive.

    Their output is 0 like any ReLU's, but the gradient reaches their winners as if there were no ReLU, so
    that they learn from those images that came nearest to exciting them.
    """
    silent = ranks.gathered(winners.detach()).amax(dim=0) <= 0
    return torch.where(silent, winners - winners.detach(), winners.relu())
