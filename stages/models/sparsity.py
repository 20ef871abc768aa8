"""Winner-take-all sparsity: keep the largest activations, zero the rest.

Gradients pass through the winners only: a zeroed activation is multiplied by 0, and so is its gradient.

Reference: Makhzani & Frey, *Winner-Take-All Autoencoders*, NIPS 2015 (arXiv 1409.2752), sections 2 and 3.
"""

import torch
from jaxtyping import Float
from torch import Tensor


def winners_per_unit(share: float, batch: int) -> int:
    """How many images of a mini-batch each unit may keep: `share` of them, rounded, at least one."""
    return max(1, round(share * batch))


def lifetime_sparsity(codes: Float[Tensor, "batch units"], share: float) -> Float[Tensor, "batch units"]:
    """For each unit keep its largest activations over the mini-batch: `share` of it, at least one."""
    winners = codes.topk(winners_per_unit(share, len(codes)), dim=0).indices
    return codes * torch.zeros_like(codes).scatter_(0, winners, 1)


def spatial_sparsity(
    maps: Float[Tensor, "batch maps height width"],
) -> Float[Tensor, "batch maps height width"]:
    """For each map of each image keep its single largest activation (the first, if several are equal)."""
    flat = maps.flatten(2)
    winners = flat.argmax(dim=2, keepdim=True)
    return (flat * torch.zeros_like(flat).scatter_(2, winners, 1)).view_as(maps)


def spatial_and_lifetime_sparsity(
    maps: Float[Tensor, "batch maps height width"], share: float
) -> Float[Tensor, "batch maps height width"]:
    """Spatial sparsity, and of each map's winners over the mini-batch only the largest `share`."""
    kept = lifetime_sparsity(maps.amax(dim=(2, 3)), share) != 0  # (batch, maps)
    return spatial_sparsity(maps) * kept[:, :, None, None]
