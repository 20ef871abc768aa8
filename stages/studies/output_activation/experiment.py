"""measure-output-activation: sigmoid, ReLU or no activation at the end of a decoder, under squared error?

The same dense autoencoder is trained with each of the three. Measured on test images: the range of the raw
outputs, and the error before and after clipping to [0, 1]. Measured on training images, whose gradients are
what moves weights: pixels that are black in every output, those of them that are dead (exactly 0), whether
any gradient reaches these, and, as dead weights may still be moved by Adam's momentum and by the layers
below, how many of the pixels that are dead after an epoch are alive at the end.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, UInt8
from pydantic import Field
from torch import nn

from stages.analyses.gradients import pixel_gradient_norms
from stages.analyses.outputs import raw_outputs
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Rate, Section
from stages.images.parts import Parts
from stages.images.pixels import to_bytes
from stages.models import ae
from stages.models.interface import Autoencoder
from stages.studies.bench import Bench, save
from stages.studies.output_activation.pixels import black_pixels, dead_pixels, inked_pixels, output_range
from stages.studies.settings import StudySettings
from stages.training.parallel import in_parallel
from stages.training.trials import train

OUTPUTS = ("sigmoid", "relu", "linear")
EDGES = np.linspace(-1, 2, 151)  # of the outputs' histogram
SHOWN = 10  # images

Mask = Bool[np.ndarray, "28 28"]


class OutputActivation(Section):
    """The section `output_activation`."""

    code: Count = Field(description="size of the code")
    rates: Ascending[Rate] = Field(min_length=1, description="learning rates, chosen from for each output")
    trial_epochs: Count = Field(description="epochs of each trial of a learning rate")
    trial_runs: Count = Field(description="seeds of these trials, for each output and rate")
    runs: Count = Field(description="seeds for each output, at the chosen rate")
    ae: ae.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    output_activation: OutputActivation


def main() -> None:
    """Choose a rate for each output, train every output and seed with it, measure."""
    settings = Settings.read()
    section, bench = settings.output_activation, Bench.of(settings)
    trials = rate_trials(section, bench)
    losses = trials.groupby(["output", "rate"]).validation_loss.mean()
    rates = {output: float(losses[output].idxmin()) for output in OUTPUTS}

    variants = {output: variant(section.ae, output, rates[output]) for output in OUTPUTS}
    cells = [(output, seed) for output in OUTPUTS for seed in bench.seeds(section.runs)]
    jobs = [(variants[output], section.code, bench.parts, bench.runtime, seed) for output, seed in cells]
    trained = dict(zip(cells, in_parallel(followed, jobs, "autoencoders"), strict=True))

    runs = pd.DataFrame(
        {"output": output, "seed": seed} | measured(model, bench.parts, bench.runtime)
        for (output, seed), (model, _) in trained.items()
    )
    deaths = pd.DataFrame(
        {
            "epoch": epoch,
            "seed": seed,
            "dead_pixels": int(dead.sum()),
            "dead_at_the_end": int((dead & history[-1]).sum()),
        }
        for (output, seed), (_, history) in trained.items()
        if output == "relu"
        for epoch, dead in enumerate(history)
    )
    clean = bench.parts.train.clean
    numbers = {
        "inked_pixels": int(inked_pixels(clean).sum()),
        "squared_ink": float(np.square(clean / np.float64(255)).mean()),  # the error of answering black
        "rate": rates,
    }
    models = {output: [trained[output, seed][0] for seed in bench.seeds(section.runs)] for output in OUTPUTS}
    save("output-activation", numbers, pictures(models, bench), runs=runs, trials=trials, deaths=deaths)


def variant(settings: ae.Settings, output: str, rate: float) -> ae.Settings:
    """The same autoencoder with another output activation and learning rate."""
    return settings.model_copy(update={"output": output, "learning_rate": rate})


def rate_trials(section: OutputActivation, bench: Bench) -> pd.DataFrame:
    """Every learning rate of every output: last validation loss, and how many pixels are black and dead."""
    short = section.ae.model_copy(update={"epochs": section.trial_epochs})
    pairs = [(output, rate) for output in OUTPUTS for rate in section.rates]
    trained = bench.train(
        {pair: (ae.build, variant(short, *pair), section.code) for pair in pairs}, section.trial_runs
    )
    return pd.DataFrame(
        {"output": output, "rate": rate, "seed": seed, "validation_loss": one.history[-1]["validation_loss"]}
        | counts(one.model, bench.parts, bench.runtime)
        for (output, rate), seeds in trained.items()
        for seed, one in seeds.items()
    )


def followed(
    settings: ae.Settings, code: int, parts: Parts, runtime: Runtime, seed: int
) -> tuple[Autoencoder, list[Mask]]:
    """A trained autoencoder, and its dead pixels before training and after every epoch."""
    with seeded_weights(seed):
        start = ae.build(settings, code).eval().requires_grad_(False)  # the same as `train` starts from
    history = [dead_mask(start.to(runtime.device), parts, runtime)]

    def look(model: nn.Module) -> None:
        history.append(dead_mask(model, parts, runtime))

    model = train(ae.build, settings, code, parts, runtime, seed, after_epoch=look).model
    return model, history


def dead_mask(model: Autoencoder, parts: Parts, runtime: Runtime) -> Mask:
    """Dead pixels of the training images, in float32 as the gradients are."""
    exact = replace(runtime, precision=torch.float32)
    return dead_pixels(raw_outputs(model, parts.train.clean, exact), parts.train.clean)


def black_mask(model: Autoencoder, parts: Parts, runtime: Runtime) -> Mask:
    """Black pixels of the training images."""
    return black_pixels(raw_outputs(model, parts.train.clean, runtime), parts.train.clean)


def counts(model: Autoencoder, parts: Parts, runtime: Runtime) -> dict[str, int]:
    """How many pixels are black, and how many of them dead."""
    black, dead = black_mask(model, parts, runtime), dead_mask(model, parts, runtime)
    return {"black_pixels": int(black.sum()), "dead_pixels": int((black & dead).sum())}


def measured(model: Autoencoder, parts: Parts, runtime: Runtime) -> dict[str, Any]:
    """Range and errors on test images, black and dead pixels and gradients on training images."""
    black, dead = black_mask(model, parts, runtime), dead_mask(model, parts, runtime)
    stuck = pixel_gradient_norms(model, parts.train, runtime).numpy().reshape(28, 28) == 0
    energy = np.square(parts.train.clean / np.float64(255)).mean(axis=0)
    return output_range(raw_outputs(model, parts.test.clean, runtime)) | {
        "mse": reconstruction_error(model, parts.test, runtime, clip=False)["mse"],
        "mse_clipped": reconstruction_error(model, parts.test, runtime)["mse"],
        "black_pixels": int(black.sum()),
        "ink_on_black_pixels": float(energy[black].sum() / energy.sum()),
        "dead_pixels": int(dead.sum()),
        "dead_without_gradient": int((dead & stuck).sum()),
        "without_gradient": int(stuck.sum()),
    }


def pictures(models: dict[str, list[Autoencoder]], bench: Bench) -> dict[str, Any]:
    """Test images, their reconstructions, values of outputs, and the state of every pixel."""
    arrays: dict[str, Any] = {"clean": bench.parts.test.clean[:SHOWN], "edges": EDGES}
    for output, every in models.items():
        raw = [raw_outputs(model, bench.parts.test.clean, bench.runtime) for model in every]
        arrays[output] = {
            "images": to_bytes(torch.from_numpy(raw[0][:SHOWN])),
            "histogram": np.stack([np.histogram(one, EDGES)[0] / one.size for one in raw]),
            "pixels": np.stack([pixel_states(model, bench) for model in every]),
        }
    return arrays


def pixel_states(model: Autoencoder, bench: Bench) -> UInt8[np.ndarray, "28 28"]:
    """0: never inked; 1: inked, and not always black in the output; 2: black; 3: dead."""
    states = inked_pixels(bench.parts.train.clean).astype(np.uint8)
    states[black_mask(model, bench.parts, bench.runtime)] = 2
    states[dead_mask(model, bench.parts, bench.runtime)] = 3
    return states


if __name__ == "__main__":
    run(main)
