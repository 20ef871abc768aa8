"""One training run of a study: build a model from a seed, fit it, keep what came out."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from stages.common.runtime import Runtime, seeded_weights
from stages.common.training_settings import TrainingSettings
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.models.interface import Autoencoder
from stages.training.loop import History, fit


@dataclass(frozen=True)
class Trained:
    """A trained model, in evaluation mode and on the CPU, and its losses over the epochs."""

    model: Autoencoder
    history: History


def train(
    build: Callable[[TrainingSettings, int], Autoencoder],
    settings: TrainingSettings,
    latent: int,
    parts: Parts,
    runtime: Runtime,
    seed: int,
    fresh_noise: NoiseSettings | None = None,
    after_epoch: Callable[[nn.Module], None] = lambda model: None,
) -> Trained:
    """Train what `build(settings, latent)` makes, as the main line does; `seed` draws weights and batches.

    Raises:
        StudyError: the loss is not finite.
    """
    with seeded_weights(seed):
        model = build(settings, latent)
    history = fit(
        model, parts.train, parts.validation, settings, runtime, seed, fresh_noise, after_epoch=after_epoch
    )
    return Trained(model.cpu().eval().requires_grad_(False), history)
