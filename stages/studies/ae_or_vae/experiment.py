"""measure-ae-or-vae: what does a variational autoencoder's code space have that a plain one's has not?

Both have the same architecture, the same code size and the same images, without noise. The first test images
are embedded by both: t-SNE of the codes, neighbours in the code and on the map; and the same pairs of images
are interpolated in both, with a classifier to say how digit-like the pictures in between are. Cross-fades of
the pixels, which need no model, and real test images are the references.

References: van der Maaten & Hinton, *Visualizing Data using t-SNE*, 2008; trustworthiness:
Venna & Kaski, 2001.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from pydantic import Field, model_validator

from stages.analyses import judging
from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.likeness import Likeness
from stages.analyses.maps import trustworthiness, tsne
from stages.analyses.pairs import pairs_across_classes
from stages.analyses.probes import knn_error, leave_one_out_error
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.walks import interpolate
from stages.common.errors import StudyError, run
from stages.common.runtime import Runtime
from stages.common.settings import Count, Odd, Rate, Section
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.models import ae, classifier, vae
from stages.models.interface import Autoencoder
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.training.judge import train_judge
from stages.training.parallel import in_parallel
from stages.training.trials import train

STUDY = "ae-or-vae"
SURE = 0.9  # a probability that counts as sure

Images = UInt8[np.ndarray, "_ 28 28"]
Lines = UInt8[np.ndarray, "pairs steps 28 28"]


class AeOrVae(Section):
    """The section `ae_or_vae`."""

    latent: Count = Field(description="code size k of both")
    runs: Count = Field(description="seeds of each")
    images: int = Field(ge=3, description="first test images that are embedded")
    perplexity: Rate = Field(description="of t-SNE; below the number of images")
    neighbours: Count = Field(description="k of trustworthiness; below half the number of images")
    knn: Count = Field(description="neighbours of the k-NN error")
    pairs: Count = Field(description="pairs of test images whose interpolations are judged")
    shown: int = Field(ge=1, le=6, description="pairs in the figure")
    steps: Odd = Field(ge=3, le=11, description="of an interpolation, ends included")
    judge_latent: Count = Field(description="width of the classifier's last hidden layer")
    ae: ae.Settings
    vae: vae.Settings
    classifier: classifier.Settings

    @model_validator(mode="after")
    def _comparable(self) -> "AeOrVae":
        for key in ("architecture", "layer_sizes", "activation"):
            one, other = getattr(self.ae, key), getattr(self.vae, key)
            if one != other:
                raise ValueError(f"ae_or_vae.ae: {key} {one!r}; the comparison needs that of vae: {other!r}")
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    ae_or_vae: AeOrVae


def main() -> None:
    """Train both with several seeds; embed and interpolate the same images; measure."""
    settings = Settings.read()
    section, bench = settings.ae_or_vae, Bench.of(settings)
    test = bench.parts.test
    check(section, min(section.images, len(test)))
    pairs = Pairs.of(test, section, bench.generator())
    models = {"ae": (ae.build, section.ae), "vae": (vae.build, section.vae)}
    keys = [(name, seed) for name in models for seed in bench.seeds(section.runs)]
    jobs = [(*models[name], pairs, section, bench.parts, bench.runtime, seed) for name, seed in keys]
    embedded = dict(zip(keys, in_parallel(embed, jobs, "autoencoders, VAEs and their maps"), strict=True))
    job = (section.classifier, section.judge_latent, bench.parts, bench.runtime, bench.seed)
    judge = Judge(in_parallel(train_judge, [job], "judge")[0], bench)

    runs, line = [], []
    for (name, seed), one in embedded.items():
        key, confidence = {"model": name, "seed": seed}, judge.confidence(one.lines)
        runs.append(key | one.measures | judge.of_midpoints(one.lines))
        line += [{"model": name, "step": i, "seed": seed, "confidence": c} for i, c in enumerate(confidence)]
    crossfade = {"step": range(section.steps), "confidence": judge.confidence(pairs.crossfades)}
    first = {name: embedded[name, bench.seed] for name in models}
    arrays = {
        "labels": test.labels[: section.images],
        "points": {name: one.points for name, one in first.items()},
        "starts": pairs.starts[: section.shown],
        "ends": pairs.ends[: section.shown],
        "lines": {name: one.lines[: section.shown] for name, one in first.items()}
        | {"crossfade": pairs.crossfades[: section.shown]},
    }
    numbers = {
        "sure_from": SURE,
        "fade": judge.of_midpoints(pairs.crossfades),
        "real": judge.of_real_images(),
    }
    tables = {"runs": pd.DataFrame(runs), "line": pd.DataFrame(line), "crossfade": pd.DataFrame(crossfade)}
    save(STUDY, numbers, arrays, **tables)


def check(section: AeOrVae, images: int) -> None:
    """Raises StudyError where the images are too few for the neighbours that are asked for."""
    for key, most in (("perplexity", images), ("neighbours", images / 2)):
        value = getattr(section, key)
        if value >= most:
            raise StudyError(
                f"ae_or_vae.{key} is {value:g}; with {images} images it should be below {most:g}"
            )


@dataclass(frozen=True)
class Pairs:
    """Pairs of test images of different classes, and the pixels of the two mixed step by step."""

    starts: Images
    ends: Images
    crossfades: Lines

    @classmethod
    def of(cls, test: NoisyImages, section: AeOrVae, generator: np.random.Generator) -> "Pairs":
        """Draw the pairs."""
        pairs = pairs_across_classes(test.labels, section.pairs, generator)
        starts, ends = test.clean[pairs[:, 0]], test.clean[pairs[:, 1]]
        crossfades = interpolate(starts.astype(np.float32), ends.astype(np.float32), section.steps)
        return cls(starts, ends, crossfades.round().astype(np.uint8))


@dataclass(frozen=True)
class Embedded:
    """What one trained model makes of the images: measures, a map of their codes, the lines decoded."""

    measures: dict[str, float]
    points: Float[np.ndarray, "n 2"]
    lines: Lines


def embed(
    build: Callable[[Any, int], Autoencoder],
    settings: TrainingSettings,
    pairs: Pairs,
    section: AeOrVae,
    parts: Parts,
    runtime: Runtime,
    seed: int,
) -> Embedded:
    """Train a model, embed the first test images, go from image to image."""
    model = train(build, settings, section.latent, parts, runtime, seed).model
    codes = map_images(model.features, parts.test.clean, runtime)
    some, labels = codes[: section.images], parts.test.labels[: section.images]
    points = tsne(some, section.perplexity, seed)
    known = map_images(model.features, parts.train.clean, runtime)
    measures = {
        "psnr_db": reconstruction_error(model, parts.test, runtime)["psnr_db"],
        "code_knn_error": knn_error(known, parts.train.labels, codes, parts.test.labels, section.knn),
        "map_nn_error": leave_one_out_error(points, labels),
        "trustworthiness": trustworthiness(some, points, section.neighbours),
    }
    return Embedded(measures, points, decoded_lines(model, pairs, section.steps, runtime))


def decoded_lines(model: Autoencoder, pairs: Pairs, steps: int, runtime: Runtime) -> Lines:
    """The straight lines between the codes of the pairs, decoded."""
    starts, ends = (map_images(model.encode, images, runtime) for images in (pairs.starts, pairs.ends))
    codes = interpolate(starts, ends, steps)
    images = decoded_images(model.decode, codes.reshape(-1, *codes.shape[2:]), runtime)
    return images.reshape(pairs.crossfades.shape)


class Judge:
    """Says how digit-like pictures are: a classifier's confidence, and the distance to training images."""

    def __init__(self, network: classifier.Classifier, bench: Bench) -> None:
        self.network, self.test, self.runtime = network, bench.parts.test, bench.runtime
        self.likeness = Likeness(bench.parts.train.clean, self.test.clean)

    def confidence(self, lines: Lines) -> Float[np.ndarray, "steps"]:
        """Mean confidence at each step."""
        return self._sure(lines).mean(axis=0)

    def of_midpoints(self, lines: Lines) -> dict[str, float]:
        """Mean confidence in midpoints, the share that it is sure of, and their distance to real images."""
        middle = lines.shape[1] // 2
        sure = self._sure(lines)[:, middle]
        return {
            "midpoint_confidence": float(sure.mean()),
            "midpoint_sure": float((sure > SURE).mean()),
            "midpoint_distance": self.likeness.distance(lines[:, middle]),
        }

    def of_real_images(self) -> dict[str, float]:
        """The same of real test images, and how often the classifier is wrong about them."""
        found = judging.judge(self.network, self.test.clean, self.runtime)
        return {
            "confidence": judging.confidence(found),
            "sure": float((found.max(axis=1) > SURE).mean()),
            "judge_error": judging.error(found, self.test.labels),
        }

    def _sure(self, lines: Lines) -> Float[np.ndarray, "pairs steps"]:
        found = judging.judge(self.network, lines.reshape(-1, *lines.shape[2:]), self.runtime)
        return found.max(axis=1).reshape(lines.shape[:2])


if __name__ == "__main__":
    run(main)
