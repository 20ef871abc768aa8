"""Greedy training of a stack, layer by layer, then fine-tuning of the whole."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from stages.common.runtime import Runtime, seeded_weights
from stages.common.training_settings import TrainingSettings
from stages.images.parts import Parts
from stages.models.ae import DenoisingAutoencoder
from stages.models.interface import Autoencoder
from stages.studies.stacked_ae.layers import layer_autoencoders
from stages.training.loop import fit
from stages.training.trials import Trained


@dataclass(frozen=True)
class LayerwiseTrained(Trained):
    """A stack after fine-tuning, whose losses `history` has, and as the greedy phase left it."""

    pretrained: Autoencoder


def train_layerwise(
    build: Callable[[TrainingSettings, int], DenoisingAutoencoder],
    settings: TrainingSettings,
    latent: int,
    parts: Parts,
    runtime: Runtime,
    seed: int,
    layer_epochs: int,
) -> LayerwiseTrained:
    """Train each layer for `layer_epochs`, the lowest first, and the whole for the rest of the epochs.

    So the number of updates is that of `train` with the same settings. Each phase has a schedule of its own.

    Raises:
        StudyError: the loss is not finite.
    """
    with seeded_weights(seed):
        model = build(settings, latent)
    layers = layer_autoencoders(model)
    for layer in layers:
        greedy = settings.model_copy(update={"epochs": layer_epochs})
        fit(layer, parts.train, parts.validation, greedy, runtime, seed)
    pretrained = deepcopy(model).cpu().eval().requires_grad_(False)
    rest = settings.model_copy(update={"epochs": settings.epochs - layer_epochs * len(layers)})
    history = fit(model, parts.train, parts.validation, rest, runtime, seed)
    return LayerwiseTrained(model.cpu().eval().requires_grad_(False), history, pretrained)
