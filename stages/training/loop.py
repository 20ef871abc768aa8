"""The one training loop, of the main line and of every study.

The images stay as uint8 on the device, or on disk where they would fill the memory; a batch is gathered,
scaled and (with `noise.fresh`) made noisy in bulk, so that nothing runs once an image in Python.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Integer, Shaped, UInt8
from torch import Tensor, nn
from tqdm import tqdm

from stages.common import ranks
from stages.common.artifacts import save_table
from stages.common.errors import StudyError
from stages.common.runtime import Runtime
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import Images, NoisyImages
from stages.images.noise import NoiseSettings, add_noise
from stages.images.pixels import channels_first, to_unit
from stages.training.snapshots import Running, Snapshots

EVALUATION_BATCH = 500  # fits a cache level; of results, only the VAE's draws depend on it

History = list[dict[str, float]]


def fit(
    model: nn.Module,
    train: NoisyImages | Images,
    validation: NoisyImages | Images,
    settings: TrainingSettings,
    runtime: Runtime,
    seed: int,
    fresh_noise: NoiseSettings | None = None,
    after_epoch: Callable[[nn.Module], None] = lambda model: None,
    snapshots: Snapshots | None = None,
) -> History:
    """Train `model` in place.

    Args:
        model: has `loss(inputs, targets, generator)`, whose first term `loss` is minimised.
        train, validation: noisy images with clean ones as targets (validation keeps its fixed noise), or
            images with labels as targets.
        fresh_noise: draw new noise on the clean training images for every batch; None: use `train.noisy`.
        after_epoch: called with the model in evaluation mode.
        snapshots: go on from the last one, if there is one, and write more.

    Returns:
        One row an epoch: `epoch`, then `train_<term>` and `validation_<term>`, means over the images.

    Raises:
        StudyError: the loss is not finite.
    """
    generator = runtime.generator(seed, "batches, their noise and draws")
    model.to(runtime.device, memory_format=torch.channels_last)
    data = _pair(train, runtime)
    updates = settings.epochs * -(-len(train) // settings.batch_size)
    optimizer, scheduler = make_optimizer(model, settings, updates)
    history: History = []
    bar = tqdm(total=updates, desc=f"training {type(model).__name__}", unit="batch", mininterval=1)
    with bar, runtime.seeded_layers(seed):
        epochs = range(1, settings.epochs + 1)
        if snapshots:
            epochs = snapshots.left_of(epochs, Running(model, optimizer, scheduler, generator, history))
        for epoch in epochs:
            model.train()
            sums = Sums()
            for inputs, targets in batches(*data, settings.batch_size, generator, fresh_noise):
                with runtime.autocast(), ranks.shared(len(targets)) as share:
                    terms = model.loss(inputs[share.mine], targets[share.mine], generator)
                optimizer.zero_grad()
                terms["loss"].backward()
                terms = ranks.averaged(terms, model, share)
                optimizer.step()
                scheduler.step()
                sums.add(terms, len(targets))
                bar.update(scheduler.last_epoch - bar.n)  # all updates so far, also those of a snapshot
            model.eval()
            row = sums.means("train_") | evaluate(model, validation, runtime, seed).means("validation_")
            _stop_unless_finite(row, epoch, settings)
            history.append({"epoch": epoch} | row)
            bar.set_postfix(train=f"{row['train_loss']:.4g}", validation=f"{row['validation_loss']:.4g}")
            after_epoch(model)
    return history


def batches(
    inputs: UInt8[Tensor, "n height width *rgb"],
    targets: UInt8[Tensor, "n height width *rgb"] | UInt8[Tensor, "n"],
    size: int,
    generator: torch.Generator,
    fresh_noise: NoiseSettings | None = None,
) -> Iterator[tuple[Float[Tensor, "batch channels height width"], Shaped[Tensor, "batch *image"]]]:
    """Shuffled batches of inputs in [0, 1] and targets (clean images, or labels); the last may be smaller.

    They are on the generator's device, wherever `inputs` and `targets` are.
    """
    for index in torch.randperm(len(targets), generator=generator, device=generator.device).split(size):
        target = as_target(_taken(targets, index))
        noisy = add_noise(target, fresh_noise, generator) if fresh_noise else as_input(_taken(inputs, index))
        yield noisy, target


@torch.inference_mode()
def evaluate(model: nn.Module, images: NoisyImages | Images, runtime: Runtime, seed: int) -> "Sums":
    """Sums of the loss terms of `model` over `images` (evaluation mode, their fixed noise)."""
    generator, sums = runtime.generator(seed, "evaluation"), Sums()
    parts = (part.split(EVALUATION_BATCH) for part in _pair(images, runtime))
    for pair in zip(*parts, strict=True):
        inputs, targets = (part.to(runtime.device) for part in pair)
        with runtime.autocast():
            sums.add(model.loss(as_input(inputs), as_target(targets), generator), len(targets))
    return sums


class Sums:
    """Loss terms summed over images, left on the device until asked for: no wait in between."""

    def __init__(self) -> None:
        self.totals: dict[str, Tensor] = {}
        self.count = 0

    def add(self, terms: dict[str, Float[Tensor, ""]], count: int) -> None:
        """Add a batch's mean `terms` over `count` images."""
        for name, value in terms.items():
            self.totals[name] = self.totals.get(name, 0) + value.detach().float() * count
        self.count += count

    def means(self, prefix: str = "") -> dict[str, float]:
        """Mean of each term over all images, with `prefix` before its name."""
        return {prefix + name: float(total) / self.count for name, total in self.totals.items()}


def make_optimizer(
    model: nn.Module, settings: TrainingSettings, updates: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """The optimiser and the learning rate's schedule over `updates` steps."""
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if settings.optimizer == "adam":
        optimizer = torch.optim.Adam(parameters, lr=settings.learning_rate, fused=True)
    else:
        optimizer = torch.optim.SGD(
            parameters, lr=settings.learning_rate, momentum=settings.sgd.momentum, fused=True
        )
    if settings.schedule == "one-cycle":
        # One step more than updates: the scheduler counts its own construction as the first.
        return optimizer, torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=settings.learning_rate, total_steps=updates + 1, cycle_momentum=False
        )
    return optimizer, torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1)


def save_history(path: Path | str, history: History) -> None:
    """Write the rows of `fit` as CSV; the layers of a stack count on, one after the other."""
    save_table(path, pd.DataFrame(history).assign(epoch=range(1, len(history) + 1)))


def as_input(images: UInt8[Tensor, "n height width *rgb"]) -> Float[Tensor, "n channels height width"]:
    """Kept images as networks take them."""
    return to_unit(channels_first(images))


def as_target(targets: UInt8[Tensor, "n *image"]) -> Shaped[Tensor, "n ..."]:
    """Kept images as networks take them, or labels as the whole numbers that indices have to be."""
    return as_input(targets) if targets.dim() > 1 else targets.long()


def _taken(images: UInt8[Tensor, "n *image"], index: Integer[Tensor, "m"]) -> UInt8[Tensor, "m *image"]:
    return images[index.to(images.device)].to(index.device)


def _pair(images: NoisyImages | Images, runtime: Runtime) -> tuple[UInt8[Tensor, "n *image"], ...]:
    """Inputs and targets: on the device, or on disk, if that is where they lie."""
    labelled = isinstance(images, Images)
    pair = (images.images, images.labels) if labelled else (images.noisy, images.clean)
    tensors = ((torch.from_numpy(part), isinstance(part, np.memmap)) for part in pair)
    return tuple(tensor if on_disk else tensor.to(runtime.device) for tensor, on_disk in tensors)


def _stop_unless_finite(row: dict[str, float], epoch: int, settings: TrainingSettings) -> None:
    broken = [name for name, value in row.items() if not np.isfinite(value)]
    if broken:
        raise StudyError(
            f"{broken[0]} is {row[broken[0]]} in epoch {epoch}: training diverged; "
            f"try a learning_rate below {settings.learning_rate:g}, or the other optimizer"
        )
