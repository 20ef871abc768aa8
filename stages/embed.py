"""embed MODEL: run a trained model over the images, and measure what comes out.

data/models/MODEL, data/noisy → data/embeddings/MODEL:

    train.npz, test.npz   codes of the clean images (mean of q for the VAE, features for WTA) and labels
    metrics.json          denoising of the test set, and what simple classifiers read off the codes
    pictures.npz          everything that `plot` draws, so that drawing needs no model
"""

import numpy as np

from stages.analyses.batches import map_images
from stages.analyses.codes import active_fraction, active_units
from stages.analyses.pictures import Pictures
from stages.analyses.probes import fit_linear_probe, knn_error
from stages.analyses.settings import EmbedSettings
from stages.cards.card import key_of
from stages.common.artifacts import save_arrays, save_json
from stages.common.errors import StudyError, run
from stages.common.metrics import reconstruction_metrics
from stages.common.runtime import Runtime
from stages.common.settings import Device, Precision, Seed, StageSettings
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.models.interface import Autoencoder
from stages.training.checkpoints import load_description, load_model
from stages.training.loop import evaluate


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    device: Device
    precision: Precision
    embed: EmbedSettings


def main(*arguments: str) -> None:
    """Load, encode, measure, save."""
    name = key_of(*arguments)
    settings = Settings.read()
    runtime = Runtime.choose(settings.device, settings.precision)
    train, validation, test = (
        NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "validation", "test")
    )
    trained = training_settings(name)
    model = load_model(f"data/models/{name}", runtime.device)

    # Training and validation images in one array: the probe needs both, and halves of it are no copies.
    known = map_images(model.features, np.concatenate([train.clean, validation.clean]), runtime)
    labels = np.concatenate([train.labels, validation.labels])
    codes, test_codes = known[: len(train)], map_images(model.features, test.clean, runtime)
    probe = fit_linear_probe(known, labels, len(validation), settings.embed.probe_c)

    metrics = {
        "test": denoising_metrics(model, test, runtime, settings.seed),
        "codes": {
            "size": codes.shape[1],
            "linear_probe_error": probe.error(test_codes, test.labels),
            "linear_probe_c": probe.c,
            "knn_error": knn_error(codes, train.labels, test_codes, test.labels, settings.embed.neighbours),
        }
        | code_metrics(model, codes, train, runtime, trained),
    }
    pictures = Pictures(
        model, codes, train, test, settings.embed, runtime, np.random.default_rng(settings.seed)
    )
    folder = f"data/embeddings/{name}"
    save_arrays(f"{folder}/train.npz", codes=codes, labels=train.labels)
    save_arrays(f"{folder}/test.npz", codes=test_codes, labels=test.labels)
    save_arrays(f"{folder}/pictures.npz", **pictures.all())
    save_json(f"{folder}/metrics.json", metrics)


def training_settings(name: str) -> TrainingSettings:
    """The settings that the model in data/models/<name> was trained with.

    Raises:
        StudyError: it is a model of another kind.
    """
    kind, _, settings = load_description(f"data/models/{name}")
    if kind != name:
        raise StudyError(
            f"data/models/{name}/model.json describes a model {kind!r}, not {name!r}; "
            "delete the folder, and `dvc repro` makes it again"
        )
    return settings


def denoising_metrics(model: Autoencoder, test: NoisyImages, runtime: Runtime, seed: int) -> dict[str, float]:
    """Noisy test images in, reconstructions against the clean ones; and figures of the model's own."""
    outputs = map_images(model.reconstruct, test.noisy, runtime)[:, 0].clip(0, 1)
    own = model.test_metrics(evaluate(model, test, runtime, seed).means())
    return reconstruction_metrics(test.clean / np.float32(255), outputs) | own


def code_metrics(
    model: Autoencoder,
    codes: np.ndarray,
    train: NoisyImages,
    runtime: Runtime,
    trained: TrainingSettings,
) -> dict[str, float]:
    """What only this kind of code has: active units, or sparsity in training."""
    if model.code_kind == "gaussian":
        return {"active_units": active_units(codes)}
    if model.code_kind == "sparse":
        noisy = getattr(trained, "noisy_input", True)  # a setting of the winner-take-all model alone
        inputs = train.noisy if noisy else train.clean
        return {"active_fraction": active_fraction(model.winners, inputs, runtime, trained.batch_size)}
    return {}


if __name__ == "__main__":
    run(main)
