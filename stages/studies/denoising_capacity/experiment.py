"""measure-denoising-capacity: how do the size of the code and the strength of the noise bound denoising?

Denoising autoencoders of several code sizes k are trained at several noise levels, and compared with two
linear maps through as many numbers: PCA of the clean images, and the best linear denoiser of all, which
without a bottleneck also tells what the noise alone costs a linear map. Beside them stands Keras's
convolutional denoiser, whose code is larger than the image (`models/conv_denoiser.py`).

`tests/benchmarks/conv_denoiser.py` trains the latter on the full MNIST, where its figure was published;
`tests/benchmarks/code_sizes.py` the largest dense one, until it stops paying.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from pydantic import Field, model_validator

from stages.analyses.batches import map_images
from stages.analyses.pca import fit_pca
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.metrics import cross_entropy, reconstruction_metrics
from stages.common.settings import Ascending, Count, Rate, Section
from stages.images.datasets import NoisyImages
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.images.pixels import to_bytes
from stages.models import ae, conv_denoiser
from stages.models.networks import PIXELS
from stages.studies.bench import Bench, save
from stages.studies.denoising_capacity.linear_denoiser import fit_linear_denoiser
from stages.studies.settings import StudySettings
from stages.training.parallel import in_parallel
from stages.training.trials import Trained, train

SHOWN = 10  # images

Key = tuple[float, int, int]  # noise level, code size, seed


class DenoisingCapacity(Section):
    """The section `denoising_capacity`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    noise_levels: Ascending[Rate] = Field(
        min_length=1, max_length=5, description="standard deviations of the noise"
    )
    reference_noise: Rate = Field(description="the level of the convolutional denoiser and of several runs")
    runs: Count = Field(description="seeds for each size at the reference level; elsewhere one")
    draws: Count = Field(description="of noise on every training image, for the best linear map")
    ae: ae.Settings
    conv_denoiser: conv_denoiser.Settings

    @model_validator(mode="after")
    def _reference(self) -> "DenoisingCapacity":
        if self.reference_noise not in self.noise_levels:
            raise ValueError(
                f"denoising_capacity.reference_noise is {self.reference_noise}; it should be one of the "
                f"noise_levels: {', '.join(map(str, self.noise_levels))}"
            )
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    denoising_capacity: DenoisingCapacity


def main() -> None:
    """Train every size at every level, and the convolutional denoiser; compare with linear maps."""
    settings = Settings.read()
    section, bench = settings.denoising_capacity, Bench.of(settings)
    levels = {level: Noisy(bench, level) for level in section.noise_levels}
    conv, dense = train_all(section, bench, levels)

    tables = {
        "runs": pd.DataFrame(row(key, one, levels, bench) for key, one in dense.items()),
        "linear": pd.DataFrame(linear for noisy in levels.values() for linear in linear_rows(noisy, section)),
        "inputs": pd.DataFrame(
            {"noise_std": level, "seed": bench.seed}
            | errors(noisy.parts.test, noisy.parts.test.noisy / np.float32(255))
            for level, noisy in levels.items()
        ),
    }
    reference, clean = levels[section.reference_noise], bench.parts.test.clean / np.float32(255)
    numbers = {
        "entropy_floor": float(cross_entropy(clean, clean).mean()),
        "conv_denoiser": of_conv_denoiser(conv, reference.parts, bench),
    }
    some = sorted({section.sizes[0], section.sizes[len(section.sizes) // 2], section.sizes[-1]})
    models = {k: dense[section.reference_noise, k, bench.seed] for k in some}
    save("denoising-capacity", numbers, pictures(models, conv, reference.parts, bench), **tables)


@dataclass(frozen=True)
class Noisy:
    """The digits with Gaussian noise of one level, clipped to [0, 1]."""

    bench: Bench
    level: float

    @property
    def noise(self) -> NoiseSettings:
        """Drawn anew in every epoch of training."""
        return NoiseSettings(kind="gaussian", amount=self.level, fresh=True, validation_fraction=0.5)

    @cached_property
    def parts(self) -> Parts:
        """With the noise that validation and test images have."""
        return self.drawn(self.bench.seed)

    def drawn(self, seed: int) -> Parts:
        """With noise of this seed."""
        return self.bench.parts.with_noise(self.noise, seed)


def train_all(
    section: DenoisingCapacity, bench: Bench, levels: dict[float, Noisy]
) -> tuple[Trained, dict[Key, Trained]]:
    """The convolutional denoiser, and every autoencoder."""
    reference = section.reference_noise
    cells = [
        (level, k, seed)
        for level in levels
        for k in section.sizes
        for seed in bench.seeds(section.runs if level == reference else 1)
    ]

    def job(build: Callable[..., Any], settings: Any, key: Key) -> tuple[Any, ...]:
        level, k, seed = key
        return build, settings, k, levels[level].parts, bench.runtime, seed, levels[level].noise

    # the convolutional one first: it takes longest, and the others fill the other cores meanwhile
    jobs = [job(conv_denoiser.build, section.conv_denoiser, (reference, 1, bench.seed))]
    jobs += [job(ae.build, section.ae, key) for key in cells]
    conv, *dense = in_parallel(train, jobs, "denoisers")
    return conv, dict(zip(cells, dense, strict=True))


def row(key: Key, trained: Trained, levels: dict[float, Noisy], bench: Bench) -> dict[str, float]:
    """The errors of one autoencoder."""
    level, k, seed = key
    return {"noise_std": level, "k": k, "seed": seed} | of_model(trained, levels[level].parts, bench)


def of_model(trained: Trained, parts: Parts, bench: Bench) -> dict[str, float]:
    """Validation MSE, and all measures on test images."""
    validation = reconstruction_error(trained.model, parts.validation, bench.runtime)
    test = reconstruction_error(trained.model, parts.test, bench.runtime)
    return {"validation_mse": validation["mse"]} | test


def of_conv_denoiser(conv: Trained, parts: Parts, bench: Bench) -> dict[str, float]:
    """The same, with the number of parameters and the size of the code."""
    _, maps, side, _ = map_images(conv.model.encode, parts.test.noisy[:1], bench.runtime).shape
    return {
        "parameters": sum(parameter.numel() for parameter in conv.model.parameters()),
        "code": maps * side**2,
        "maps": maps,
        "side": side,
        "training_images": len(parts.train),
    } | of_model(conv, parts, bench)


def linear_rows(noisy: Noisy, section: DenoisingCapacity) -> list[dict[str, Any]]:
    """Test errors of PCA of the clean images and of the best linear map from noisy to clean, by k.

    Of the latter also with k = 784: without a bottleneck. No cross-entropy: its clipped zeros are no
    probabilities, and would cost whatever the clipping says.
    """
    train, test = noisy.parts.train, noisy.parts.test
    principal = fit_pca(train.clean, max(section.sizes))
    drawn = [noisy.drawn(noisy.bench.seed + 1 + draw).train.noisy for draw in range(section.draws)]
    best = fit_linear_denoiser(np.concatenate([train.clean] * section.draws), np.concatenate(drawn), PIXELS)
    maps = [("pca", k, principal.first(k)) for k in section.sizes]
    maps += [("linear", k, best.first(k)) for k in (*section.sizes, PIXELS)]
    return [
        {"method": method, "noise_std": noisy.level, "k": k, "seed": noisy.bench.seed}
        | {name: errors(test, one.reconstruct(test.noisy))[name] for name in ("mse", "psnr_db")}
        for method, k, one in maps
    ]


def errors(images: NoisyImages, outputs: Float[np.ndarray, "n 28 28"]) -> dict[str, float]:
    """`mse`, `psnr_db` and `cross_entropy` of outputs, clipped to [0, 1]."""
    return reconstruction_metrics(images.clean / np.float32(255), outputs.clip(0, 1))


def pictures(dense: dict[int, Trained], conv: Trained, parts: Parts, bench: Bench) -> dict[str, Any]:
    """Noisy test images, and what PCA, some autoencoders and the convolutional denoiser make of them."""
    clean, noisy = parts.test.clean[:SHOWN], parts.test.noisy[:SHOWN]
    outputs = {
        name: map_images(one.model.reconstruct, noisy, bench.runtime)[:, 0]
        for name, one in ({f"k{k}": one for k, one in dense.items()} | {"conv": conv}).items()
    }
    outputs["pca"] = fit_pca(parts.train.clean, max(dense)).reconstruct(noisy)
    as_bytes = {name: to_bytes(torch.from_numpy(output)) for name, output in outputs.items()}
    return {"clean": clean, "noisy": noisy} | as_bytes


if __name__ == "__main__":
    run(main)
