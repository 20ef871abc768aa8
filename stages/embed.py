"""embed MODEL: run a trained model over the images, and measure what comes out.

data/models/MODEL, data/noisy → data/embeddings/MODEL:

    train.npz, test.npz   codes of the clean images (mean of q for the VAE, features for WTA) and labels
    metrics.json          denoising of the test set, and what simple classifiers read off the codes (without
                          classes: nothing)
    coordinates.csv       what each coordinate means, or what each unit of a sparse code draws
    pictures.npz          everything that `plot` draws, so that drawing needs no model
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from stages.analyses.meaning import meaning_of
from stages.analyses.pictures import Pictures
from stages.analyses.quality import Codes, code_kind_metrics, code_metrics, denoising_metrics
from stages.analyses.settings import EmbedSettings
from stages.analyses.units import filters_by_kind
from stages.cards.card import key_of
from stages.common.artifacts import save_arrays, save_json, save_table
from stages.common.errors import StudyError, run
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.common.settings import Arithmetic, Seed, StageSettings
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.training.checkpoints import load_description, load_model


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    arithmetic: Arithmetic
    embed: EmbedSettings


def main(*arguments: str) -> None:
    """Load, encode, measure, save."""
    name = key_of(*arguments)
    settings = Settings.read()
    runtime = Runtime.choose(settings.arithmetic)
    every = Parts(*(NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "validation", "test")))
    parts = every.first(settings.embed.most_images)
    trained = training_settings(name)
    model = load_model(f"data/models/{name}", runtime.device)
    codes = Codes.of(model, parts, runtime)
    generator = np.random.default_rng(derived(settings.seed, "pictures"))

    with ThreadPoolExecutor(1) as beside:  # classifiers on one core while the model runs on another
        reading = beside.submit(code_metrics, codes, parts, settings.embed)
        own = code_kind_metrics(model, codes, parts.train, runtime, trained)
        denoising = denoising_metrics(model, parts.test, runtime, settings.seed)
        pictures = Pictures(model, codes.train, parts.train, parts.test, settings.embed, runtime, generator)
        arrays = pictures.all()
        table, of_coordinates = meaning_of(model, codes.train, parts, runtime, settings.seed)
        if "units" in of_coordinates:
            arrays |= filters_by_kind(model, table)

    folder = f"data/embeddings/{name}"
    save_arrays(f"{folder}/train.npz", codes=codes.train, labels=parts.train.labels)
    save_arrays(f"{folder}/test.npz", codes=codes.test, labels=parts.test.labels)
    save_arrays(f"{folder}/pictures.npz", **arrays)
    save_table(f"{folder}/coordinates.csv", table)
    save_json(
        f"{folder}/metrics.json",
        {"test": denoising, "codes": reading.result() | own} | of_coordinates,
    )


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


if __name__ == "__main__":
    run(main)
