"""measure-nonlinear-ae: does one hidden layer with a ReLU, and a sigmoid output, beat the linear one?

784 → k → 784 with a ReLU on the code, a sigmoid on the output, and cross-entropy. Its opponent is the best
of all linear autoencoders, which needs no training: PCA (`linear-ae-is-pca`). Both are measured on test
images by both errors. Two twins take one ingredient back each, the ReLU or the cross-entropy. All three get
the same care: for each network and k, the learning rate is chosen on validation images.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from pydantic import Field, model_validator

from stages.analyses.batches import map_images
from stages.analyses.gallery import gallery, gallery_table
from stages.analyses.pca import Pca, fit_pca
from stages.common.errors import run
from stages.common.metrics import EPSILON, cross_entropy, reconstruction_metrics
from stages.common.settings import Ascending, Count, Rate, Section
from stages.images.datasets import NoisyImages
from stages.images.parts import Parts
from stages.images.pixels import to_bytes
from stages.models import ae
from stages.studies.bench import Bench, Cell, save
from stages.studies.nonlinear_ae import relu_code
from stages.studies.nonlinear_ae.dead_units import dead_share
from stages.studies.nonlinear_ae.saturated_pixels import saturated_share, stuck_share
from stages.studies.settings import StudySettings
from stages.training.trials import Trained

NETWORKS = ("relu", "linear_code", "squared")
CLIPS = (EPSILON, 1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.02, 0.05)  # how far from 0 and 1 PCA's outputs are held

Key = tuple[str, int]  # network, k


class Nonlinear(Section):
    """The section `nonlinear_ae`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    runs: Count = Field(description="seeds for each network and size")
    rates: Ascending[Rate] = Field(
        min_length=1, description="learning rates, chosen from for each network and size"
    )
    compared: Count = Field(description="the k at which reconstructions are shown side by side")
    ae: ae.Settings

    @model_validator(mode="after")
    def _known_size(self) -> "Nonlinear":
        if self.compared not in self.sizes:
            raise ValueError(f"nonlinear_ae.compared is {self.compared}; it should be one of the sizes")
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    nonlinear_ae: Nonlinear


def main() -> None:
    """Choose a rate for every network and size, train with it, compare with PCA."""
    settings = Settings.read()
    section, bench = settings.nonlinear_ae, Bench.of(settings)
    trials, rates, trained = trained_at_best_rates(section, bench)

    runs = pd.DataFrame(
        {"network": name, "k": k, "seed": seed, "rate": rates[name, k]} | of_network(one, bench)
        for (name, k), seeds in trained.items()
        for seed, one in seeds.items()
    )
    principal = fit_pca(bench.parts.train.clean, max(section.sizes))
    linear = pd.DataFrame({"k": k} | of_linear(principal.first(k), bench.parts) for k in section.sizes)
    target = unit(bench.parts.test)
    numbers = {"least_cross_entropy": float(cross_entropy(target, target).mean()), "epsilon": EPSILON}

    generator = bench.generator()
    galleries = {
        k: gallery(trained["relu", k][bench.seed].model, bench.parts, bench.runtime, generator)
        for k in section.sizes
    }
    restored = principal.first(section.compared).reconstruct(bench.parts.validation.clean[:10])
    save(
        "nonlinear-ae",
        numbers,
        {"gallery": galleries, "linear": to_bytes(torch.from_numpy(restored))},
        runs=runs,
        linear=linear,
        trials=trials,
        gallery=gallery_table(galleries, bench.parts),
    )


def trained_at_best_rates(
    section: Nonlinear, bench: Bench
) -> tuple[pd.DataFrame, dict[Key, float], dict[Key, dict[int, Trained]]]:
    """Losses of the first seed with every learning rate, the best rate by network and k, and what has it."""
    keys = product(NETWORKS, section.sizes, section.rates)
    tried = bench.train({key: cell(*key, section.ae) for key in keys}, runs=1)
    trials = pd.DataFrame(
        {"network": name, "k": k, "rate": rate, "seed": bench.seed}
        | {"validation_loss": seeds[bench.seed].history[-1]["validation_loss"]}
        for (name, k, rate), seeds in tried.items()
    )
    losses = trials.set_index(["network", "k", "rate"]).validation_loss
    rates = {(name, k): rate for name, k, rate in losses.groupby(["network", "k"], sort=False).idxmin()}
    others = replace(bench, seed=bench.seed + 1)
    again = {key: cell(*key, rate, section.ae) for key, rate in rates.items()}
    more = others.train(again, section.runs - 1) if section.runs > 1 else {}
    return trials, rates, {key: tried[*key, rate] | more.get(key, {}) for key, rate in rates.items()}


def cell(network: str, k: int, rate: float, settings: ae.Settings) -> Cell:
    """How `network` is built, its settings, and the size of its code."""
    build = ae.build if network == "linear_code" else relu_code.build
    objective = "mean-squared-error" if network == "squared" else "cross-entropy"
    return build, settings.model_copy(update={"objective": objective, "learning_rate": rate}), k


def of_network(trained: Trained, bench: Bench) -> dict[str, float]:
    """Errors and saturation of one run; of training images' codes, the share of dead units and the size."""
    outputs = map_images(trained.model.reconstruct, bench.parts.test.clean, bench.runtime)[:, 0]
    errors = on_test(reconstruction_metrics(unit(bench.parts.test), outputs))
    codes = map_images(trained.model.features, bench.parts.train.clean, bench.runtime)
    return errors | {
        "saturated": saturated_share(outputs),
        "stuck": stuck_share(outputs, unit(bench.parts.test)),
        "dead": dead_share(codes),
        "code_rms": float(np.sqrt(np.square(codes, dtype=np.float64).mean())),
    }


def of_linear(principal: Pca, parts: Parts) -> dict[str, float]:
    """PCA's errors, its cross-entropy when clipped most kindly, and the share of outputs outside [0, 1]."""
    validation, test = (principal.reconstruct(part.clean) for part in (parts.validation, parts.test))
    kindest = min(CLIPS, key=lambda edge: clipped_entropy(parts.validation, validation, edge))
    return on_test(reconstruction_metrics(unit(parts.test), test.clip(0, 1))) | {
        "test_cross_entropy_kindest": clipped_entropy(parts.test, test, kindest),
        "kindest_clip": kindest,
        "outside": float(((test < 0) | (test > 1)).mean()),
    }


def on_test(errors: Mapping[str, float]) -> dict[str, float]:
    """The two errors that are compared, named as measured on test images."""
    return {f"test_{name}": errors[name] for name in ("cross_entropy", "mse")}


def clipped_entropy(images: NoisyImages, outputs: Float[np.ndarray, "n 28 28"], edge: float) -> float:
    """Mean cross-entropy of `outputs` that are held in [edge, 1 − edge]."""
    return float(cross_entropy(unit(images), outputs.clip(edge, 1 - edge)).mean())


def unit(images: NoisyImages) -> Float[np.ndarray, "n 28 28"]:
    """Clean images in [0, 1]."""
    return images.clean / np.float32(255)


if __name__ == "__main__":
    run(main)
