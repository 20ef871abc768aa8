"""measure-adversarial: what do losses and pictures of an adversarial network look like, and when it fails?

A DCGAN is trained on the same digits at three pairs of learning rates: one that works, one that is too high
for both players, and one that lets the discriminator run away; and at the first without batch normalisation.
Losses are set beside what a classifier and a critic make of the samples: an adversarial loss says who is
ahead, not how good the pictures are.
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from pydantic import Field

from stages.analyses import judging
from stages.analyses.decoding import decoded_images
from stages.analyses.judging import Judges
from stages.analyses.likeness import Likeness
from stages.analyses.sampling import standard_normal
from stages.analyses.variety import mean_squared_distance, variety
from stages.common.errors import run
from stages.common.runtime import seeded_weights
from stages.common.settings import Count, Latent, Rate, Section
from stages.models import gan
from stages.studies.bench import Bench, save
from stages.studies.judging import load_judges
from stages.studies.settings import StudySettings
from stages.training.adversarial import fit_adversarial
from stages.training.loop import History
from stages.training.parallel import in_parallel

SHOWN = 15  # of the fixed codes, in the animation
Pictures = UInt8[np.ndarray, "n 28 28"]


class Rates(Section):
    """Step sizes of the two players."""

    discriminator_rate: Rate
    generator_rate: Rate


class Adversarial(Section):
    """The section `adversarial`."""

    latent: Latent
    runs: Count = Field(description="seeds for each setting")
    samples: int = Field(ge=SHOWN, description="fixed codes that are decoded after each epoch")
    too_high: Rates
    unbalanced: Rates
    gan: gan.Settings  # its rates are those that work

    def variants(self) -> dict[str, gan.Settings]:
        """The GAN's settings: what works, the same without batch normalisation, and at other rates."""
        changed = {"no_batch_norm": {"batch_normalisation": False}}
        changed |= {name: getattr(self, name).model_dump() for name in ("too_high", "unbalanced")}
        return {"balanced": self.gan} | {
            name: self.gan.model_copy(update=new) for name, new in changed.items()
        }


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    adversarial: Adversarial


def main() -> None:
    """Train every GAN, judge their pictures."""
    settings = Settings.read()
    section, bench = settings.adversarial, Bench.of(settings)
    judges, trained = load_judges(bench.runtime), train_all(section, bench)
    epochs, shares = judged(trained, judges, bench)
    likeness = Likeness(bench.parts.train.clean, bench.parts.test.clean)
    late = epochs[epochs.epoch > section.gan.epochs // 2]
    runs = pd.DataFrame(
        {"setting": name, "seed": seed}
        | of_run(one)
        | {"distance": likeness.distance(trained[name, seed][1][-1])}
        for (name, seed), one in late.groupby(["setting", "seed"], sort=False)
    )
    first = {name: trained[name, bench.seed][1][:, :SHOWN] for name in section.variants()}
    numbers = {"real": measures(bench.parts.test.clean, judges, bench)}
    save("adversarial", numbers, {"pictures": first}, runs=runs, epochs=epochs, shares=shares)


Trainings = dict[tuple[str, int], tuple[History, UInt8[np.ndarray, "epochs n 28 28"]]]


def train_all(section: Adversarial, bench: Bench) -> Trainings:
    """By setting and seed the losses, and pictures from the same codes after each epoch."""
    codes = standard_normal(section.samples, section.latent, bench.generator())
    variants = section.variants()
    keys = [(name, seed) for name in variants for seed in bench.seeds(section.runs)]
    jobs = [(variants[name], codes, bench, seed) for name, seed in keys]
    return dict(zip(keys, in_parallel(train_gan, jobs, "adversarial networks"), strict=True))


def train_gan(
    settings: gan.Settings, codes: Float[np.ndarray, "n latent"], bench: Bench, seed: int
) -> tuple[History, UInt8[np.ndarray, "epochs n 28 28"]]:
    """Train one GAN; `codes` are decoded after each epoch, with the generator in evaluation mode."""
    with seeded_weights(seed):
        model = gan.build(settings, codes.shape[1])
    made: list[np.ndarray] = []

    def look(model: gan.Gan) -> None:
        made.append(decoded_images(model.decode, codes, bench.runtime))

    images = torch.from_numpy(bench.parts.train.clean)[:, None]
    history = fit_adversarial(model, images, settings, bench.runtime, seed, look)
    return history, np.stack(made)


def judged(trained: Trainings, judges: Judges, bench: Bench) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Losses and measures of the pictures of every epoch; share of each digit in the last."""
    epochs, shares = [], []
    for (name, seed), (history, pictures) in trained.items():
        for row, made, changed in zip(history, pictures, changes(pictures, bench), strict=True):
            key = {"setting": name, "epoch": row["epoch"], "seed": seed}
            epochs.append(key | losses(row) | measures(made, judges, bench) | {"changed": changed})
        last = judging.class_shares(judges.probabilities(pictures[-1]))
        shares += [
            {"setting": name, "digit": d, "seed": seed, "share": share} for d, share in enumerate(last)
        ]
    return pd.DataFrame(epochs), pd.DataFrame(shares)


def changes(pictures: UInt8[np.ndarray, "epochs n 28 28"], bench: Bench) -> Float[np.ndarray, "epochs"]:
    """Mean ‖x_e − x_{e−1}‖² of the pictures of one code, over that of two training images; NaN at first."""
    moved = np.square(np.diff(pictures / np.float32(255), axis=0)).sum(axis=(2, 3)).mean(axis=1)
    return np.append(np.nan, moved / mean_squared_distance(bench.parts.train.clean))


def losses(row: dict[str, float]) -> dict[str, float]:
    """What the two players had in one epoch: L_D, L_G, and the shares of pictures that D puts right."""
    return {
        "discriminator_loss": row["discriminator_loss"],
        "generator_loss": row["generator_loss"],
        "real_right": row["discriminator_real_right"],
        "made_right": row["discriminator_made_right"],
    }


def measures(pictures: Pictures, judges: Judges, bench: Bench) -> dict[str, float]:
    """How many classes there are among pictures, which share passes, and how different they are."""
    return {
        "diversity": judging.diversity(judging.class_shares(judges.probabilities(pictures))),
        "accepted": float(judges.accepted(pictures).mean()),
        "variety": variety(pictures, bench.parts.train.clean),
    }


def of_run(late: pd.DataFrame) -> dict[str, float]:
    """Of the last half of a run's epochs: means and ranges of losses, last and worst measures of pictures."""
    discriminator, generator, last = late.discriminator_loss, late.generator_loss, late.iloc[-1]
    return {
        "discriminator_loss": discriminator.mean(),
        "least_discriminator_loss": discriminator.min(),
        "most_discriminator_loss": discriminator.max(),
        "generator_loss": generator.mean(),
        "generator_loss_range": generator.max() - generator.min(),
        "real_right": late.real_right.mean(),
        "made_right": late.made_right.mean(),
        "diversity": last.diversity,
        "accepted": last.accepted,
        "variety": last.variety,
        "late_diversity": late.diversity.mean(),
        "late_accepted": late.accepted.mean(),
        "accepted_range": late.accepted.max() - late.accepted.min(),
        "least_variety": late.variety.min(),
        "changed": late.changed.mean(),
    }


if __name__ == "__main__":
    run(main)
