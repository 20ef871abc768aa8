"""How wide the clouds of q(z|x) are while a VAE learns, beside how far apart they lie.

    width     median of σ over images and coordinates
    spread    median over coordinates of the standard deviation of μ over images

Noise in a code can be made harmless in two ways, a smaller width or a larger spread, so it is their ratio
that says whether clouds have become points.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from torch import nn

from stages.common.runtime import Runtime
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.models.vae import VariationalAutoencoder
from stages.studies.vae_latent_size.posterior import posterior
from stages.training.trials import Trained, train


@dataclass
class Watch:
    """Called after an epoch: measures q of the `images`."""

    images: NoisyImages
    runtime: Runtime
    rows: list[dict[str, float]] = field(default_factory=list)

    def __call__(self, model: nn.Module) -> None:
        """Add a row."""
        mean, log_variance = posterior(model, self.images.clean, self.runtime)
        row = {"width": np.median(np.exp(log_variance / 2)), "spread": np.median(mean.std(axis=0))}
        self.rows.append({name: float(value) for name, value in row.items()})


def train_watched(
    build: Callable[[TrainingSettings, int], VariationalAutoencoder],
    settings: TrainingSettings,
    latent: int,
    parts: Parts,
    runtime: Runtime,
    seed: int,
) -> tuple[Trained, list[dict[str, float]]]:
    """What `train` gives, and after each epoch `width` and `spread` of the validation images' codes.

    Raises:
        StudyError: the loss is not finite.
    """
    watch = Watch(parts.validation, runtime)
    trained = train(build, settings, latent, parts, runtime, seed, after_epoch=watch)
    return trained, watch.rows
