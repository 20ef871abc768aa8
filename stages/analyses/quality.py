"""What is measured of one trained model: how it denoises, and what can be read off its codes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from stages.analyses.batches import map_images
from stages.analyses.codes import active_fraction, active_units
from stages.analyses.probes import fit_linear_probe, wrong_by_neighbours
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.settings import EmbedSettings
from stages.common.large_arrays import joined
from stages.common.runtime import Runtime
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.images.labels import have_classes
from stages.images.parts import Parts
from stages.models.interface import Autoencoder
from stages.training.loop import evaluate

Metrics = dict[str, float]


@dataclass(frozen=True)
class Codes:
    """Codes of the clean images: mean of q for the VAE, features for WTA.

    Attributes:
        known: of the training images and, behind them, of the validation images: the probe needs them in one
            array, and halves of it are no copies.
        train, test: of these parts.
    """

    known: Float[np.ndarray, "known d"]
    train: Float[np.ndarray, "n d"]
    test: Float[np.ndarray, "m d"]

    @classmethod
    def of(cls, model: Autoencoder, parts: Parts, runtime: Runtime) -> "Codes":
        """Run `model` over the images."""
        known = joined(parts.train.clean, parts.validation.clean)
        codes = map_images(model.features, known, runtime)
        return cls(codes, codes[: len(parts.train)], map_images(model.features, parts.test.clean, runtime))


@dataclass(frozen=True)
class Reading:
    """What simple classifiers read off codes (n, size): which test images they put wrong; the probe's C."""

    size: int
    wrong_by_probe: Bool[np.ndarray, "m"]
    probe_c: float
    wrong_by_neighbours: Bool[np.ndarray, "m"]

    @classmethod
    def of(cls, codes: Codes, parts: Parts, settings: EmbedSettings) -> "Reading":
        """Fit both; runs no model."""
        labels = np.concatenate([parts.train.labels, parts.validation.labels])
        probe = fit_linear_probe(codes.known, labels, len(parts.validation), settings.probe_c)
        return cls(
            codes.test.shape[1],
            probe.wrong(codes.test, parts.test.labels),
            probe.c,
            wrong_by_neighbours(
                codes.train, parts.train.labels, codes.test, parts.test.labels, settings.neighbours
            ),
        )

    def metrics(self) -> Metrics:
        """Their errors."""
        return {
            "size": self.size,
            "linear_probe_error": float(self.wrong_by_probe.mean()),
            "linear_probe_c": self.probe_c,
            "knn_error": float(self.wrong_by_neighbours.mean()),
        }


def code_metrics(codes: Codes, parts: Parts, settings: EmbedSettings) -> Metrics:
    """The size of the codes and, where images have classes, the errors of simple classifiers."""
    if have_classes(parts.train.labels):
        return Reading.of(codes, parts, settings).metrics()
    return {"size": codes.test.shape[1]}


def code_kind_metrics(
    model: Autoencoder, codes: Codes, train: NoisyImages, runtime: Runtime, trained: TrainingSettings
) -> Metrics:
    """What only this kind of code has: active units, or sparsity in training."""
    if model.code_kind == "gaussian":
        return {"active_units": active_units(codes.train)}
    if model.code_kind == "sparse":
        noisy = getattr(trained, "noisy_input", True)  # a setting of the winner-take-all model alone
        inputs = train.noisy if noisy else train.clean
        return {"active_fraction": active_fraction(model.winners, inputs, runtime, trained.batch_size)}
    return {}


def denoising_metrics(model: Autoencoder, test: NoisyImages, runtime: Runtime, seed: int) -> Metrics:
    """Noisy test images in, reconstructions against the clean ones; and figures of the model's own."""
    own = model.test_metrics(evaluate(model, test, runtime, seed).means())
    return reconstruction_error(model, test, runtime) | own
