"""measure-linear-ae-is-pca: is an autoencoder without activations PCA?

Linear encoder and decoder are trained on squared error for several code sizes k and seeds. The training
error is compared with the smallest that any linear map through k numbers can have, and the span of the
decoder's columns with the span of the first k principal components.
"""

import numpy as np
import pandas as pd
from pydantic import Field

from stages.analyses.gallery import gallery, gallery_table
from stages.analyses.pca import Pca, fit_pca
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.metrics import mse
from stages.common.settings import Ascending, Count, Section
from stages.models import ae
from stages.studies.bench import Bench, save
from stages.studies.linear_ae_is_pca.subspaces import alignment, largest_angle, overlap, pca_optimum
from stages.studies.settings import StudySettings
from stages.training.trials import Trained


class Linear(Section):
    """The section `linear_ae_is_pca`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    runs: Count = Field(description="seeds for each size")
    ae: ae.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    linear_ae_is_pca: Linear


def main() -> None:
    """Train every size and seed, set each beside PCA."""
    settings = Settings.read()
    section, bench = settings.linear_ae_is_pca, Bench.of(settings)
    trained = bench.train({k: (ae.build, section.ae, k) for k in section.sizes}, section.runs)

    principal = fit_pca(bench.parts.train.clean, max(section.sizes))
    pca = pd.DataFrame(
        {
            "k": section.sizes,
            "train_mse": pca_optimum(bench.parts.train.clean, section.sizes),
            "validation_mse": [pca_error(principal.first(k), bench) for k in section.sizes],
        }
    )
    runs = pd.DataFrame(
        {"k": k, "seed": seed} | against_pca(one, principal.first(k), bench, optimum)
        for (k, seeds), optimum in zip(trained.items(), pca.train_mse, strict=True)
        for seed, one in seeds.items()
    )
    generator = bench.generator()
    galleries = {
        k: gallery(seeds[bench.seed].model, bench.parts, bench.runtime, generator)
        for k, seeds in trained.items()
    }
    table = gallery_table(galleries, bench.parts)
    save("linear-ae-is-pca", {}, {"gallery": galleries}, runs=runs, pca=pca, gallery=table)


def against_pca(trained: Trained, principal: Pca, bench: Bench, optimum: float) -> dict[str, float]:
    """Errors of one autoencoder, and how the span of its decoder's columns lies to that of the components."""
    train_error, validation_error = (
        reconstruction_error(trained.model, images, bench.runtime, clip=False)["mse"]
        for images in (bench.parts.train, bench.parts.validation)
    )
    columns = trained.model.decoder[0].weight.numpy()  # (784, k)
    return {
        "train_mse": train_error,
        "validation_mse": validation_error,
        "excess": train_error / optimum - 1,
        "largest_angle_degrees": largest_angle(columns, principal.components.T),
        "overlap": overlap(columns, principal.components.T),
        "alignment": alignment(columns, principal.components.T),
    }


def pca_error(principal: Pca, bench: Bench) -> float:
    """Mean squared error per pixel of PCA's reconstructions of the validation images."""
    images = bench.parts.validation.clean
    return float(mse(images / np.float32(255), principal.reconstruct(images)).mean())


if __name__ == "__main__":
    run(main)
