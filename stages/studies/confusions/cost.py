"""What a network costs: parameters, and multiplications for one image."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from stages.images.datasets import SIDE


def parameters(model: nn.Module) -> int:
    """Numbers that are learned."""
    return sum(parameter.numel() for parameter in model.parameters())


@torch.no_grad()
def multiplications(model: nn.Module) -> int:
    """Products in the layers' sums for one image, those with the zeros around it included."""
    with FlopCounterMode(display=False) as counter:  # it counts a product and its addition as two
        model(torch.zeros(1, 1, SIDE, SIDE))
    return counter.get_total_flops() // 2
