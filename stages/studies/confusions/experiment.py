"""measure-confusions: how often does an image come back as one of another class, and which as which?

The main line's models, of several seeds, as `measure-chance` trained them, restore the same noisy test
images; the judges' classifier names what they give back. `reading.py` says what counts as a confusion. The
noisy images are named as they are, too, and the models restore the clean images: in what is confused even
then, noise has no part.

Beside it the main line's autoencoder is trained, convolutional, with other numbers of filters and other
kernels.
"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
import torch
from pydantic import Field

from stages.analyses.batches import map_images
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.runtime import Runtime
from stages.common.settings import Ascending, Count, Distinct, Latent, Odd, Section
from stages.images.datasets import NoisyImages
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.images.pixels import to_bytes
from stages.models import ae
from stages.models.architecture import Channels, Conv
from stages.models.interface import Autoencoder
from stages.studies.bench import save
from stages.studies.confusions.cost import multiplications, parameters
from stages.studies.confusions.reading import Pictures, Reader, Reading, as_table
from stages.studies.judging import load_judges
from stages.studies.main_line_models import load_by_seed
from stages.studies.settings import StudySettings
from stages.training.parallel import in_parallel
from stages.training.trials import train

MODELS = ("ae", "vae", "wta")
EXAMPLES = 3  # images of each pair that is shown

Key = tuple[str, int]  # a model and its seed


class Sweep(Section):
    """The section `confusions.sweep`; what is not here is as in the section `ae`."""

    channels: Distinct[Channels] = Field(min_length=1, description="filters of the two convolutions")
    kernels: Ascending[Odd] = Field(min_length=1, description="sides of the kernels")
    runs: Count = Field(description="seeds of each network")
    epochs: Count = Field(description="of each network")


class Confusions(Section):
    """The section `confusions`."""

    shown: int = Field(ge=1, le=3, description="pairs of classes of which there are examples")
    sweep: Sweep


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml, and of params.yaml: what makes the autoencoder."""

    of_main_line: ClassVar[tuple[str, ...]] = ("arithmetic", "seed", "latent", "noise", "ae")

    latent: Latent
    noise: NoiseSettings
    ae: ae.Settings
    confusions: Confusions


def main() -> None:
    """Have every model restore, and read what comes back; train the sweep, and read that, too."""
    settings = Settings.read()
    runtime = Runtime.choose(settings.arithmetic)
    parts = Parts(*(NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "validation", "test")))
    test, reader = parts.test, Reader(load_judges(runtime), parts.test)
    models = {(name, seed): one for name in MODELS for seed, one in load_by_seed(name, runtime).items()}
    pictures = {("clean", settings.seed): test.clean, ("noisy", settings.seed): test.noisy}
    pictures |= {key: restored(model, test.noisy, runtime) for key, model in models.items()}
    readings = {key: reader.read(made) for key, made in pictures.items()}

    runs = pd.DataFrame(
        {"model": name, "seed": seed}
        | readings[name, seed].measures()
        | {"confused_clean": reader.read(restored(model, test.clean, runtime)).measures()["confused"]}
        | {"psnr_db": reconstruction_error(model, test, runtime)["psnr_db"]}
        for (name, seed), model in models.items()
    )
    pairs = pd.concat(
        as_table(readings[name, seed].counts).assign(model=name, seed=seed)
        for name, seed in [("noisy", settings.seed), *models]
    )[["model", "label", "named", "seed", "count", "share"]]
    numbers = {"known": int(reader.known.sum()), "noisy": readings["noisy", settings.seed].measures()}
    shown = examples(pictures, readings, settings)
    networks = sweep(settings, parts, reader, runtime)
    save("confusions", numbers, {"examples": shown}, runs=runs, pairs=pairs, sweep=networks)


def restored(model: Autoencoder, images: Pictures, runtime: Runtime) -> Pictures:
    """What the model makes of `images`."""
    return to_bytes(torch.from_numpy(map_images(model.reconstruct, images, runtime)))[:, 0]


def examples(
    pictures: Mapping[Key, Pictures], readings: Mapping[Key, Reading], settings: Settings
) -> dict[str, dict[str, dict[str, np.ndarray]]]:
    """Images of the most frequent confusions: those that most runs confuse so, as the first seed has them."""
    models = [reading for (name, _), reading in readings.items() if name in MODELS]
    frequent = as_table(sum(one.counts for one in models)).nlargest(settings.confusions.shown, "count")
    first = [key for key in pictures if key[1] == settings.seed]
    shown = {}
    for label, named in zip(frequent.label, frequent.named, strict=True):
        votes = sum((one.names == named) & one.known & (one.labels == label) for one in models)
        chosen = np.argsort(-votes, kind="stable")[:EXAMPLES]
        shown[f"{label}-{named}"] = {
            name: {"images": pictures[name, seed][chosen], "names": readings[name, seed].names[chosen]}
            for name, seed in first
        }
    return shown


def sweep(settings: Settings, parts: Parts, reader: Reader, runtime: Runtime) -> pd.DataFrame:
    """Every network of the sweep: how well it restores, what it confuses, what it costs."""
    plan = settings.confusions.sweep
    fresh_noise = settings.noise if settings.noise.fresh else None
    cells = [
        (channels, kernel, settings.seed + run)
        for channels in plan.channels
        for kernel in plan.kernels
        for run in range(plan.runs)
    ]
    jobs = [
        (ae.build, network(settings, channels, kernel), settings.latent, parts, runtime, seed, fresh_noise)
        for channels, kernel, seed in cells
    ]
    found = in_parallel(train, jobs, "autoencoders")
    return pd.DataFrame(
        {"first": channels[0], "second": channels[1], "kernel": kernel, "seed": seed}
        | measured(trained.model, parts, reader, runtime)
        for (channels, kernel, seed), trained in zip(cells, found, strict=True)
    )


def network(settings: Settings, channels: Channels, kernel: int) -> ae.Settings:
    """The main line's autoencoder with so many filters and such kernels."""
    conv = Conv(channels=channels, kernel=kernel)
    changes = {"architecture": "conv", "conv": conv, "epochs": settings.confusions.sweep.epochs}
    return settings.ae.model_copy(update=changes)


def measured(model: Autoencoder, parts: Parts, reader: Reader, runtime: Runtime) -> dict[str, float]:
    """Of one network of the sweep."""
    return {
        "validation_psnr_db": reconstruction_error(model, parts.validation, runtime)["psnr_db"],
        "psnr_db": reconstruction_error(model, parts.test, runtime)["psnr_db"],
        "confused": reader.read(restored(model, parts.test.noisy, runtime)).measures()["confused"],
        "parameters": parameters(model),
        "multiplications": multiplications(model),
    }


if __name__ == "__main__":
    run(main)
