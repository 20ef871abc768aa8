"""linear-ae-is-pca: is an autoencoder without activations PCA?

Linear encoder and decoder are trained on squared error for several code sizes k and seeds. The training
error is compared with the smallest that any linear map through k numbers can have, and the span of the
decoder's columns with the span of the first k principal components.
"""

from typing import Any

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure
from pydantic import Field

from stages.analyses.course import course_measures, course_set
from stages.analyses.pca import Pca, fit_pca
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.subspaces import largest_angle, overlap, pca_optimum
from stages.common.errors import run
from stages.common.metrics import mse
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime
from stages.common.settings import Ascending, Count, Section
from stages.common.study import StudySettings
from stages.common.trials import Trained, train
from stages.figures import curves
from stages.figures.palette import INK, MODEL_COLOURS
from stages.figures.subject import Subject
from stages.models import ae
from stages.pages.course import Looks, course_pictures, observed
from stages.pages.runs import by_seed, columns, values
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table

STUDY = "linear-ae-is-pca"
COLOUR = MODEL_COLOURS["ae"]
SUBJECT = Subject("Linear autoencoder", COLOUR)
CLOSE = 0.01  # an excess over the optimum that counts as reaching it


class Linear(Section):
    """The section `linear_ae_is_pca`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    runs: Count = Field(description="seeds for each size")
    ae: ae.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    linear_ae_is_pca: Linear


def main() -> None:
    """Train every size and seed, compare with PCA, write the page."""
    settings = Settings.read()
    section = settings.linear_ae_is_pca
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    seeds = [settings.seed + number for number in range(section.runs)]
    jobs = [(ae.build, section.ae, k, parts, runtime, seed) for k in section.sizes for seed in seeds]
    trained = in_parallel(train, jobs, "linear autoencoders")
    by_size = by_key(trained, section.sizes)
    principal = fit_pca(parts.train.clean, max(section.sizes))

    generator = np.random.default_rng(settings.seed)
    variants = {k: course_set(models[0].model, parts, runtime, generator) for k, models in by_size.items()}
    found = measure(by_size, principal, parts, runtime)
    metrics = save_metrics(STUDY, {"sizes": found, "course": course_measures(variants, parts)})
    publish(STUDY, page(metrics, variants))


def measure(
    by_size: dict[int, list[Trained]], principal: Pca, parts: Parts, runtime: Runtime
) -> dict[str, Any]:
    """For each k: the optimum on training images, PCA on validation images, and every run."""
    best = pca_optimum(parts.train.clean, tuple(by_size))
    return {
        f"k{k}": {
            "pca": {
                "train_mse": optimum,
                "validation_mse": pca_error(principal.first(k), parts.validation.clean),
            },
            "runs": by_seed(against_pca(one, principal.first(k), parts, runtime, optimum) for one in models),
        }
        for (k, models), optimum in zip(by_size.items(), best.tolist(), strict=True)
    }


def against_pca(
    trained: Trained, principal: Pca, parts: Parts, runtime: Runtime, optimum: float
) -> dict[str, float]:
    """Errors of one autoencoder, and how the span of its decoder's columns lies to that of the components."""
    train_error, validation_error = (
        reconstruction_error(trained.model, images, runtime, clip=False)["mse"]
        for images in (parts.train, parts.validation)
    )
    columns = trained.model.decoder[0].weight.numpy()  # (784, k)
    return {
        "train_mse": train_error,
        "validation_mse": validation_error,
        "excess": train_error / optimum - 1,
        "largest_angle_degrees": largest_angle(columns, principal.components.T),
        "overlap": overlap(columns, principal.components.T),
    }


def pca_error(principal: Pca, images: UInt8[np.ndarray, "n 28 28"]) -> float:
    """Mean squared error per pixel of PCA's reconstructions."""
    return float(mse(images / np.float32(255), principal.reconstruct(images)).mean())


def page(metrics: dict[str, Any], variants: dict[int, dict[str, np.ndarray]]) -> Page:
    """The study's page, its numbers from `metrics`."""
    of_size = {int(key.removeprefix("k")): entry for key, entry in metrics["sizes"].items()}
    worst = max(max(values(entry["runs"], "excess")) for entry in of_size.values())
    reached = worst <= CLOSE
    return Page(
        question="Is a linear autoencoder PCA?",
        summary=(
            f"Yes: for every k its training error comes within {percent(max(worst, 0.0001), 2)} of PCA's, "
            "the smallest that a linear map can have, though it finds other axes, of a subspace that "
            f"overlaps PCA's to {percent(overlap_at_least(of_size))} or more."
            if reached
            else f"Not as trained here: its training error stays up to {percent(worst)} above PCA's, "
            "the smallest that a linear map can have."
        ),
        procedure=PROCEDURE.format(runs=len(next(iter(of_size.values()))["runs"])),
        findings=[
            Picture(
                "error",
                draw_errors(of_size),
                "whether dots lie on the dashed line, on training and on validation images.",
            ),
            error_table(of_size),
            PROOF,
            subspace_table(of_size),
            ABOUT_ANGLES,
            *course_pictures(variants, SUBJECT, LOOKS),
            *observed(metrics["course"]),
        ],
        answer=answer(of_size, reached, worst),
    )


def draw_errors(of_size: dict[int, dict[str, Any]]) -> Figure:
    """Training and validation error against k, beside PCA's."""

    def lines(part: str) -> list[curves.Line]:
        ours = columns((entry["runs"] for entry in of_size.values()), f"{part}_mse")
        theirs = [[entry["pca"][f"{part}_mse"] for entry in of_size.values()]]
        return [
            curves.Line("linear autoencoder, every seed", ours, COLOUR),
            curves.Line("PCA", np.array(theirs), INK, dashed=True),
        ]

    return curves.draw(
        {"training images": lines("train"), "validation images": lines("validation")},
        [str(k) for k in of_size],
        "code size k",
        "Squared error of linear autoencoders, and of PCA",
        CAPTION,
        COLOUR,
        logarithmic=True,
    )


def error_table(of_size: dict[int, dict[str, Any]]) -> str:
    """Errors by k."""
    rows = [
        [
            str(k),
            number(entry["pca"]["train_mse"], 4),
            spread(values(entry["runs"], "train_mse"), 4),
            percent(max(values(entry["runs"], "excess")), 2),
            number(entry["pca"]["validation_mse"], 4),
            spread(values(entry["runs"], "validation_mse"), 4),
        ]
        for k, entry in of_size.items()
    ]
    header = [
        "k",
        "optimum, train",
        "autoencoder, train",
        "largest excess",
        "PCA, validation",
        "autoencoder, validation",
    ]
    return table(header, rows)


def subspace_table(of_size: dict[int, dict[str, Any]]) -> str:
    """Principal angles by k."""
    rows = [
        [
            str(k),
            spread(values(entry["runs"], "largest_angle_degrees")),
            spread(values(entry["runs"], "overlap"), 4),
        ]
        for k, entry in of_size.items()
    ]
    return table(["k", "largest principal angle, degrees", "overlap (mean cos² of the angles)"], rows)


def overlap_at_least(of_size: dict[int, dict[str, Any]]) -> float:
    """The smallest overlap with PCA's subspace, of all sizes and seeds."""
    return min(min(values(entry["runs"], "overlap")) for entry in of_size.values())


def answer(of_size: dict[int, dict[str, Any]], reached: bool, worst: float) -> str:
    """The last section."""
    angle = {k: max(values(entry["runs"], "largest_angle_degrees")) for k, entry in of_size.items()}
    widest = max(angle, key=angle.__getitem__)
    gap = max(
        abs(error / entry["pca"]["validation_mse"] - 1)
        for entry in of_size.values()
        for error in values(entry["runs"], "validation_mse")
    )
    least = overlap_at_least(of_size)
    verdict = (
        f"In error, yes: no run is more than {percent(worst, 2)} above the optimum."
        if reached
        else f"In error, not quite: the worst run is {percent(worst)} above the optimum; more epochs or "
        "another rate should bring it down, since the theorem says that nothing else is in the way."
    )
    return f"""
    {verdict} In subspace, as far as the error can tell: spans overlap to at least {number(least, 3)},
    and the largest angle of all, {number(angle[widest])}°, is at k = {widest}. In axes, no: the code is
    an arbitrary mixture of the principal coordinates, neither orthogonal nor ordered by variance.

    On validation images the two differ by {percent(gap, 2)} at most.
    """


PROCEDURE = """
An encoder z = A x + a and a decoder y = B z + b, both without activations, are trained on clean
digits to a small Σ (x − y)² for each k, with {runs} seeds a size. With λ₁ ≥ λ₂ ≥ … the eigenvalues
of the training images' covariance, PCA's training error is 1/784 · Σ_{{i>k}} λ_i. The span of the
decoder's columns is compared with that of the first k principal components by their principal
angles: the largest one, and the mean squared cosine of all.
"""
PROOF = """
**Why the optimum is PCA's.** Let the x be centred (the biases see to it) and let M = B A, any 784 ×
784 matrix of rank at most k. Write C = 1/n Σ x xᵀ.

1. For a given span of B's columns, with an orthonormal basis U (784 × k) of it, the y in that span
nearest to x is the projection U Uᵀ x. So the best M is U Uᵀ, and the error is tr(C) − tr(Uᵀ C U).

2. Uᵀ C U has trace Σ_i λ_i ‖Uᵀ v_i‖², with v_i the eigenvectors of C. The weights w_i = ‖Uᵀ v_i‖²
lie in [0, 1] and sum to k, so the sum is largest when the k largest λ have weight 1: Σ_{i≤k} λ_i,
reached exactly where U spans v₁, …, v_k.

3. What is left is Σ_{i>k} λ_i. And any invertible R gives the same M from B R and R⁻¹ A: the
objective fixes the span, not the axes. ∎
"""
ABOUT_ANGLES = """
The largest angle asks for the worst direction. Where λ_k and λ_{k+1} are nearly equal it may be
wide at almost no cost in error, since exchanging one direction for the other changes the error by
their difference alone; the overlap says how much of the subspace is shared.
"""
LOOKS = Looks(
    reconstructions="ghosts around the strokes: negative ink that a linear map uses to cancel positive ink.",
    interpolation="a cross-fade. Decoder and encoder being linear, the middle of two codes is the middle of "
    "two reconstructions, pixel by pixel; no digit lies in between.",
    samples="whether any of them is a digit. A linear decoder lays its columns over each other in random "
    "amounts, so the larger k, the more strokes collide.",
    prior="No prior drew the codes to the standard normal: their scale is whatever training made it.",
)
CAPTION = """
Mean over pixels and images, by code size; dots are single runs, lines their means. Dashed: PCA
fitted to the same training images; on the left it is the smallest error that any linear map through
k numbers can have.

Read off: how near training comes to the optimum, and how much of the digits k numbers hold.

Not to be read off: that PCA is best on validation images. It is the optimum where it was fitted.
"""

if __name__ == "__main__":
    run(main)
