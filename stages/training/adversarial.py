"""The training loop for two players: a discriminator's update, then a generator's, batch by batch.

`loop.py` minimises one loss. Here each player minimises its own and moves the other's, so there is
no validation loss to watch, and none to stop at: what counts is looked at in the samples.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn
from tqdm import tqdm

from stages.common.adversarial_settings import AdversarialSettings
from stages.common.errors import StudyError
from stages.common.runtime import Runtime
from stages.images.pixels import to_unit
from stages.training.loop import History, Sums

Terms = dict[str, Tensor]
BETA_2 = 0.999  # of Adam


@runtime_checkable
class Adversarial(Protocol):
    """Two networks and their losses; see `models/gan.py`."""

    generator: nn.Module
    discriminator: nn.Module

    def codes(self, count: int, generator: torch.Generator) -> Tensor:
        """Noise that the generator starts from."""

    def discriminator_loss(self, real: Tensor, made: Tensor) -> Terms:
        """`loss`, and what else to record."""

    def generator_loss(self, made: Tensor) -> Terms:
        """`loss`, and what else to record."""


def fit_adversarial(
    model: Adversarial,
    images: UInt8[Tensor, "n 1 28 28"],
    settings: AdversarialSettings,
    runtime: Runtime,
    seed: int,
    after_epoch: Callable[[nn.Module], None] = lambda model: None,
) -> History:
    """Train both players of `model` in place.

    Returns:
        One row an epoch: `epoch`, then `discriminator_<term>` and `generator_<term>`, means over its updates.

    Raises:
        StudyError: there are fewer images than one batch holds.
    """
    if len(images) < settings.batch_size:
        raise StudyError(f"batch_size is {settings.batch_size}; it should be at most {len(images)} images")
    draw = runtime.generator(seed, "batches and codes")
    model.to(runtime.device, memory_format=torch.channels_last)
    images = images.to(runtime.device)
    discriminator_adam = _adam(model.discriminator, settings.discriminator_rate, settings)
    generator_adam = _adam(model.generator, settings.generator_rate, settings)
    history: History = []
    for epoch in tqdm(range(1, settings.epochs + 1), desc="training adversaries", unit="epoch"):
        model.train()
        discriminator_sums, generator_sums = Sums(), Sums()
        for real in _batches(images, settings.batch_size, draw):
            with runtime.autocast():
                made = model.generator(model.codes(len(real), draw))
                terms = model.discriminator_loss(real, made.detach())  # no gradient for the generator
            discriminator_sums.add(_step(discriminator_adam, terms), len(real))
            with runtime.autocast():
                terms = model.generator_loss(made)  # through the discriminator as it is now
            generator_sums.add(_step(generator_adam, terms), len(real))
        model.eval()
        means = discriminator_sums.means("discriminator_") | generator_sums.means("generator_")
        history.append({"epoch": epoch} | means)
        after_epoch(model)
    return history


def _adam(player: nn.Module, rate: float, settings: AdversarialSettings) -> torch.optim.Adam:
    return torch.optim.Adam(player.parameters(), lr=rate, betas=(settings.beta_1, BETA_2), fused=True)


def _step(optimizer: torch.optim.Optimizer, terms: Terms) -> Terms:
    optimizer.zero_grad()
    terms["loss"].backward()
    optimizer.step()
    return terms


def _batches(
    images: UInt8[Tensor, "n 1 28 28"], size: int, draw: torch.Generator
) -> list[Float[Tensor, "batch 1 28 28"]]:
    """Shuffled whole batches: a remainder of a few images would unsettle the batch normalisation."""
    order = torch.randperm(len(images), generator=draw, device=images.device)
    return [to_unit(images[part]) for part in order[: len(images) // size * size].split(size)]
