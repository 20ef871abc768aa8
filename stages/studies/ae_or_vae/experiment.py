"""measure-ae-or-vae: what does a variational autoencoder's code space have that a plain one's has not?

The main line's denoising convolutional autoencoders and VAEs, of several seeds, as `measure-chance` trained
them. With each the same pairs of noisy test images are interpolated, and codes are drawn at random:

    accepted      share of pictures that the critic takes for real
    largest step  max c_i / mean c_i, mean over lines; c_i the root mean squared change of the picture from
                  step i to i + 1: 1 where it changes evenly, as a cross-fade does, more where it jumps
    elsewhere     share of the steps between whose likeliest class is that of neither end
    distance      of random codes to the nearest training code, in multiples of a test code's

Cross-fades need no code space: of the pixels of two clean images, and of a model's two reconstructions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Integer, UInt8
from pydantic import Field

from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.judging import Judges, class_shares, diversity
from stages.analyses.nearest_codes import NearestCodes
from stages.analyses.pairs import pairs_across_classes
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.sampling import fitted_gaussian, standard_normal
from stages.analyses.walks import interpolate
from stages.common.errors import run
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.common.settings import Count, Odd, Section
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.models.interface import Autoencoder
from stages.studies.bench import save
from stages.studies.judging import load_judges
from stages.studies.main_line_models import load_by_seed
from stages.studies.settings import StudySettings

STUDY = "ae-or-vae"
MODELS = ("ae", "vae")
SAMPLES_SHOWN = 20

Images = UInt8[np.ndarray, "_ 28 28"]
Lines = UInt8[np.ndarray, "pairs steps 28 28"]


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
    fades = crossfades(parts.test.clean, pairs, section.steps)
    lines = {key: space.lines(pairs, section.steps) for key, space in spaces.items()}
    samples = {key: space.samples(section.samples, key[1]) for key, space in spaces.items()}

    runs = pd.DataFrame(
        {"model": name, "seed": seed, "psnr_db": space.psnr_db()}
        | judge.of_lines(lines[name, seed])
        | {"restored_fade": judge.halfway(crossfades(space.restored(), pairs, section.steps))}
        for (name, seed), space in spaces.items()
    )
    draws = pd.DataFrame(
        {"model": name, "draw": draw, "seed": seed}
        | judge.of_samples(one.pictures)
        | {"distance": one.distance}
        for (name, seed), both in samples.items()
        for draw, one in both.items()
    )
    ways = {("crossfade", settings.seed): fades} | lines
    along = pd.DataFrame(
        {"model": name, "step": step, "seed": seed, "accepted": share}
        for (name, seed), line in ways.items()
        for step, share in enumerate(judge.accepted(line).mean(axis=0))
    )
    numbers = {"fade": judge.of_lines(fades), "real": judge.of_samples(parts.test.clean)}
    arrays = first_seed(ways, samples, section.shown, settings.seed)
    shown = {kind: judged(pictures, judge) for kind, pictures in arrays.items()}
    save(STUDY, numbers, shown, runs=runs, draws=draws, line=along)


def first_seed(
    lines: Mapping[tuple[str, int], Lines],
    samples: Mapping[tuple[str, int], Mapping[str, "Samples"]],
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


def crossfades(images: Images, pairs: Integer[np.ndarray, "pairs 2"], steps: int) -> Lines:
    """The pixels of the two images of each pair mixed step by step."""
    first, second = (images[index].astype(np.float32) for index in pairs.T)
    return interpolate(first, second, steps).round().astype(np.uint8)


def judged(pictures: Mapping[str, UInt8[np.ndarray, "..."]], judge: "Judge") -> dict[str, Any]:
    """Pictures by name, and which of them the critic accepts."""
    accepted = {name: judge.accepted(made).astype(np.uint8) for name, made in pictures.items()}
    return {"images": pictures, "accepted": accepted}


@dataclass(frozen=True)
class Samples:
    """Random codes, decoded, and how far they are from real ones."""

    pictures: Images
    distance: float


class Space:
    """The code space of one trained model: its codes of clean training images, and ways through it."""

    def __init__(self, model: Autoencoder, parts: Parts, runtime: Runtime) -> None:
        self.model, self.test, self.runtime = model, parts.test, runtime
        self.codes = map_images(model.features, parts.train.clean, runtime)
        unseen = map_images(model.features, parts.test.clean, runtime)
        self.nearest = NearestCodes(self.codes, parts.train.labels, unseen)

    def psnr_db(self) -> float:
        """Of denoised test images."""
        return reconstruction_error(self.model, self.test, self.runtime)["psnr_db"]

    def restored(self) -> Images:
        """The noisy test images, as the model gives them back."""
        return self.decoded(map_images(self.model.encode, self.test.noisy, self.runtime))

    def lines(self, pairs: Integer[np.ndarray, "pairs 2"], steps: int) -> Lines:
        """The straight lines between the codes of noisy test images, decoded."""
        starts, ends = (
            map_images(self.model.encode, self.test.noisy[index], self.runtime) for index in pairs.T
        )
        codes = interpolate(starts, ends, steps)
        images = self.decoded(codes.reshape(-1, codes.shape[-1]))
        return images.reshape(*codes.shape[:2], *images.shape[1:])

    def samples(self, count: int, seed: int) -> dict[str, "Samples"]:
        """Codes from N(0, I), and from the Gaussian with the mean and the covariance of the codes."""
        generator = np.random.default_rng(derived(seed, "random codes"))
        codes = {
            "standard": standard_normal(count, self.codes.shape[1], generator),
            "fitted": fitted_gaussian(self.codes, count, generator),
        }
        return {
            draw: Samples(self.decoded(some), self.nearest.distance(some)) for draw, some in codes.items()
        }

    def decoded(self, codes: Float[np.ndarray, "n k"]) -> Images:
        """What the decoder makes of `codes`."""
        return decoded_images(self.model.decode, codes, self.runtime)


@dataclass(frozen=True)
class Judge:
    """The critic and the classifier, asked about lines between images of the classes `ends`."""

    judges: Judges
    ends: UInt8[np.ndarray, "pairs 2"]

    def accepted(self, pictures: UInt8[np.ndarray, "*shape 28 28"]) -> Bool[np.ndarray, "*shape"]:
        """Whether the critic takes each for real."""
        return self.judges.accepted(pictures.reshape(-1, *pictures.shape[-2:])).reshape(pictures.shape[:-2])

    def halfway(self, lines: Lines) -> float:
        """Share of the middles of lines that the critic accepts."""
        return float(self.accepted(lines[:, lines.shape[1] // 2]).mean())

    def of_lines(self, lines: Lines) -> dict[str, float]:
        """How real, even and direct lines are; see the top of this file."""
        between = lines[:, 1:-1]
        found = self.judges.probabilities(between.reshape(-1, *lines.shape[2:])).argmax(axis=1)
        elsewhere = (found.reshape(between.shape[:2])[..., None] != self.ends[:, None]).all(axis=2)
        change = np.sqrt(np.square(np.diff(lines.astype(np.float32), axis=1)).mean(axis=(2, 3)))
        uneven = change.max(axis=1) / np.maximum(change.mean(axis=1), 1e-9)
        return {
            "halfway": self.halfway(lines),
            "accepted": float(self.accepted(between).mean()),
            "largest_step": float(uneven.mean()),
            "elsewhere": float(elsewhere.mean()),
        }

    def of_samples(self, pictures: Images) -> dict[str, float]:
        """How many the critic accepts, and how many classes the classifier finds, as if equally frequent."""
        shares = class_shares(self.judges.probabilities(pictures))
        return {"accepted": float(self.accepted(pictures).mean()), "classes": diversity(shares)}


if __name__ == "__main__":
    run(main)
