"""measure-vae-latent-size: what does the size of its code change for a VAE, and what does the KL term do?

The dense VAE 784-512-k-512-784 is trained for several code sizes k and seeds as specified, with a sigmoid in
the decoder's hidden layer, and with a ReLU there; at some k also on the cross-entropy alone (β = 0), which
leaves the draw z = μ + σ ⊙ ε. Compared are the bound and its two terms, the units in use, how wide q(z|x) is,
and how many random codes decode to what passes for a real digit.

`tests/benchmarks/code_sizes.py` trains the same networks on all of MNIST until it stops paying.

Reference: Kingma & Welling, *Auto-Encoding Variational Bayes*, 2014 (arXiv 1312.6114). Active units: Burda et
al., 2016 (arXiv 1509.00519), section 5.3.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from pydantic import Field, model_validator

from stages.analyses import sampling
from stages.analyses.batches import map_images
from stages.analyses.codes import active_units
from stages.analyses.decoding import decoded_images
from stages.analyses.gallery import gallery, gallery_table
from stages.analyses.judging import Judges
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.settings import Ascending, Count, Rate, Section
from stages.models import vae
from stages.models.interface import Autoencoder
from stages.studies.bench import Bench, save
from stages.studies.judging import load_judges
from stages.studies.settings import StudySettings
from stages.studies.vae_latent_size.posterior import gap_to_prior, kl_of_units, posterior
from stages.studies.vae_latent_size.quantiles import quantile_grid
from stages.studies.vae_latent_size.widths import train_watched
from stages.training.parallel import in_parallel
from stages.training.trials import Trained

STUDY = "vae-latent-size"
SPECIFIED, RELU, WITHOUT = "specified", "relu", "without KL"
USED = 0.1  # nats in a coordinate that count as its being used
DRAWN = 20  # samples in a picture

Pair = Mapping[str, Autoencoder]  # a model with the KL term and one without


class VaeLatentSize(Section):
    """The section `vae_latent_size`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    without_kl: Ascending[Count] = Field(min_length=1, description="the k that are trained with β = 0, too")
    runs: Count = Field(description="seeds of each")
    relu_rate: Rate = Field(description="learning rate with a ReLU in the decoder")
    manifold: Count = Field(description="rows and columns of the decoded sheet of k = 2")
    samples: int = Field(ge=DRAWN, description="random codes that the critic sees, a model")
    vae: vae.Settings

    @model_validator(mode="after")
    def _consistent(self) -> "VaeLatentSize":
        if not set(self.without_kl) <= set(self.sizes):
            raise ValueError("vae_latent_size.without_kl should be some of the sizes")
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    vae_latent_size: VaeLatentSize


class Case(NamedTuple):
    """One training run."""

    k: int
    model: str
    seed: int


def main() -> None:
    """Train every size as specified, with a ReLU, and without the KL term; measure."""
    settings = Settings.read()
    section, bench = settings.vae_latent_size, Bench.of(settings)
    cases = cases_of(section, bench)
    jobs = [
        (vae.build, settings_of(case, section), case.k, bench.parts, bench.runtime, case.seed)
        for case in cases
    ]
    watched = dict(zip(cases, in_parallel(train_watched, jobs, "VAEs"), strict=True))
    trained = {case: one for case, (one, _) in watched.items()}
    measure = Measure(bench, load_judges(bench.runtime), section.samples)

    runs = pd.DataFrame(case._asdict() | measure.of_run(one, case.model) for case, one in trained.items())
    widths = pd.DataFrame(
        {"k": case.k, "model": case.model, "epoch": epoch, "seed": case.seed} | row
        for case, (_, rows) in watched.items()
        if case.k in section.without_kl and case.model != RELU
        for epoch, row in enumerate(rows, start=1)
    )
    first = {(case.k, case.model): one.model for case, one in trained.items() if case.seed == bench.seed}
    generator = bench.generator()
    galleries = {
        k: gallery(first[k, SPECIFIED], bench.parts, bench.runtime, generator) for k in section.sizes
    }
    pairs = {k: {model: first[k, model] for model in (SPECIFIED, WITHOUT)} for k in section.without_kl}
    shown = section.without_kl[-1]
    arrays = {"gallery": galleries} | measure.codes_and_samples(pairs[shown], shown, generator)
    if 2 in pairs:
        arrays["plane"] = plane(pairs[2], bench, section.manifold)
    numbers = {
        "shown": shown,
        "used_nats": USED,
        "real_accepted": float(measure.judges.accepted(bench.parts.test.clean).mean()),
    }
    table = gallery_table(galleries, bench.parts)
    save(STUDY, numbers, arrays, runs=runs, widths=widths, gallery=table)


def cases_of(section: VaeLatentSize, bench: Bench) -> list[Case]:
    """Every run."""
    cells = [(k, model) for k in section.sizes for model in (SPECIFIED, RELU)]
    cells += [(k, WITHOUT) for k in section.without_kl]
    return [Case(k, model, seed) for k, model in cells for seed in bench.seeds(section.runs)]


def settings_of(case: Case, section: VaeLatentSize) -> vae.Settings:
    """`section.vae` is as specified; what the case changes in it."""
    changes: dict[str, Any] = {
        SPECIFIED: {},
        RELU: {"decoder_activation": "relu", "learning_rate": section.relu_rate},
        WITHOUT: {"beta": 0.0},
    }[case.model]
    return section.vae.model_copy(update=changes)


class Measure:
    """What is measured of a model; the random codes are the same for all models of a size."""

    def __init__(self, bench: Bench, judges: Judges, count: int) -> None:
        self.parts, self.runtime, self.bench = bench.parts, bench.runtime, bench
        self.judges, self.count = judges, count

    def of_run(self, trained: Trained, model: str) -> dict[str, float]:
        """The bound and its terms, units, codes and samples of one model."""
        last = trained.history[-1]
        mean, log_variance = posterior(trained.model, self.parts.train.clean, self.runtime)
        prior, fitted = self.decoded(trained.model, mean, self.count)
        of_all = {
            "cross_entropy": last["validation_cross_entropy"],
            "psnr_db": reconstruction_error(trained.model, self.parts.validation, self.runtime)["psnr_db"],
            "gap_to_prior": gap_to_prior(mean, np.exp(log_variance)),
            "prior_accepted": float(self.judges.accepted(prior).mean()),
        }
        if model == WITHOUT:  # no term asked for a small KL, so that no bound is meant
            return of_all | {"fitted_accepted": float(self.judges.accepted(fitted).mean())}
        return of_all | {
            "elbo": -last["validation_loss"],
            "train_elbo": -last["train_loss"],
            "kl_nats": last["validation_kl"],
            "active_units": active_units(mean),
            "used_units": int((kl_of_units(mean, log_variance) > USED).sum()),
        }

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
            name: map_images(model.features, self.parts.train.clean, self.runtime)
            for name, model in models.items()
        }
        drawn = {name: self.decoded(models[name], codes[name], DRAWN) for name in models}
        return {
            "codes": codes,
            "normal": sampling.standard_normal(len(codes[SPECIFIED]), k, generator),
            "prior": {name: prior for name, (prior, _) in drawn.items()},
            "fitted": {name: fitted for name, (_, fitted) in drawn.items()},
        }


def plane(models: Pair, bench: Bench, side: int) -> dict[str, Any]:
    """Of k = 2: the code space decoded place by place, and where validation images lie in it."""
    grid = quantile_grid(side)
    sheet = decoded_images(models[SPECIFIED].decode, grid.reshape(-1, 2), bench.runtime)
    validation = bench.parts.validation
    return {
        "sheet": sheet.reshape(*grid.shape[:2], *sheet.shape[1:]),
        "labels": validation.labels,
        "codes": {
            name: map_images(one.features, validation.clean, bench.runtime) for name, one in models.items()
        },
    }


if __name__ == "__main__":
    run(main)
