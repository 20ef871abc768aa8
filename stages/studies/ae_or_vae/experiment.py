"""measure-ae-or-vae: what does a variational autoencoder's code space have that a plain one's has not?

The main line's denoising convolutional autoencoders and VAEs, of several seeds, as `measure-chance` trained
them. With each the same pairs of noisy test images are interpolated, and codes are drawn at random:

    accepted      share of pictures that the critic takes for real
    largest step  max c_i / mean c_i, mean over lines; c_i the root mean squared change of the picture from
                  step i to i + 1: 1 where it changes evenly, as a cross-fade does, more where it jumps
    elsewhere     share of the steps between whose likeliest class is that of neither end
    distance      of random codes to the nearest training code, in multiples of a test code's

Cross-fades need no code space: of the pixels of two clean images, and of a model's two reconstructions.
A difference counts where the interval that seeds and pairs, or seeds and codes, leave it excludes 0.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, UInt8
from pydantic import Field

from stages.analyses.bootstrap import difference
from stages.analyses.pairs import pairs_across_classes
from stages.common.errors import run
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.common.settings import Count, Odd, Section
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.studies.ae_or_vae.judge import ByPair, Judge, Lines, crossfades
from stages.studies.ae_or_vae.space import Samples, Space
from stages.studies.bench import save
from stages.studies.judging import load_judges
from stages.studies.main_line_models import load_by_seed
from stages.studies.settings import StudySettings

STUDY = "ae-or-vae"
MODELS = ("ae", "vae")
SAMPLES_SHOWN = 20

Stacked = Float[np.ndarray, "seeds items"]
Drawn = Mapping[tuple[str, int], Mapping[str, Samples]]  # by model and seed, by how codes were drawn
Accepted = Mapping[tuple[str, str, int], Bool[np.ndarray, "samples"]]  # by model, draw and seed


class AeOrVae(Section):
    """The section `ae_or_vae`."""

    pairs: Count = Field(description="of test images of different classes that are interpolated")
    steps: Odd = Field(ge=3, le=11, description="of an interpolation, ends included")
    samples: Count = Field(description="random codes of each draw")
    shown: int = Field(ge=1, le=6, description="pairs in the figure")


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    ae_or_vae: AeOrVae


def main() -> None:
    """Interpolate and draw codes with every model, and have the pictures judged."""
    settings = Settings.read()
    section, runtime = settings.ae_or_vae, Runtime.choose(settings.arithmetic)
    parts = Parts(*(NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "validation", "test")))
    generator = np.random.default_rng(derived(settings.seed, "measures"))
    pairs = pairs_across_classes(parts.test.labels, section.pairs, generator)
    judge = Judge(load_judges(runtime), parts.test.labels[pairs])
    spaces = {
        (name, seed): Space(model, parts, runtime)
        for name in MODELS
        for seed, model in load_by_seed(name, runtime).items()
    }
    lines = {key: space.lines(pairs, section.steps) for key, space in spaces.items()}
    samples = {key: space.samples(section.samples, key[1]) for key, space in spaces.items()}
    ways = {("crossfade", settings.seed): crossfades(parts.test.clean, pairs, section.steps)} | lines
    along = {key: judge.of_lines(line) for key, line in ways.items()}
    accepted = {
        (name, draw, seed): judge.accepted(one.pictures)
        for (name, seed), both in samples.items()
        for draw, one in both.items()
    }
    numbers = {
        "fade": means(along["crossfade", settings.seed]),
        "real": {"accepted": float(judge.accepted(parts.test.clean).mean())}
        | judge.of_samples(parts.test.clean),
    }
    arrays = first_seed(ways, samples, section.shown, settings.seed)
    save(
        STUDY,
        numbers,
        {kind: judged(pictures, judge) for kind, pictures in arrays.items()},
        runs=pd.DataFrame(
            {"model": key[0], "seed": key[1], "psnr_db": space.psnr_db()}
            | means(along[key])
            | {"restored_fade": judge.halfway(crossfades(space.restored(), pairs, section.steps))}
            for key, space in spaces.items()
        ),
        draws=of_draws(samples, accepted, judge),
        line=by_step(ways, judge),
        differences=differences(along, accepted, generator),
    )


def of_draws(samples: Drawn, accepted: Accepted, judge: Judge) -> pd.DataFrame:
    """Of random codes: what the judges say of their pictures, and how far from real ones they lie."""
    return pd.DataFrame(
        {"model": name, "draw": draw, "seed": seed, "accepted": passed.mean()}
        | judge.of_samples(samples[name, seed][draw].pictures)
        | {"distance": samples[name, seed][draw].distance}
        for (name, draw, seed), passed in accepted.items()
    )


def by_step(ways: Mapping[tuple[str, int], Lines], judge: Judge) -> pd.DataFrame:
    """Share that the critic accepts, step by step."""
    return pd.DataFrame(
        {"model": name, "step": step, "seed": seed, "accepted": share}
        for (name, seed), line in ways.items()
        for step, share in enumerate(judge.accepted(line).mean(axis=0))
    )


def differences(
    along: Mapping[tuple[str, int], ByPair],
    accepted: Accepted,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Autoencoder less VAE, with what may be chance of seeds, and of pairs or codes: a row a measure."""
    sides: dict[str, tuple[Stacked, Stacked]] = {
        measure: tuple(stacked({key: of[measure] for key, of in along.items()}, name) for name in MODELS)
        for measure in ("accepted", "halfway", "largest_step", "elsewhere")
    }
    standard, fitted = (
        {(name, seed): passed for (name, of, seed), passed in accepted.items() if of == draw}
        for draw in ("standard", "fitted")
    )
    sides["standard"] = tuple(stacked(standard, name) for name in MODELS)
    sides["fitted"] = tuple(stacked(fitted, name) for name in MODELS)
    sides["fitted against standard"] = stacked(fitted, "ae"), stacked(standard, "vae")
    return pd.DataFrame(
        {"measure": measure} | difference(*pair, generator)._asdict() for measure, pair in sides.items()
    )


def stacked(by_key: Mapping[tuple[str, int], np.ndarray], model: str) -> Stacked:
    """One model's values, a row a seed."""
    return np.stack([values for (name, _), values in by_key.items() if name == model]).astype(float)


def means(by_pair: ByPair) -> dict[str, float]:
    """Over all pairs."""
    return {name: float(values.mean()) for name, values in by_pair.items()}


def first_seed(
    lines: Mapping[tuple[str, int], Lines],
    samples: Drawn,
    pairs: int,
    seed: int,
) -> dict[str, dict[str, UInt8[np.ndarray, "..."]]]:
    """What figures show: the first lines, and some pictures of random codes."""
    return {
        "lines": {name: line[:pairs] for (name, of), line in lines.items() if of == seed},
        "samples": {
            f"{name}-{draw}": one.pictures[:SAMPLES_SHOWN]
            for (name, of), both in samples.items()
            if of == seed
            for draw, one in both.items()
        },
    }


def judged(pictures: Mapping[str, UInt8[np.ndarray, "..."]], judge: Judge) -> dict[str, Any]:
    """Pictures by name, and which of them the critic accepts."""
    accepted = {name: judge.accepted(made).astype(np.uint8) for name, made in pictures.items()}
    return {"images": pictures, "accepted": accepted}


if __name__ == "__main__":
    run(main)
