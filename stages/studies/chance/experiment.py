"""measure-chance: how far do the numbers of the main line differ by chance?

The main line's models are trained with its own settings, those of params.yaml, several times in two series:

    same   the images are split as in the main line; weights, batches and noise are drawn anew with each seed
    anew   the split into training, validation and test images is drawn anew, too

The first run of both is the main line's own. The models of the series `same` are kept for other studies to
measure. The noisy input and PCA, which need no training, are measured on the same images.
What a difference between two models owes to the test set's size follows from its single images, compared in
pairs: with d_i the difference on image i of n, the mean has the standard error sd(d)/√n.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd
from jaxtyping import Float
from pydantic import Field

from stages.analyses.settings import EmbedSettings, TsneSettings
from stages.common.errors import run
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.common.settings import Latent, Section
from stages.images.datasets import Images, split_by_class
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.models import ae, vae, wta
from stages.studies.bench import check_classes, check_shape, save
from stages.studies.chance.main_line import (
    Measured,
    of_model,
    of_noisy_input,
    of_pca,
    trained_as_its_stage_does,
)
from stages.studies.main_line_models import model_folder
from stages.studies.settings import StudySettings
from stages.training.checkpoints import save_model
from stages.training.parallel import in_parallel

MODELS = ("noisy", "pca", "ae", "vae", "wta")
SERIES = ("same", "anew")

Runs = Mapping[tuple[str, str, int], Measured]  # of a model, in a series, with a seed


class Chance(Section):
    """The section `chance`."""

    runs: int = Field(ge=3, description="of each model in each series")


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml, and of params.yaml: all that makes a number."""

    of_main_line: ClassVar[tuple[str, ...]] = (
        *("arithmetic", "seed", "latent", "noise", "ae", "vae", "wta", "embed", "tsne"),
    )

    latent: Latent
    noise: NoiseSettings
    ae: ae.Settings
    vae: vae.Settings
    wta: wta.Settings
    embed: EmbedSettings
    tsne: TsneSettings
    chance: Chance


def main() -> None:
    """Run the main line again and again, compare the models run by run."""
    settings = Settings.read()
    images = Images.load("data/raw/test.npz")
    check_shape(images.shape)
    check_classes(images.labels)
    seeds = range(settings.seed, settings.seed + settings.chance.runs)
    cells = [(model, series, seed) for model in MODELS for series in SERIES for seed in seeds]
    job_of = {cell: (cell[0], "same", cell[2]) if cell[2] == settings.seed else cell for cell in cells}
    jobs = list(dict.fromkeys(job_of.values()))
    found = dict(zip(jobs, in_parallel(measured, [(*job, settings) for job in jobs], "runs"), strict=True))
    runs = {cell: found[job] for cell, job in job_of.items()}

    table = pd.DataFrame(
        {"model": model, "series": series, "seed": seed} | flat(one.metrics)
        for (model, series, seed), one in runs.items()
    )
    images = len(next(iter(found.values())).by_image["test.mse"])
    save("chance", {"test_images": images}, {}, runs=table, differences=differences(table, runs))


def measured(model: str, series: str, seed: int, settings: Settings) -> Measured:
    """One run of one model; `seed` draws all that the series does not keep."""
    parts = images_of(series, seed, settings)
    if model == "noisy":
        return of_noisy_input(parts)
    if model == "pca":
        return of_pca(parts, settings.latent)
    own, runtime = getattr(settings, model), Runtime.choose(settings.arithmetic)
    trained = trained_as_its_stage_does(model, own, settings.latent, parts, runtime, seed, settings.noise)
    if series == "same":
        latent = settings.latent if own.takes_latent else None
        save_model(model_folder(model, seed), model, trained.model, own, latent)
    return of_model(trained, own, parts, settings.embed, settings.tsne, runtime, seed)


def images_of(series: str, seed: int, settings: Settings) -> Parts:
    """The split of the main line or one of the seed's own, with the seed's noise."""
    fraction = settings.noise.validation_fraction
    if series == "same":
        return Parts.load(settings.seed, fraction).with_noise(settings.noise, seed)
    known, test = (Images.load(f"data/raw/{name}.npz") for name in ("train", "test"))
    return Parts.of(*split_anew(known, test, seed), seed, fraction).with_noise(settings.noise, seed)


def split_anew(known: Images, test: Images, seed: int) -> tuple[Images, Images]:
    """The same images, otherwise distributed; as many of them to test as before, in every class its share."""
    every = Images(
        *(np.concatenate(pair) for pair in ((known.images, test.images), (known.labels, test.labels)))
    )
    generator = np.random.default_rng(derived(seed, "test split"))
    rest, part = split_by_class(every.labels, len(test) / len(every), generator)
    return every[rest], every[part]


def flat(metrics: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """`{"test": {"mse": x}}` → `{"test.mse": x}`."""
    return {f"{section}.{name}": value for section, part in metrics.items() for name, value in part.items()}


def differences(table: pd.DataFrame, runs: Runs) -> pd.DataFrame:
    """A row for each pair of models and measure of both.

    `difference` is the mean over the runs drawn anew, `same` and `anew` are standard deviations over the runs
    of a series, `images` is the standard error that comes of the test images (root mean square over the runs
    of `same`), where it is known.
    """
    by_model = table.set_index(["series", "seed"]).groupby("model", sort=False)
    values = {model: part.drop(columns="model").dropna(axis="columns", how="all") for model, part in by_model}
    rows = []
    for one, other in combinations(values, 2):
        gaps = values[one] - values[other]
        gaps = gaps.loc[:, [name for name in values[one] if name in values[other]]].groupby("series")
        mean, spread, of_images = gaps.mean(), gaps.std(), standard_errors(one, other, runs)
        rows += [
            {"one": one, "other": other, "measure": measure, "difference": mean[measure]["anew"]}
            | {series: spread[measure][series] for series in SERIES}
            | {"images": of_images.get(measure, np.nan)}
            for measure in mean
        ]
    return pd.DataFrame(rows)


def standard_errors(one: str, other: str, runs: Runs) -> dict[str, float]:
    """Of the difference between two models, what comes of the test images."""
    squares: dict[str, list[float]] = {}
    for model, series, seed in runs:
        if (model, series) != (one, "same"):
            continue
        first, second = (contributions(runs[name, series, seed]) for name in (one, other))
        for measure in first.keys() & second.keys():
            gap = first[measure] - second[measure]
            squares.setdefault(measure, []).append(gap.var(ddof=1) / len(gap))
    return {measure: float(np.sqrt(np.mean(values))) for measure, values in squares.items()}


def contributions(measured: Measured) -> dict[str, Float[np.ndarray, "n"]]:
    """What each test image adds to a measure, as numbers whose mean varies as the measure does.

    PSNR is no mean; to first order it varies as that of −10/ln 10 · e_i / MSE, e_i the image's squared error.
    """
    squared = measured.by_image["test.mse"]
    return measured.by_image | {"test.psnr_db": -10 / np.log(10) * squared / max(squared.mean(), 1e-12)}


if __name__ == "__main__":
    run(main)
