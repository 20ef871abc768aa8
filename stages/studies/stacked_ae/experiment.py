"""measure-stacked-ae: do more layers help, and are they hard to train?

Dense stacks 784-256-k, 784-256-128-k and so on, mirrored by their decoders, against the single layer
784-k-784, with the same objective, the same code (linear) and the same number of updates. The stacks are
trained end to end; at one k also greedily, layer by layer, and then fine-tuned (Bengio et al., 2007; see
`layers.py`), and the deepest of them with sigmoids in place of ReLUs both ways.

`tests/benchmarks/code_sizes.py` trains single layer and stacks on all of MNIST until it stops paying.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from stages.analyses.gallery import gallery, gallery_table
from stages.analyses.gradients import gradient_norms
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Distinct, Rate, Section
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.models import ae
from stages.models.architecture import Dense
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.studies.stacked_ae.flatness import flat_share
from stages.studies.stacked_ae.layerwise import LayerwiseTrained, train_layerwise
from stages.training.parallel import in_parallel
from stages.training.trials import Trained, train

SINGLE = "single layer"
ACTIVATIONS = ("relu", "sigmoid")
TRAININGS = ("end to end", "greedy")
PROBE = 500  # training images on which gradients are measured

Hidden = tuple[Count, ...]


class Case(NamedTuple):
    """One training run."""

    hidden: tuple[int, ...]
    activation: str
    training: str
    k: int
    seed: int

    @property
    def keys(self) -> dict[str, str | int]:
        """The first columns of the tables: hidden layers in words (`256-128`), then the others."""
        return {"stack": "-".join(map(str, self.hidden)) or SINGLE} | dict(list(self._asdict().items())[1:])


class Stacked(Section):
    """The section `stacked_ae`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    stacks: Distinct[Hidden] = Field(min_length=1, description="hidden layers, from shallow to deep")
    runs: Count = Field(description="seeds of everything")
    compared: Count = Field(description="the k at which greedy and end-to-end training are compared")
    layer_epochs: Count = Field(description="of each layer in greedy training; the rest fine-tunes")
    single_rate: Rate = Field(description="learning rate of the single layer")
    sigmoid_rate: Rate = Field(description="learning rate with sigmoids")
    ae: ae.Settings

    @model_validator(mode="after")
    def _consistent(self) -> "Stacked":
        if self.compared not in self.sizes:
            raise ValueError(f"stacked_ae.compared is {self.compared}; it should be one of the sizes")
        layers = 1 + max(len(stack) for stack in self.stacks)
        if self.layer_epochs * layers >= self.ae.epochs:
            raise ValueError(
                f"stacked_ae.layer_epochs is {self.layer_epochs}; {layers} layers leave none of the "
                f"{self.ae.epochs} epochs for fine-tuning"
            )
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    stacked_ae: Stacked


def main() -> None:
    """Train every stack, compare depths and ways of training."""
    settings = Settings.read()
    section, bench = settings.stacked_ae, Bench.of(settings)
    cases = list(cases_of(section, bench.seeds(section.runs)))
    jobs = [
        (case, settings_of(case, section), bench.parts, bench.runtime, section.layer_epochs) for case in cases
    ]
    trained = dict(zip(cases, in_parallel(train_one, jobs, "stacks"), strict=True))

    runs = pd.DataFrame(case.keys | errors_of(one, bench) for case, one in trained.items())
    best = best_stacks(section, runs)
    shown = {k: Case(best[k], "relu", "end to end", k, bench.seed) for k in section.sizes}
    generator = bench.generator()
    galleries = {
        k: gallery(trained[case].model, bench.parts, bench.runtime, generator) for k, case in shown.items()
    }
    save(
        "stacked-ae",
        {},
        {"gallery": galleries},
        runs=runs,
        losses=losses(trained, section),
        gradients=gradients(section, bench),
        best=pd.DataFrame({"k": k, "stack": case.keys["stack"]} for k, case in shown.items()),
        gallery=gallery_table(galleries, bench.parts),
    )


def cases_of(section: Stacked, seeds: range) -> Iterator[Case]:
    """Every run: all stacks at all k end to end, the other trainings at one k."""
    deepest = section.stacks[-1]
    for seed in seeds:
        for hidden in ((), *section.stacks):
            for k in section.sizes:
                yield Case(hidden, "relu", "end to end", k, seed)
        for hidden in section.stacks:
            yield Case(hidden, "relu", "greedy", section.compared, seed)
        for training in TRAININGS:
            yield Case(deepest, "sigmoid", training, section.compared, seed)


def settings_of(case: Case, section: Stacked) -> ae.Settings:
    """Settings of one run: layers, activation, epochs, and the learning rate that goes with them."""
    rate = section.ae.learning_rate if case.hidden else section.single_rate
    changes = {
        "dense": Dense(hidden=case.hidden),
        "activation": case.activation,
        "learning_rate": section.sigmoid_rate if case.activation == "sigmoid" else rate,
    }
    return section.ae.model_copy(update=changes)


def train_one(
    case: Case, settings: ae.Settings, parts: Parts, runtime: Runtime, layer_epochs: int
) -> Trained:
    """Train one stack, end to end or greedily."""
    job = ae.build, settings, case.k, parts, runtime, case.seed
    return train_layerwise(*job, layer_epochs) if case.training == "greedy" else train(*job)


def errors_of(trained: Trained, bench: Bench) -> dict[str, float]:
    """Errors of one run by part, and before fine-tuning; how flat the set of its outputs is."""
    parts = bench.parts
    test, validation, training = (
        reconstruction_error(trained.model, images, bench.runtime)
        for images in (parts.test, parts.validation, parts.train)
    )
    before = np.nan
    if isinstance(trained, LayerwiseTrained):
        before = reconstruction_error(trained.pretrained, parts.test, bench.runtime)["cross_entropy"]
    return {
        "test_cross_entropy": test["cross_entropy"],
        "test_mse": test["mse"],
        "validation_cross_entropy": validation["cross_entropy"],
        "train_cross_entropy": training["cross_entropy"],
        "test_cross_entropy_before": before,
        "flat_share": flat_share(trained.model, parts.test.clean, bench.runtime),
    }


def best_stacks(section: Stacked, runs: pd.DataFrame) -> dict[int, tuple[int, ...]]:
    """For each k the stack with the smallest mean cross-entropy on validation images."""
    plain = runs.query("training == 'end to end' and activation == 'relu'")
    means = plain.groupby(["k", "stack"]).validation_cross_entropy.mean()
    return {
        k: min(section.stacks, key=lambda hidden: means[k, "-".join(map(str, hidden))]) for k in section.sizes
    }


def losses(trained: dict[Case, Trained], section: Stacked) -> pd.DataFrame:
    """Validation loss of the deepest stack by activation, training and epoch; none before fine-tuning."""
    return pd.DataFrame(
        {"activation": case.activation, "training": case.training}
        | {"epoch": section.ae.epochs - len(one.history) + row["epoch"], "seed": case.seed}
        | {"validation_loss": row["validation_loss"]}
        for case, one in trained.items()
        if (case.hidden, case.k) == (section.stacks[-1], section.compared)
        for row in one.history
    )


def gradients(section: Stacked, bench: Bench) -> pd.DataFrame:
    """Gradient norms of the deepest stack before training, layer by layer, by activation and seed."""
    train = bench.parts.train
    images = NoisyImages(train.clean[:PROBE], train.noisy[:PROBE], train.labels[:PROBE])
    rows = []
    for activation in ACTIVATIONS:
        for seed in bench.seeds(section.runs):
            case = Case(section.stacks[-1], activation, "end to end", section.compared, seed)
            with seeded_weights(seed):
                model = ae.build(settings_of(case, section), case.k)
            norms = gradient_norms(model, images, bench.runtime).values()
            rows += [
                {"activation": activation, "layer": layer, "seed": seed, "norm": norm}
                for layer, norm in enumerate(norms, start=1)
            ]
    return pd.DataFrame(rows)


if __name__ == "__main__":
    run(main)
