"""One run through the main line, from images to every number that `reports/metrics.json` has of a model.

The stages' own functions are called with the stages' own seeds: the first run of the study repeats the main
line to the last digit, which its test checks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from stages.analyses.batches import map_images
from stages.analyses.likeness import Likeness
from stages.analyses.maps import trustworthiness, tsne
from stages.analyses.meaning import meaning_of
from stages.analyses.pca import fit_pca
from stages.analyses.pictures import Pictures
from stages.analyses.probes import leave_one_out_error
from stages.analyses.quality import Codes, Reading, code_kind_metrics, denoising_metrics
from stages.analyses.settings import EmbedSettings, TsneSettings
from stages.analyses.summary import summary
from stages.common.metrics import cross_entropy, mse, reconstruction_metrics
from stages.common.runtime import Runtime, seeded_weights
from stages.common.seeds import derived
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import SIDE, NoisyImages
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.models import ae, vae, wta
from stages.models.interface import Autoencoder
from stages.training.loop import fit
from stages.training.trials import Trained, train

Metrics = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Measured:
    """What one run gave.

    Attributes:
        metrics: sections as in `reports/metrics.json`.
        by_image: of the measures that are means over the test images, by their path, what is averaged.
    """

    metrics: Metrics
    by_image: dict[str, Float[np.ndarray, "n"]]


def of_noisy_input(parts: Parts) -> Measured:
    """What a model that does nothing would reach."""
    return of_reconstructions(parts.test, parts.test.noisy / np.float32(255))


def of_pca(parts: Parts, latent: int) -> Measured:
    """What PCA with `latent` components reaches."""
    pca = fit_pca(parts.train.clean, min(latent, SIDE**2))
    return of_reconstructions(parts.test, pca.reconstruct(parts.test.noisy).clip(0, 1))


def of_model(
    trained: Trained,
    settings: TrainingSettings,
    parts: Parts,
    embed: EmbedSettings,
    maps: TsneSettings,
    runtime: Runtime,
    seed: int,
) -> Measured:
    """What the stages embed, tsne and report measure of a model that was trained with `settings`."""
    model, test = trained.model, parts.test
    codes = Codes.of(model, parts, runtime)
    reading = Reading.of(codes, parts, embed)
    outputs = map_images(model.reconstruct, test.noisy, runtime)[:, 0].clip(0, 1)

    generator = np.random.default_rng(derived(seed, "pictures"))
    pictures = Pictures(model, codes.train, parts.train, test, embed, runtime, generator)
    arrays = pictures.measured() | pictures.histograms() | pictures.filters()
    likeness = Likeness(parts.train.clean, test.clean)
    # As history.csv keeps them; of a stack, those of its top layer.
    losses = [float(f"{row['validation_loss']:.6g}") for row in trained.history[-settings.epochs :]]
    return Measured(
        {
            "test": denoising_metrics(model, test, runtime, seed),
            "codes": reading.metrics() | code_kind_metrics(model, codes, parts.train, runtime, settings),
            "tsne": of_map(codes.test[: maps.images], test.labels[: maps.images], maps, seed),
        }
        | meaning_of(model, codes.train, parts, runtime, seed)[1]
        | summary(arrays, losses, likeness, model.code_kind),
        of_reconstructions(test, outputs).by_image
        | {
            "codes.linear_probe_error": reading.wrong_by_probe.astype(float),
            "codes.knn_error": reading.wrong_by_neighbours.astype(float),
        },
    )


def of_reconstructions(test: NoisyImages, outputs: Float[np.ndarray, "n 28 28"]) -> Measured:
    """Errors of `outputs` against the clean images, over all of them and image by image."""
    target = test.clean / np.float32(255)
    by_image = {"test.mse": mse(target, outputs), "test.cross_entropy": cross_entropy(target, outputs)}
    return Measured({"test": reconstruction_metrics(target, outputs)}, by_image)


def of_map(
    codes: Float[np.ndarray, "n d"], labels: np.ndarray, settings: TsneSettings, seed: int
) -> dict[str, float]:
    """How far the t-SNE map of some codes can be trusted."""
    points = tsne(codes, settings.perplexity, seed)
    return {
        "trustworthiness": trustworthiness(codes, points, settings.neighbours),
        "knn_error": leave_one_out_error(points, labels),
    }


def trained_as_its_stage_does(
    model: str, settings: Any, latent: int, parts: Parts, runtime: Runtime, seed: int, noise: NoiseSettings
) -> Trained:
    """A model of the main line with its own `settings`."""
    fresh_noise = noise if noise.fresh else None
    if model == "wta":
        trained = stack(settings, parts, runtime, seed, fresh_noise)
    else:
        build: Callable[..., Autoencoder] = {"ae": ae, "vae": vae}[model].build
        trained = train(build, settings, latent, parts, runtime, seed, fresh_noise)
    # As it is in the file that `embed` reads: convolutions of weights in another order round differently.
    trained.model.to(memory_format=torch.contiguous_format)
    return trained


def stack(
    settings: wta.Settings, parts: Parts, runtime: Runtime, seed: int, fresh_noise: NoiseSettings | None
) -> Trained:
    """As train-wta: each layer on the features of those below."""
    learned, validation = parts.train, parts.validation
    if not settings.noisy_input:
        learned, validation, fresh_noise = learned.without_noise(), validation.without_noise(), None
    with seeded_weights(seed):
        model = wta.build(settings)
    history = []
    for depth in range(1, len(model.layers) + 1):
        history += fit(model.upto(depth), learned, validation, settings, runtime, seed, fresh_noise)
    return Trained(model.cpu().eval().requires_grad_(False), history)
