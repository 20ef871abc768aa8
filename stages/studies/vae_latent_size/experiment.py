"""measure-vae-latent-size: what does the size of its code change for a VAE, and what does the KL term do?

A dense VAE is trained for several code sizes k and seeds, and as often without the KL term, which leaves a
plain autoencoder. Compared are the bound and its two terms, the units in use, how far the codes of all images
together are from the prior, and what random codes decode to.

Beside it stands the VAE of PyTorch's examples (784-400-20) with the tutorial's recipe and with a better one.
The loss reported for it is of all 60 000 images; `tests/benchmarks/anchors.py` meets it there.

Reference: Kingma & Welling, *Auto-Encoding Variational Bayes*, 2014 (arXiv 1312.6114). Active units: Burda et
al., 2016 (arXiv 1509.00519), section 5.3.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from pydantic import Field

from stages.analyses import judging, sampling
from stages.analyses.batches import map_images
from stages.analyses.codes import active_units
from stages.analyses.decoding import decoded_images
from stages.analyses.gallery import gallery, gallery_table
from stages.analyses.likeness import Likeness
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.settings import Ascending, Count, Rate, Section
from stages.images.datasets import NoisyImages
from stages.models import classifier, vae
from stages.models.interface import Autoencoder
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.studies.vae_latent_size.posterior import gap_to_prior, kl_of_units, posterior
from stages.studies.vae_latent_size.quantiles import quantile_grid
from stages.training.judge import train_judge
from stages.training.loop import evaluate
from stages.training.parallel import in_parallel
from stages.training.trials import Trained

STUDY = "vae-latent-size"
WITH, WITHOUT = "with", "without"  # the KL term
USED = 0.1  # nats in a coordinate that count as its being used
DRAWN = 20  # samples in a picture

Pair = Mapping[str, Autoencoder]  # a model with the KL term and one without


class Recipe(Section):
    """How a VAE is optimised, as far as it may differ from the tutorial."""

    schedule: Literal["constant", "one-cycle"] = Field(description="learning rate over the updates")
    batch_size: Count = Field(description="images per update")
    learning_rate: Rate = Field(description="step size; with one-cycle its maximum")


class Tutorial(Section):
    """The VAE of PyTorch's examples, its recipe, and others to choose from."""

    latent: Count = Field(description="k")
    runs: Count = Field(description="seeds of either recipe")
    recipes: tuple[Recipe, ...] = Field(min_length=1, description="chosen from on validation images")
    vae: vae.Settings


class VaeLatentSize(Section):
    """The section `vae_latent_size`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    runs: Count = Field(description="seeds a size, with the KL term and without")
    manifold: Count = Field(description="rows and columns of the decoded sheet of k = 2")
    samples: int = Field(ge=DRAWN, description="random codes that are judged, a model")
    judge_latent: Count = Field(description="width of the classifier's last hidden layer")
    vae: vae.Settings
    tutorial: Tutorial
    classifier: classifier.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    vae_latent_size: VaeLatentSize


def main() -> None:
    """Train every size with and without the KL term, and the tutorial's VAE; measure."""
    settings = Settings.read()
    section, bench = settings.vae_latent_size, Bench.of(settings)
    terms = {WITH: section.vae, WITHOUT: section.vae.model_copy(update={"beta": 0.0})}
    cells = {(k, term): (vae.build, one, k) for k in section.sizes for term, one in terms.items()}
    trained = bench.train(cells, section.runs)
    tutorial, recipes, chosen = train_tutorial(section.tutorial, bench)
    job = (section.classifier, section.judge_latent, bench.parts, bench.runtime, bench.seed)
    measure = Measure(bench, in_parallel(train_judge, [job], "judge")[0], section.samples)

    runs = pd.DataFrame(
        {"k": k, "kl": term, "seed": seed} | measure.of_run(one, term)
        for (k, term), seeds in trained.items()
        for seed, one in seeds.items()
    )
    first = {k: {term: trained[k, term][bench.seed].model for term in terms} for k in section.sizes}
    generator = bench.generator()
    galleries = {k: gallery(pair[WITH], bench.parts, bench.runtime, generator) for k, pair in first.items()}
    shown = section.sizes[len(section.sizes) // 2]
    arrays = {"gallery": galleries} | measure.codes_and_samples(first[shown], shown, generator)
    if 2 in first:
        arrays["plane"] = plane(first[2], bench, section.manifold)
    numbers = measure.of_real_images() | {"shown": shown, "used_nats": USED, "chosen": chosen}
    table = gallery_table(galleries, bench.parts)
    save(STUDY, numbers, arrays, runs=runs, tutorial=tutorial, recipes=recipes, gallery=table)


class Measure:
    """What is measured of a model; the random codes are the same for all models of a size."""

    def __init__(self, bench: Bench, judge: classifier.Classifier, count: int) -> None:
        self.parts, self.runtime, self.bench = bench.parts, bench.runtime, bench
        self.judge, self.count = judge, count
        self.likeness = Likeness(bench.parts.train.clean, bench.parts.test.clean)

    def of_run(self, trained: Trained, term: str) -> dict[str, float]:
        """The bound and its terms (with the KL term alone), units, codes and samples of one model."""
        mean, log_variance = posterior(trained.model, self.parts.train.clean, self.runtime)
        if term == WITHOUT:  # codes are points
            return self._of_either(trained, mean, np.zeros_like(mean))
        last = trained.history[-1]
        return {
            "elbo": -last["validation_cross_entropy"] - last["validation_kl"],
            "train_elbo": -last["train_cross_entropy"] - last["train_kl"],
            "kl_nats": last["validation_kl"],
            "active_units": active_units(mean),
            "used_units": int((kl_of_units(mean, log_variance) > USED).sum()),
        } | self._of_either(trained, mean, np.exp(log_variance))

    def _of_either(
        self, trained: Trained, mean: Float[np.ndarray, "n k"], variance: Float[np.ndarray, "n k"]
    ) -> dict[str, float]:
        prior, fitted = self.decoded(trained.model, mean, self.count)
        return {
            "cross_entropy": trained.history[-1]["validation_cross_entropy"],
            "psnr_db": reconstruction_error(trained.model, self.parts.validation, self.runtime)["psnr_db"],
            "deviation": float(np.sqrt(np.square(mean).mean() + variance.mean())),
            "gap_to_prior": gap_to_prior(mean, variance),
            "prior_confidence": self._confidence(prior),
            "fitted_confidence": self._confidence(fitted),
            "prior_distance": self.likeness.distance(prior),
        }

    def of_real_images(self) -> dict[str, float]:
        """How sure the judge is of real test images, and how often it is wrong."""
        found = judging.judge(self.judge, self.parts.test.clean, self.runtime)
        return {
            "real_confidence": judging.confidence(found),
            "judge_error": judging.error(found, self.parts.test.labels),
        }

    def _confidence(self, images: UInt8[np.ndarray, "n 28 28"]) -> float:
        return judging.confidence(judging.judge(self.judge, images, self.runtime))

    def decoded(
        self, model: Autoencoder, codes: Float[np.ndarray, "n k"], count: int
    ) -> tuple[UInt8[np.ndarray, "count 28 28"], UInt8[np.ndarray, "count 28 28"]]:
        """Images of `count` codes drawn from N(0, I), and from a Gaussian fitted to `codes`."""
        generator = self.bench.generator()
        prior = sampling.standard_normal(count, codes.shape[1], generator)
        fitted = sampling.fitted_gaussian(codes, count, generator)
        return tuple(decoded_images(model.decode, drawn, self.runtime) for drawn in (prior, fitted))

    def codes_and_samples(self, models: Pair, k: int, generator: np.random.Generator) -> dict[str, Any]:
        """Codes of the training images, as many from N(0, I), and random codes decoded."""
        codes = {
            term: map_images(model.features, self.parts.train.clean, self.runtime)
            for term, model in models.items()
        }
        drawn = {term: self.decoded(models[term], codes[term], DRAWN) for term in models}
        return {
            "codes": codes,
            "normal": sampling.standard_normal(len(codes[WITH]), k, generator),
            "prior": {term: prior for term, (prior, _) in drawn.items()},
            "fitted": {term: fitted for term, (_, fitted) in drawn.items()},
        }


def plane(models: Pair, bench: Bench, side: int) -> dict[str, Any]:
    """Of k = 2: the code space decoded place by place, and where validation images lie in it."""
    grid = quantile_grid(side)
    sheet = decoded_images(models[WITH].decode, grid.reshape(-1, 2), bench.runtime)
    validation = bench.parts.validation
    return {
        "sheet": sheet.reshape(*grid.shape[:2], *sheet.shape[1:]),
        "labels": validation.labels,
        "codes": {
            term: map_images(one.features, validation.clean, bench.runtime) for term, one in models.items()
        },
    }


def train_tutorial(section: Tutorial, bench: Bench) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The tutorial's VAE by its own recipe, and by that of `section.recipes` with the least validation loss.

    Returns test losses, a row a run, of trainings on training and validation images together; the validation
    losses that decided; and the place of the recipe that was chosen.
    """
    others = [section.vae.model_copy(update=recipe.model_dump()) for recipe in section.recipes]
    trials = bench.train({i: (vae.build, one, section.latent) for i, one in enumerate(others)}, runs=1)
    losses = [seeds[bench.seed].history[-1]["validation_loss"] for seeds in trials.values()]
    chosen = int(np.argmin(losses))
    parts = bench.parts
    everything = replace(bench, parts=replace(parts, train=joined(parts.train, parts.validation)))
    recipes = {"tutorial": section.vae, "better": others[chosen]}
    cells = {name: (vae.build, one, section.latent) for name, one in recipes.items()}
    runs = pd.DataFrame(
        {"recipe": name, "seed": seed, "images": len(everything.parts.train)}
        | evaluate(one.model, parts.test, bench.runtime, bench.seed).means()
        for name, seeds in everything.train(cells, section.runs).items()
        for seed, one in seeds.items()
    )
    return runs, pd.DataFrame({"recipe": range(len(losses)), "validation_loss": losses}), chosen


def joined(one: NoisyImages, other: NoisyImages) -> NoisyImages:
    """All images of both."""
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return NoisyImages(*(np.concatenate(pair) for pair in pairs))


if __name__ == "__main__":
    run(main)
