"""measure-coding-space: why do some digits never appear when codes are drawn at random?

Autoencoders with sigmoid codes and a decoder of more power than its encoder, dense and convolutional, after
the course's recipe: squared error, 50 epochs, batches of 200. Codes are drawn at random and decoded; a critic
says which of the pictures pass for digits, a classifier which digits they are. Of each digit it is measured
how far its codes stand apart, whether straight paths from it pass through nowhere, and how many of the random
codes lie nearest to its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8

from stages.analyses import walks
from stages.common.errors import run
from stages.common.runtime import seeded_weights
from stages.models import sigmoid_codes
from stages.models.interface import Autoencoder
from stages.models.networks import PIXELS
from stages.studies.bench import Bench, save
from stages.studies.coding_space.rank_correlation import chance, rank_correlation
from stages.studies.coding_space.section import RECIPES, SHOWN, CodingSpace
from stages.studies.coding_space.space import RARE, Space, explore, of_draw, of_model
from stages.studies.judging import load_judges
from stages.studies.settings import StudySettings
from stages.training.loop import evaluate
from stages.training.parallel import in_parallel
from stages.training.progress import IMAGES, Progress
from stages.training.trials import train

MODELS = ("dense", "conv")
COORDINATES = 4  # histograms a model
MEASURES = ("separation", "rejected_paths", "far_paths", "territory")  # of a digit, to explain its share


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    coding_space: CodingSpace


@dataclass(frozen=True)
class Watched:
    """A trained model, its squared error per pixel before the first epoch and after each, and pictures."""

    model: Autoencoder
    errors: list[float]
    progress: UInt8[np.ndarray, "epochs n 28 28"]


def main() -> None:
    """Choose rates, train, draw codes, look at digits one by one."""
    settings = Settings.read()
    section, bench = settings.coding_space, Bench.of(settings)
    judges, generator = load_judges(bench.runtime), bench.generator()
    trials = rate_trials(section, bench)
    trained = train_all(section, trials, bench)
    spaces = {
        (kind, seed): explore(trained[kind, seed].model, judges, section, bench, generator)
        for kind in MODELS
        for seed in bench.seeds(section.runs)
    }
    tables = tables_of(spaces)
    tables |= {"epochs": errors_by_epoch(trained), "trials": trials}
    tables["explanations"] = explanations(tables["digits"], bench)
    first = {kind: spaces[kind, bench.seed] for kind in MODELS}
    arrays = {
        "progress": {"clean": bench.parts.validation.clean[:IMAGES]}
        | {kind: trained[kind, bench.seed].progress for kind in MODELS},
        "labels": bench.parts.train.labels[: section.kernel_pca_codes],
        "spaces": {kind: shown(one) for kind, one in first.items()},
    }
    numbers = {"rare": RARE, "updates": -(-len(bench.parts.train) // section.dense.batch_size)}
    save("coding-space", numbers, arrays, **tables)


def rate_trials(section: CodingSpace, bench: Bench) -> pd.DataFrame:
    """Validation error per pixel of every recipe, rate and seed after a few epochs."""
    tried = [(recipe, rate) for recipe in RECIPES for rate in getattr(section.rates, recipe)]
    cells = {
        key: (sigmoid_codes.build, section.recipe(*key, section.trial_epochs), section.latent)
        for key in tried
    }
    return pd.DataFrame(
        {"recipe": recipe, "rate": rate, "seed": seed, "mse": one.history[-1]["validation_loss"] / PIXELS}
        for (recipe, rate), seeds in bench.train(cells, section.runs).items()
        for seed, one in seeds.items()
    )


def best_rates(trials: pd.DataFrame) -> dict[str, float]:
    """Of each recipe the rate whose worst seed did best: with some, one seed in three learns nothing."""
    worst = trials.groupby(["recipe", "rate"]).mse.max()
    return {recipe: worst[recipe].idxmin() for recipe in RECIPES}


def train_all(section: CodingSpace, trials: pd.DataFrame, bench: Bench) -> dict[tuple[str, int], Watched]:
    """Every recipe at the rate whose worst seed did best, by recipe and seed."""
    best = best_rates(trials)
    keys = [(recipe, seed) for recipe in RECIPES for seed in bench.seeds(section.runs)]
    jobs = [
        (sigmoid_codes.build, section.recipe(recipe, best[recipe]), section.latent, bench, seed)
        for recipe, seed in keys
    ]
    return dict(zip(keys, in_parallel(watched, jobs, "autoencoders"), strict=True))


def watched(
    build: Callable[..., Autoencoder], settings: Any, latent: int, bench: Bench, seed: int
) -> Watched:
    """Train; measure before the first epoch and after each, and reconstruct a few images."""
    validation, runtime = bench.parts.validation, bench.runtime
    with seeded_weights(seed):
        start = evaluate(build(settings, latent).eval(), validation, runtime, seed).means()["loss"]
    progress = Progress(validation, runtime)
    trained = train(build, settings, latent, bench.parts, runtime, seed, after_epoch=progress)
    losses = [start, *(row["validation_loss"] for row in trained.history)]
    return Watched(trained.model, [loss / PIXELS for loss in losses], np.stack(progress.epochs))


def tables_of(spaces: dict[tuple[str, int], Space]) -> dict[str, pd.DataFrame]:
    """`models`: sizes and where codes lie; `draws`: what becomes of codes; `shares` and more by digit."""
    drawn = [
        (kind, codes, seed, space.real, one)
        for (kind, seed), space in spaces.items()
        for codes, one in space.drawn.items()
    ]
    models = [{"model": kind, "seed": seed} | of_model(space) for (kind, seed), space in spaces.items()]
    draws = [
        {"model": kind, "codes": codes, "seed": seed} | of_draw(real, one)
        for kind, codes, seed, real, one in drawn
    ]
    shares = [
        {"model": kind, "codes": codes, "digit": digit, "seed": seed, "share": share}
        for kind, codes, seed, _, one in drawn
        for digit, share in enumerate(one.shares())
    ]
    digits = [
        {"model": kind, "digit": digit, "seed": seed} | row
        for (kind, seed), space in spaces.items()
        for digit, row in enumerate(space.by_digit.to_dict("records"))
    ]
    tables = {"models": models, "draws": draws, "shares": shares, "digits": digits}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def errors_by_epoch(trained: dict[tuple[str, int], Watched]) -> pd.DataFrame:
    """Squared error per pixel on validation images, before the first epoch (0) and after each."""
    return pd.DataFrame(
        {"recipe": recipe, "epoch": epoch, "seed": seed, "mse": error}
        for (recipe, seed), one in trained.items()
        for epoch, error in enumerate(one.errors)
    )


def explanations(digits: pd.DataFrame, bench: Bench) -> pd.DataFrame:
    """Rank correlation of each of MEASURES with a digit's share, and how often chance does as well."""

    def by_run(measure: str) -> Float[np.ndarray, "runs classes"]:
        return digits.pivot(index=["model", "seed"], columns="digit", values=measure).to_numpy()

    share = by_run("share")
    found = {measure: rank_correlation(by_run(measure), share) for measure in MEASURES}
    return pd.DataFrame(
        {"measure": measure, "correlation": runs.mean(), "least": runs.min(), "most": runs.max()}
        | {"chance": chance(by_run(measure), share, bench.generator())}
        for measure, runs in found.items()
    )


def shown(space: Space) -> dict[str, Any]:
    """What figures show of one model: some coordinates of codes, their map, and pictures."""
    chosen = walks.most_varied(space.real.known, COORDINATES)
    return {
        "coordinates": chosen,
        "known": space.real.known[:, chosen],
        "map": space.map,
        "drawn": {name: space.drawn[name].codes[:, chosen] for name in ("by_eye", "normal")},
        "pictures": {name: one.pictures[:SHOWN] for name, one in space.drawn.items()},
    }


if __name__ == "__main__":
    run(main)
