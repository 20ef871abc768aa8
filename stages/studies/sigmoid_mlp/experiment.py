"""measure-sigmoid-mlp: why did the deep autoencoders of old learn so slowly?

784-256-128-256-784 with sigmoids everywhere, weights and biases from N(0, s²), and plain stochastic gradient
descent, for several s, under squared error and cross-entropy. Watched: the loss, reconstructions after 20
updates, after 20 epochs and after many, the gradient's norm in each layer, saturated and constant units.

Reference: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010.
All is computed in float32, with `arithmetic: fast`, too: from small weights the hidden units answer different
images so nearly alike that bfloat16 would round the difference away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from pydantic import Field
from torch import nn

from stages.analyses.gradients import gradient_norms
from stages.analyses.outputs import raw_outputs
from stages.analyses.pca import fit_pca
from stages.analyses.variety import variety
from stages.common.errors import run
from stages.common.metrics import cross_entropy, mse
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Fraction, Rate, Section
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.models import ae
from stages.models.networks import PIXELS
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.studies.sigmoid_mlp.saturation import sigmoid_units
from stages.training.loop import evaluate
from stages.training.parallel import in_parallel
from stages.training.trials import train

OBJECTIVES = ("mean-squared-error", "cross-entropy")
BATCH = 500  # training images whose gradient is measured
IMAGES = 10
LEFT = 0.9  # of the loss of a constant picture: a loss below it has left the plateau

Key = tuple[str, float, int]  # objective, spread, seed
# What is seen of a run: `loss` on validation images and `norms` (of each layer's gradient) in time, both from
# before the first update on, `train_loss` from after it on; `units_before` and `units_after` training (shares
# of saturated values and of constant units); `mse`, `variety` and the first `images` of the outputs.
# A plain dictionary, since typed ones cannot be handed from one process to another.
Watched = dict[str, Any]


class SigmoidMlp(Section):
    """The section `sigmoid_mlp`."""

    code: Count = Field(description="units of the middle layer")
    spreads: Ascending[Rate] = Field(min_length=1, description="std of initial weights and biases")
    squared_error_rates: Ascending[Rate] = Field(min_length=1, description="learning rates to choose from")
    cross_entropy_rates: Ascending[Rate] = Field(min_length=1, description="learning rates to choose from")
    trial_epochs: Count = Field(description="epochs of each trial of a learning rate")
    runs: Count = Field(description="seeds for each objective and spread")
    first_updates: Count = Field(description="after so many, first reconstructions; `ae.epochs` has the next")
    long_epochs: int = Field(ge=4, description="epochs of the best spread, to see whether it converges")
    settled: Fraction = Field(description="converged: the last quarter improves neither loss by as much")
    ae: ae.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    sigmoid_mlp: SigmoidMlp


def main() -> None:
    """Choose rates, train with every spread, the best one for long."""
    settings = Settings.read()
    section = settings.sigmoid_mlp
    bench = Bench.of(settings)
    bench = replace(bench, runtime=replace(bench.runtime, precision=torch.float32))
    base = baselines(section.code, bench.parts)
    trials = rate_trials(section, bench)
    best_trials = trials.loc[trials.groupby(["objective", "spread"], sort=False).validation_loss.idxmin()]
    variants = {
        row[:2]: variant(section.ae, *row[:3]) for row in best_trials.itertuples(index=False, name=None)
    }

    every = [(*pair, seed) for pair in variants for seed in bench.seeds(section.runs)]
    few = replace(bench, parts=first_images(bench.parts, section.first_updates * section.ae.batch_size))
    early = watch(every, variants, 1, section, few)
    late = watch(every, variants, section.ae.epochs, section, bench)
    best = {objective: best_spread(late, objective) for objective in OBJECTIVES}
    long = watch(
        [(*pair, bench.seed) for pair in best.items()], variants, section.long_epochs, section, bench
    )

    runs = pd.DataFrame(
        keys(key)
        | {"rate": variants[key[:2]].learning_rate}
        | {f"first_{name}": early[key][name] for name in ("mse", "variety")}
        | in_the_end(one, base[f"{key[0]}_of_mean"])
        for key, one in late.items()
    )
    gradients = pd.DataFrame(
        {"objective": key[0], "spread": key[1], "layer": layer, "seed": key[2], "norm": norm}
        for key, one in late.items()
        for layer, norm in enumerate(one["norms"][0], start=1)
    )
    long_runs = pd.DataFrame(
        keys(key) | {"mse": one["mse"], "variety": one["variety"]} | gains(one) for key, one in long.items()
    )
    arrays = {
        "clean": bench.parts.validation.clean[:IMAGES],
        "updates_an_epoch": -(-len(bench.parts.train) // section.ae.batch_size),
        "early": collected(early, ("images",)),
        "late": collected(late, ("images", "loss", "norms")),
        "long": collected(long, ("images", "loss", "train_loss")),
    }
    save("sigmoid-mlp", base, arrays, runs=runs, gradients=gradients, long=long_runs, trials=trials)


def build(settings: ae.Settings, code: int) -> ae.DenoisingAutoencoder:
    """The plain autoencoder with a sigmoid on its code, too."""
    model = ae.build(settings, code)
    model.encoder.append(nn.Sigmoid())
    return model


def variant(settings: ae.Settings, objective: str, spread: float, rate: float) -> ae.Settings:
    """The same network with another objective, spread and learning rate."""
    changes = {"objective": objective, "initialisation_std": spread, "learning_rate": rate}
    return settings.model_copy(update=changes)


def rate_trials(section: SigmoidMlp, bench: Bench) -> pd.DataFrame:
    """Validation loss of every objective, spread and learning rate after a few epochs."""
    grids = dict(zip(OBJECTIVES, (section.squared_error_rates, section.cross_entropy_rates), strict=True))
    short = section.ae.model_copy(update={"epochs": section.trial_epochs})
    tried = [
        (objective, s, rate) for objective in OBJECTIVES for s in section.spreads for rate in grids[objective]
    ]
    trained = bench.train({key: (build, variant(short, *key), section.code) for key in tried}, 1)
    return pd.DataFrame(
        {"objective": objective, "spread": s, "rate": rate, "seed": seed}
        | {"validation_loss": one.history[-1]["validation_loss"]}
        for (objective, s, rate), seeds in trained.items()
        for seed, one in seeds.items()
    )


def watch(
    every: Sequence[Key],
    variants: Mapping[tuple[str, float], ae.Settings],
    epochs: int,
    section: SigmoidMlp,
    bench: Bench,
) -> dict[Key, Watched]:
    """Train each of `every` for so many epochs, and watch it."""
    jobs = [
        (variants[pair].model_copy(update={"epochs": epochs}), section.code, bench.parts, bench.runtime, seed)
        for *pair, seed in every
        for pair in [tuple(pair)]
    ]
    return dict(zip(every, in_parallel(watched, jobs, f"{epochs} epochs"), strict=True))


def watched(settings: ae.Settings, code: int, parts: Parts, runtime: Runtime, seed: int) -> Watched:
    """Train, and measure before training, after each epoch and at the end."""
    batch, norms = first_images(parts, BATCH).train, []
    with seeded_weights(seed):
        start = build(settings, code).to(runtime.device).eval()
    before = evaluate(start, parts.validation, runtime, seed).means()["loss"]
    units = shares(start, parts.validation, runtime)

    def look(model: nn.Module) -> None:
        norms.append(list(gradient_norms(model, batch, runtime).values()))

    look(start)
    trained = train(build, settings, code, parts, runtime, seed, after_epoch=look)
    outputs = raw_outputs(trained.model.to(runtime.device), parts.validation.clean, runtime)
    target = parts.validation.clean / np.float32(255)
    return {
        "loss": [before, *(row["validation_loss"] for row in trained.history)],
        "train_loss": [row["train_loss"] for row in trained.history],
        "norms": norms,
        "units_before": units,
        "units_after": shares(trained.model, parts.validation, runtime),
        "mse": float(mse(target, outputs).mean()),
        "variety": variety(outputs, parts.validation.clean),
        "images": np.round(outputs[:IMAGES] * 255).astype(np.uint8),
    }


def shares(model: nn.Module, images: NoisyImages, runtime: Runtime) -> dict[str, float]:
    """Shares of saturated values and of constant units, mean over hidden layers."""
    layers = sigmoid_units(model, images, runtime).values()
    return {kind: float(np.mean([layer[kind] for layer in layers])) for kind in ("saturated", "constant")}


def first_images(parts: Parts, count: int) -> Parts:
    """The same with the first `count` training images only: an epoch of them is so many updates."""
    train = parts.train
    few = NoisyImages(train.clean[:count], train.noisy[:count], train.labels[:count])
    return replace(parts, train=few)


def best_spread(late: Mapping[Key, Watched], objective: str) -> float:
    """The spread with the smallest validation loss after the last epoch, mean over seeds."""
    ends = pd.Series({key: one["loss"][-1] for key, one in late.items()})
    return float(ends[objective].groupby(level=0).mean().idxmin())


def baselines(code: int, parts: Parts) -> dict[str, float]:
    """Validation errors of the mean training image and of PCA, and the mean image's loss by objective."""
    target = parts.validation.clean / np.float32(255)
    principal = fit_pca(parts.train.clean, code)
    mean_image = np.broadcast_to(principal.mean.reshape(28, 28), target.shape)
    of_mean = float(mse(target, mean_image).mean())
    return {
        "mean_image": of_mean,
        "pca": float(mse(target, principal.reconstruct(parts.validation.clean)).mean()),
        "mean-squared-error_of_mean": PIXELS * of_mean,
        "cross-entropy_of_mean": PIXELS * float(cross_entropy(target, mean_image).mean()),
    }


def in_the_end(one: Watched, of_mean: float) -> dict[str, float]:
    """What stands in the table of a run, but for how it began."""
    units = {
        f"{kind}_{when}": share
        for when in ("before", "after")
        for kind, share in one[f"units_{when}"].items()
    }
    return {"mse": one["mse"], "variety": one["variety"], "plateau": plateau(one["loss"], of_mean)} | units


def plateau(loss: Sequence[float], of_mean: float) -> float:
    """After how many epochs the loss is first clearly below that of the mean image; NaN: it never is."""
    return next((float(epoch) for epoch, value in enumerate(loss) if value < LEFT * of_mean), np.nan)


def gains(one: Watched) -> dict[str, float]:
    """What the last quarter of the epochs did for both losses, and validation's excess over training's."""
    loss = one["loss"][1:]
    return {
        "validation_gain": last_quarter_gain(loss),
        "training_gain": last_quarter_gain(one["train_loss"]),
        "excess_over_training": loss[-1] / one["train_loss"][-1] - 1,
    }


def last_quarter_gain(loss: Sequence[float]) -> float:
    """By what share the smallest loss of the last quarter is below the one before that quarter."""
    quarter = len(loss) // 4
    return 1 - min(loss[-quarter:]) / loss[-quarter - 1]


def keys(key: Key) -> dict[str, str | float]:
    """The first columns of the tables."""
    return dict(zip(("objective", "spread", "seed"), key, strict=True))


def collected(runs: Mapping[Key, Watched], names: Iterable[str]) -> dict[str, Any]:
    """`{objective: {spread: {name: an array, seeds first}}}`."""
    found: dict[str, Any] = {}
    for objective, s in dict.fromkeys(key[:2] for key in runs):
        of = [one for key, one in runs.items() if key[:2] == (objective, s)]
        found.setdefault(objective, {})[f"{s:g}"] = {
            name: np.array([one[name] for one in of]) for name in names
        }
    return found


if __name__ == "__main__":
    run(main)
