"""measure-coding-space: why do some digits never appear when codes are drawn at random?

A dense autoencoder with sigmoid codes and a decoder of more power than its encoder, its convolutional
variant, and a variational autoencoder with the dense one's decoder. Codes are drawn at random in several ways
and decoded; a classifier counts the digits, and distances say whether a real code was ever near.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from pydantic import Field
from scipy.stats import spearmanr
from torch import Tensor

from stages.analyses import judging, maps, walks
from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.nearest_codes import NearestCodes
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.settings import Count, Latent, Section
from stages.models import classifier, sigmoid_codes, vae
from stages.models.classifier import Classifier
from stages.models.interface import Autoencoder
from stages.studies.bench import Bench, save
from stages.studies.coding_space.random_codes import random_codes
from stages.studies.settings import StudySettings
from stages.training.judge import train_judge
from stages.training.parallel import call, in_parallel
from stages.training.progress import IMAGES, Progress
from stages.training.trials import train

BUILDERS = {"dense": sigmoid_codes.build, "conv": sigmoid_codes.build, "vae": vae.build}
RARE = 0.01  # a digit that makes up less of the pictures counts as missing; an even share is 0.1
SHOWN, COORDINATES = 24, 4  # pictures of each kind of codes; histograms a model

Watched = tuple[Autoencoder, UInt8[np.ndarray, "epochs n 28 28"]]  # trained; reconstructions of each epoch


class CodingSpace(Section):
    """The section `coding_space`."""

    latent: Latent
    runs: Count = Field(description="seeds for each model")
    samples: int = Field(ge=SHOWN, description="random codes judged, for each way of drawing them")
    kernel_pca_codes: int = Field(ge=4, description="codes of training images that are mapped, at most")
    dense: sigmoid_codes.Settings
    conv: sigmoid_codes.Settings
    vae: vae.Settings
    judge_width: Count = Field(description="last hidden layer of the classifier that judges")
    judge: classifier.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    coding_space: CodingSpace


@dataclass(frozen=True)
class Drawn:
    """Random codes of one kind, the pictures they decode to, and p(c|picture)."""

    codes: Float[np.ndarray, "n k"]
    pictures: UInt8[np.ndarray, "n 28 28"]
    probabilities: Float[np.ndarray, "n classes"]


@dataclass(frozen=True)
class Space:
    """One trained model, its codes of training and of test images, and random codes by kind."""

    model: Autoencoder
    real: NearestCodes
    drawn: dict[str, Drawn]


def main() -> None:
    """Train judge and models, draw codes, measure."""
    settings = Settings.read()
    section, bench = settings.coding_space, Bench.of(settings)
    judge, trained = train_all(section, bench)
    generator = bench.generator()
    spaces = {
        key: explore(model, judge, section.samples, bench, generator) for key, (model, _) in trained.items()
    }
    real = judging.judge(judge, bench.parts.test.clean, bench.runtime)
    numbers = {
        "rare": RARE,
        "judge": {
            "test_error": judging.error(real, bench.parts.test.labels),
            "test_confidence": judging.confidence(real),
        },
        "inside_cube": (math.erf(math.sqrt(0.5)) / 2) ** section.latent,  # P(0 < N(0, 1) < 1) of each number
    }
    first = {kind: spaces[kind, bench.seed] for kind in BUILDERS}
    epochs = {kind: trained[kind, bench.seed][1] for kind in ("dense", "conv")}
    arrays = {
        "progress": {"clean": bench.parts.validation.clean[:IMAGES]} | epochs,
        "labels": bench.parts.train.labels[: section.kernel_pca_codes],
        "spaces": {kind: shown(one, section.kernel_pca_codes, bench) for kind, one in first.items()},
    }
    save("coding-space", numbers, arrays, **tables(spaces, bench))


def train_all(section: CodingSpace, bench: Bench) -> tuple[Classifier, dict[tuple[str, int], Watched]]:
    """The judge; and by model and seed what was trained, with reconstructions of each epoch."""
    keys = [(kind, seed) for kind in BUILDERS for seed in bench.seeds(section.runs)]
    jobs: list[tuple[Any, ...]] = [
        (train_judge, section.judge, section.judge_width, bench.parts, bench.runtime, bench.seed)
    ]
    jobs += [
        (watched, BUILDERS[kind], getattr(section, kind), section.latent, bench, seed) for kind, seed in keys
    ]
    judge, *trained = in_parallel(call, jobs, "judge and autoencoders")
    return judge, dict(zip(keys, trained, strict=True))


def watched(
    build: Callable[..., Autoencoder], settings: Any, latent: int, bench: Bench, seed: int
) -> Watched:
    """A trained model, and reconstructions of the first validation images after each of its epochs."""
    progress = Progress(bench.parts.validation, bench.runtime)
    trained = train(build, settings, latent, bench.parts, bench.runtime, seed, after_epoch=progress)
    return trained.model, np.stack(progress.epochs)


def explore(
    model: Autoencoder, judge: Classifier, count: int, bench: Bench, generator: np.random.Generator
) -> Space:
    """Encode the images, draw `count` random codes of each kind, decode and judge them."""
    train_part, test = bench.parts.train, bench.parts.test
    known, unseen = (codes_of(model, part.clean, bench) for part in (train_part, test))
    drawn = {}
    for name, codes in random_codes(known, is_bounded(model), count, generator).items():
        made = decoded_images(model.decode, codes, bench.runtime)
        drawn[name] = Drawn(codes, made, judging.judge(judge, made, bench.runtime))
    return Space(model, NearestCodes(known, train_part.labels, unseen), drawn)


def is_bounded(model: Autoencoder) -> bool:
    """Whether codes lie in the unit cube, as all but the VAE's do."""
    return model.code_kind != "gaussian"


def codes_of(
    model: Autoencoder, images: UInt8[np.ndarray, "n 28 28"], bench: Bench
) -> Float[np.ndarray, "n k"]:
    """What the decoder was trained on: z, and of the VAE one draw from q(z|x) an image."""
    generator = bench.runtime.generator(0, "codes")

    def draw(batch: Tensor) -> Tensor:
        return vae.sample(*(part.float() for part in model.encoder(batch)), generator)

    return map_images(model.encode if is_bounded(model) else draw, images, bench.runtime)


def tables(spaces: dict[tuple[str, int], Space], bench: Bench) -> dict[str, pd.DataFrame]:
    """`models`: sizes and errors; `draws`: measures of random codes; `shares` of digits."""
    models = pd.DataFrame(
        {"model": kind, "seed": seed} | of_model(space.model, bench) for (kind, seed), space in spaces.items()
    )
    drawn = [
        (kind, name, seed, space.real, one)
        for (kind, seed), space in spaces.items()
        for name, one in space.drawn.items()
    ]
    draws = pd.DataFrame(
        {"model": kind, "codes": name, "seed": seed} | of_draw(real, one)
        for kind, name, seed, real, one in drawn
    )
    shares = pd.DataFrame(
        {"model": kind, "codes": name, "digit": digit, "seed": seed, "share": share}
        for kind, name, seed, _, one in drawn
        for digit, share in enumerate(judging.class_shares(one.probabilities))
    )
    return {"models": models, "draws": draws, "shares": shares}


def of_model(model: Autoencoder, bench: Bench) -> dict[str, float]:
    """Numbers of weights of both networks, and the squared error of reconstructed test images."""
    sizes = {
        f"{name}_parameters": sum(weights.numel() for weights in getattr(model, name).parameters())
        for name in ("encoder", "decoder")
    }
    return sizes | {"test_mse": reconstruction_error(model, bench.parts.test, bench.runtime)["mse"]}


def of_draw(real: NearestCodes, drawn: Drawn) -> dict[str, float]:
    """How many digits are missing, how sure the judge is, how far the codes lie, and whose neighbours."""
    shares, classes = judging.class_shares(drawn.probabilities), drawn.probabilities.argmax(axis=1)
    return {
        "missing": int((shares < RARE).sum()),
        "confidence": judging.confidence(drawn.probabilities),
        "distance": real.distance(drawn.codes),
        "as_neighbour": float(np.mean(real.classes(drawn.codes) == classes)),
        "with_width": float(np.nan_to_num(spearmanr(real.widths(), shares).statistic)),
    }


def shown(space: Space, mapped: int, bench: Bench) -> dict[str, Any]:
    """What figures show of one model: some coordinates of codes, a map of `mapped` codes, and pictures."""
    chosen = walks.most_varied(space.real.known, COORDINATES)
    return {
        "coordinates": chosen,
        "known": space.real.known[:, chosen],
        "map": maps.kernel_pca(space.real.known[:mapped], 3, bench.seed),
        "drawn": {name: one.codes[:, chosen] for name, one in space.drawn.items()},
        "pictures": {name: one.pictures[:SHOWN] for name, one in space.drawn.items()},
    }


if __name__ == "__main__":
    run(main)
