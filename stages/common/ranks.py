"""One training on several processors: every rank (a process) computes its share of each mini-batch.

    torchrun --nproc-per-node 4 -m stages.train_wta

starts four processes that read the same settings and images, and draw the same mini-batches in the same
order; they differ in `rank`, 0 to 3. With B images in a mini-batch, B_r of them of rank r, and L_r their mean
loss, the gradient of the whole mini-batch

    ∇L = Σ_r B_r/B ∇L_r

is what `averaged` puts in place of each rank's own, ∇L_r. So all ranks take the same step and keep the same
weights, and only the first need write them down. For that step to be that of one process, within rounding:

    statistics of a mini-batch   are computed from what `gathered` brings together from all ranks. Lifetime
                                 sparsity, say: the 5 largest of 100 are not the largest of each 25.
    random numbers               are drawn by each rank for the whole mini-batch; it uses its images'.

Without torchrun there is one rank, whose share is everything, and all of this hands back what it gets. Layers
that draw or compare images on their own (dropout, batch normalisation) would do so rank by rank.
"""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from jaxtyping import Float
from torch import Tensor, nn


@dataclass(frozen=True)
class Share:
    """Rows `mine` of a mini-batch of `batch` images, and the `weight` that they have in a mean over ranks."""

    batch: int
    mine: slice
    weight: float


_split: Share | None = None  # of the mini-batch that is being shared, if this rank has not all of it


def start(processes: int) -> None:
    """Meet the other ranks, if torchrun started this one; else have it start `processes`, if several."""
    if dist.is_torchelastic_launched():
        _meet()
    elif processes > 1:
        torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
        stage = sys.modules["__main__"].__spec__.name
        os.execv(sys.executable, [sys.executable, *torchrun, "-m", stage])  # becomes torchrun


def count() -> int:
    """How many ranks there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def is_first() -> bool:
    """Whether this is the rank that writes, and says how far it is."""
    return count() == 1 or dist.get_rank() == 0


@contextmanager
def shared(batch: int) -> Iterator[Share]:
    """This rank's share of a mini-batch, which the functions below know of inside.

    Where there are fewer images than ranks, each rank computes them all.
    """
    global _split
    if batch < count() or count() == 1:
        yield Share(batch, slice(None), 1 / count())
        return
    first, last = (batch * rank // count() for rank in (dist.get_rank(), dist.get_rank() + 1))
    _split = Share(batch, slice(first, last), (last - first) / batch)
    try:
        yield _split
    finally:
        _split = None


def gathered(part: Float[Tensor, "part *shape"]) -> Float[Tensor, "batch *shape"]:
    """The rows of all ranks in place of this one's; gradients pass through its own alone.

    That is enough where what is computed from the whole only says which rows count, as sparsity does.
    """
    if _split is None:
        return part
    whole = part.new_zeros(_split.batch, *part.shape[1:])
    whole[_split.mine] = part.detach()
    dist.all_reduce(whole)  # sums: of every row all ranks but one have zeros
    whole[_split.mine] = part
    return whole


def own(whole: Float[Tensor, "batch *shape"]) -> Float[Tensor, "part *shape"]:
    """This rank's rows of what is known of all: the inverse of `gathered`."""
    return whole if _split is None else whole[_split.mine]


def normal_like(
    part: Float[Tensor, "part *shape"], generator: torch.Generator
) -> Float[Tensor, "part *shape"]:
    """Standard normal numbers, for each image those that one process would draw."""
    whole = torch.empty_like(part) if _split is None else part.new_empty(_split.batch, *part.shape[1:])
    return own(whole.normal_(generator=generator))


def averaged(terms: dict[str, Tensor], model: nn.Module, share: Share) -> dict[str, Tensor]:
    """Loss terms of the whole mini-batch; the gradients in `model` become those of it, too."""
    if share.weight == 1:
        return terms
    losses = torch.stack([value.detach().float() for value in terms.values()])
    gradients = [weights.grad for weights in model.parameters() if weights.grad is not None]
    sums = [dist.all_reduce(value.mul_(share.weight), async_op=True) for value in (losses, *gradients)]
    for waiting in sums:
        waiting.wait()
    return dict(zip(terms, losses, strict=True))


def of_first(thing: Any) -> Any:
    """What the first rank has; the others need have nothing."""
    if count() == 1:
        return thing
    box = [thing]
    dist.broadcast_object_list(box)
    return box[0]


def _meet() -> None:
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))  # `cuda` is this rank's from here on
    dist.init_process_group()  # Gloo for tensors on the CPU, NCCL for those on GPUs
    atexit.register(dist.destroy_process_group)
