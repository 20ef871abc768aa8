"""nonlinear-ae: does one hidden layer with a ReLU, and a sigmoid at the output, beat the linear autoencoder?

784 → k → 784 with a ReLU on the code, a sigmoid on the output, and cross-entropy. Its opponent is the best
of all linear autoencoders, which needs no training: PCA (`linear-ae-is-pca`). Both are measured on test
images by both errors. Two more networks take one ingredient back each, the ReLU or the cross-entropy, to see
what it does.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from pydantic import Field, model_validator

from stages.analyses.batches import map_images
from stages.analyses.course import course_measures, course_set
from stages.analyses.dead_units import dead_share
from stages.analyses.pca import Pca, fit_pca
from stages.analyses.reconstruction import reconstruction_error
from stages.common.datasets import NoisyImages
from stages.common.errors import run
from stages.common.metrics import EPSILON, cross_entropy, reconstruction_metrics
from stages.common.parallel import in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime
from stages.common.settings import Ascending, Count, Section
from stages.common.study import StudySettings
from stages.common.training import to_bytes
from stages.common.trials import Trained, train
from stages.figures import course, curves
from stages.figures.palette import INK, MODEL_COLOURS, class_colours
from stages.figures.subject import Subject
from stages.models import ae, relu_code
from stages.pages.course import Looks, course_pictures, observed
from stages.pages.runs import columns, values
from stages.pages.sizes import at
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table
from stages.pages.wording import capital

STUDY = "nonlinear-ae"
COLOUR = MODEL_COLOURS["ae"]
SUBJECT = Subject("ReLU code, sigmoid output", COLOUR)
CLIPS = (EPSILON, 1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.02, 0.05)  # how far from 0 and 1 outputs are held
MEASURES = {"cross_entropy": "cross-entropy", "mse": "squared error"}
NAMES = {
    "relu": "ReLU code",
    "linear_code": "linear code",
    "squared": "ReLU, squared error",
}
COLOURS = dict(zip(NAMES, (COLOUR, class_colours(4)[1], class_colours(4)[3]), strict=True))

Metrics = dict[str, Any]


class Nonlinear(Section):
    """The section `nonlinear_ae`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    runs: Count = Field(description="seeds for each size")
    twin_runs: Count = Field(description="seeds for each size of the networks that lack one ingredient")
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
    """Train every network, size and seed, compare with PCA, write the page."""
    settings = Settings.read()
    section = settings.nonlinear_ae
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    cells = [
        (name, k, settings.seed + number)
        for name in NAMES
        for k in section.sizes
        for number in range(section.runs if name == "relu" else section.twin_runs)
    ]
    jobs = [(*network(name, section.ae), k, parts, runtime, seed) for name, k, seed in cells]
    trained = dict(zip(cells, in_parallel(train, jobs, "networks with a sigmoid output"), strict=True))
    principal = fit_pca(parts.train.clean, max(section.sizes))

    generator = np.random.default_rng(settings.seed)
    first = {k: trained["relu", k, settings.seed].model for k in section.sizes}
    variants = {k: course_set(model, parts, runtime, generator) for k, model in first.items()}
    found = measure(trained, principal, section.sizes, parts, runtime)
    metrics = save_metrics(STUDY, found | {"course": course_measures(variants, parts)})
    k = section.compared
    linear = linear_set(principal.first(k), parts)
    publish(STUDY, page(metrics, variants, k, linear))


def network(name: str, settings: ae.Settings) -> tuple[Any, ae.Settings]:
    """How the network `name` is built, and its settings."""
    build = ae.build if name == "linear_code" else relu_code.build
    objective = "mean-squared-error" if name == "squared" else "cross-entropy"
    return build, settings.model_copy(update={"objective": objective})


def measure(
    trained: dict[tuple[str, int, int], Trained],
    principal: Pca,
    sizes: Iterable[int],
    parts: Parts,
    runtime: Runtime,
) -> Metrics:
    """Errors of the best linear map and of every run, by k, and the least cross-entropy there is."""
    target = unit(parts.test)
    by_size = {f"k{k}": {"linear": of_linear(principal.first(k), parts)} for k in sizes}
    for (name, k, seed), one in trained.items():
        by_size[f"k{k}"].setdefault(name, {})[f"seed{seed}"] = of_network(one, parts, runtime)
    return {"least_cross_entropy": float(cross_entropy(target, target).mean()), "sizes": by_size}


def of_linear(principal: Pca, parts: Parts) -> dict[str, float]:
    """PCA's errors, how far its outputs leave [0, 1], and its cross-entropy when clipped most kindly."""
    outputs = {
        "validation": principal.reconstruct(parts.validation.clean),
        "test": principal.reconstruct(parts.test.clean),
    }
    kindest = min(CLIPS, key=lambda edge: clipped_entropy(parts.validation, outputs["validation"], edge))
    errors = {
        f"test_{name}": value
        for name, value in both(reconstruction_metrics(unit(parts.test), outputs["test"].clip(0, 1))).items()
    }
    outside = (outputs["test"] < 0) | (outputs["test"] > 1)
    return errors | {
        "kindest_clip": kindest,
        "test_cross_entropy_kindest": clipped_entropy(parts.test, outputs["test"], kindest),
        "outside": float(outside.mean()),
    }


def clipped_entropy(images: NoisyImages, outputs: np.ndarray, edge: float) -> float:
    """Mean cross-entropy of `outputs` that are held in [edge, 1 − edge]."""
    return float(cross_entropy(unit(images), outputs.clip(edge, 1 - edge)).mean())


def of_network(trained: Trained, parts: Parts, runtime: Runtime) -> dict[str, float]:
    """Errors of one run; of its codes for training images, the share of dead units and the size."""
    errors = {
        f"test_{name}": value
        for name, value in both(reconstruction_error(trained.model, parts.test, runtime)).items()
    }
    codes = map_images(trained.model.features, parts.train.clean, runtime)
    size = float(np.sqrt(np.square(codes, dtype=np.float64).mean()))
    return errors | {"dead": dead_share(codes), "code_rms": size}


def both(errors: dict[str, float]) -> dict[str, float]:
    """The two errors that are compared."""
    return {name: errors[name] for name in MEASURES}


def unit(images: NoisyImages) -> np.ndarray:
    """Clean images in [0, 1]."""
    return images.clean / np.float32(255)


def linear_set(principal: Pca, parts: Parts) -> dict[str, np.ndarray]:
    """PCA's reconstructions of the ten validation images that a course set begins with."""
    clean = parts.validation.clean[:10]
    restored = to_bytes(torch.from_numpy(principal.reconstruct(clean)))
    return {"test_clean": clean, "test_reconstruction": restored}


def page(
    metrics: Metrics,
    variants: dict[int, dict[str, np.ndarray]],
    compared: int,
    linear: dict[str, np.ndarray],
) -> Page:
    """The study's page, its numbers from `metrics`."""
    of_size = {int(key.removeprefix("k")): entry for key, entry in metrics["sizes"].items()}
    rows = {"linear (PCA)": linear, "ReLU code, sigmoid output": variants[compared]}
    sizes = [size for entry in of_size.values() for size in values(entry["relu"], "code_rms")]
    looks = replace(LOOKS, prior=ABOUT_CODES.format(low=number(min(sizes)), high=number(max(sizes))))
    return Page(
        question="Does a nonlinear single-layer autoencoder beat the linear one?",
        summary=summary(of_size),
        procedure=PROCEDURE.format(
            runs=len(of_size[compared]["relu"]), twins=len(of_size[compared]["squared"])
        ),
        findings=[
            Picture("error", draw_errors(of_size), LOOK_FOR_ERROR),
            error_table(of_size, "cross_entropy", 4),
            error_table(of_size, "mse", 3),
            dead_table(of_size),
            Picture(
                "side_by_side",
                course.reconstructions(rows, "validation", f"The same digits, k = {compared}", COLOUR),
                "grey clouds around the linear strokes, where negative ink was cut off; the sigmoid leaves "
                "paper white.",
            ),
            *course_pictures(variants, SUBJECT, looks),
            *observed(metrics["course"]),
        ],
        answer=answer(of_size, metrics["least_cross_entropy"]),
    )


def errors_of(entry: Metrics, name: str, measure: str) -> list[float]:
    """The error on test images of every run of one network; of PCA, the only one."""
    key = f"test_{measure}"
    return [entry["linear"][key]] if name == "linear" else values(entry[name], key)


def where(of_size: dict[int, Metrics], one: str, other: str, measure: str) -> list[int]:
    """The k at which every run of `one` has a smaller error than every run of `other`."""
    return [
        k
        for k, entry in of_size.items()
        if max(errors_of(entry, one, measure)) < min(errors_of(entry, other, measure))
    ]


def summary(of_size: dict[int, Metrics]) -> str:
    """The answer in one line."""
    wins = {measure: where(of_size, "relu", "linear", measure) for measure in MEASURES}
    if not any(wins.values()):
        return "No: on test images it beats the best linear one in neither error, at no k."
    text = " and ".join(f"in {name} {at(wins[measure], list(of_size))}" for measure, name in MEASURES.items())
    if wins["cross_entropy"] == wins["mse"]:
        text = f"in both errors {at(wins['mse'], list(of_size))}"
    word = "Yes" if all(len(won) == len(of_size) for won in wins.values()) else "Not always"
    return f"{word}: on test images it beats the best linear one {text}."


def draw_errors(of_size: dict[int, Metrics]) -> Figure:
    """Both errors against k, in units of the linear one's."""

    def lines(measure: str) -> list[curves.Line]:
        base = np.array([entry["linear"][f"test_{measure}"] for entry in of_size.values()])
        ours = {
            name: columns((entry[name] for entry in of_size.values()), f"test_{measure}") / base
            for name in NAMES
        }
        level = curves.Line("linear (PCA)", np.ones((1, len(base))), INK, dashed=True)
        return [level, *(curves.Line(NAMES[name], rows, COLOURS[name]) for name, rows in ours.items())]

    return curves.draw(
        {name: lines(measure) for measure, name in MEASURES.items()},
        [str(k) for k in of_size],
        "code size k",
        "Error of one hidden layer, the linear one's = 1",
        CAPTION,
        COLOUR,
    )


def error_table(of_size: dict[int, Metrics], measure: str, digits: int) -> str:
    """One error on test images by k; for the cross-entropy also with the kindest clipping of PCA."""
    kind = measure == "cross_entropy"
    rows = [
        [
            str(k),
            number(entry["linear"][f"test_{measure}"], digits),
            *([number(entry["linear"]["test_cross_entropy_kindest"], digits)] if kind else []),
            *(spread(errors_of(entry, name, measure), digits) for name in NAMES),
        ]
        for k, entry in of_size.items()
    ]
    clipped = ["linear, clipped kindly"] if kind else []
    return table([f"{MEASURES[measure]}, k", "linear (PCA)", *clipped, *NAMES.values()], rows)


def dead_table(of_size: dict[int, Metrics]) -> str:
    """What leaves [0, 1], and what died, by k."""
    rows = [
        [
            str(k),
            percent(entry["linear"]["outside"]),
            *(
                "{} ({} to {})".format(*(percent(value) for value in (np.mean(dead), min(dead), max(dead))))
                for dead in (values(entry[name], "dead") for name in ("relu", "squared"))
            ),
        ]
        for k, entry in of_size.items()
    ]
    header = ["k", "linear: pixels outside [0, 1]", *(f"dead units: {NAMES[n]}" for n in ("relu", "squared"))]
    return table(header, rows)


def answer(of_size: dict[int, Metrics], least: float) -> str:
    """The last section."""
    return "\n\n".join(text.strip() for text in (about_errors(of_size, least), about_causes(of_size)))


def about_errors(of_size: dict[int, Metrics], least: float) -> str:
    """Who wins, in either error."""
    sizes, won = list(of_size), partial(in_words, of_size)
    kind = [k for k, e in of_size.items() if max(errors_of(e, "relu", "cross_entropy")) < kindest(e)]
    outside = [entry["linear"]["outside"] for entry in of_size.values()]
    although = ALTHOUGH if where(of_size, "relu", "linear", "mse") else ""
    return f"""
    **In cross-entropy** every run beats the best linear map {won("relu", "linear", "cross_entropy")}, and
    every run loses to it {won("linear", "relu", "cross_entropy")}. Part of that is a matter of form: a linear
    output is no probability, {percent(min(outside))} to {percent(max(outside))} of its pixels lie outside
    [0, 1], and ink where it says 0 costs {number(-np.log(EPSILON))} nats. Cut where it suits PCA best on
    validation images instead, it is still beaten by every run {at(kind, sizes)}. (No output can come below
    {number(least)} nats a pixel, the entropy of the grey test images themselves.)

    **In squared error** every run beats PCA {won("relu", "linear", "mse")}, and every run loses to it
    {won("linear", "relu", "mse")}{although}.
    """


def about_causes(of_size: dict[int, Metrics]) -> str:
    """What sigmoid, objective and ReLU have to do with it."""
    won = partial(in_words, of_size)
    dead = max(max(values(entry["relu"], "dead")) for entry in of_size.values())
    lost = where(of_size, "linear", "relu", "mse")
    flat = WHY_FLAT.format(sizes=capital(at(lost, list(of_size)))) if lost else ""
    slow = WHY_SLOW if where(of_size, "relu", "squared", "mse") else ""
    return f"""
    **The sigmoid.** {WHY_SIGMOID} {flat}

    **The objective.** Trained on the squared error, the same network beats PCA in that error
    {won("squared", "linear", "mse")}; it beats its twin with cross-entropy {won("squared", "relu", "mse")}
    and loses to it {won("relu", "squared", "mse")}. {slow}

    **The ReLU** on the code: without it, cross-entropy is smaller in every run
    {won("linear_code", "relu", "cross_entropy")} and larger in every run
    {won("relu", "linear_code", "cross_entropy")}. It takes the negative half of every axis of the code, and
    can take a unit altogether: {dead_words(dead)}
    """


def in_words(of_size: dict[int, Metrics], one: str, other: str, measure: str) -> str:
    """Where every run of `one` is better than every run of `other`, in words."""
    return at(where(of_size, one, other, measure), list(of_size))


def kindest(entry: Metrics) -> float:
    """PCA's cross-entropy, clipped where it suits PCA."""
    return entry["linear"]["test_cross_entropy_kindest"]


def dead_words(dead: float) -> str:
    """What became of the danger that units die, `dead` being the largest share in a run."""
    if dead == 0:
        return "in these runs, none died."
    return f"up to {percent(dead)} of a code died in a run, and its network has so many numbers fewer."


PROCEDURE = """
Networks 784 → k → 784 with a sigmoid on the output are trained on clean digits: the one in question, with a
**ReLU on the code and cross-entropy** ({runs} seeds a size), and two twins ({twins} seeds a size): one with
a **linear code**, to see what the ReLU does, and one with the **squared error**, to see what the objective
does. Both twins keep the sigmoid. Weights and biases start from a normal distribution; its spread and the
learning rate were chosen on validation images.

The linear autoencoder is represented by its optimum, PCA (see
[linear-ae-is-pca](../linear-ae-is-pca/README.md)), so it has one value and no spread. All are measured on
test images, in both errors: outputs are clipped to [0, 1] for the squared error, and to [10⁻⁶, 1 − 10⁻⁶]
for the cross-entropy (nats a pixel). "Clipped kindly" holds PCA's outputs as far from 0 and 1 as suits its
cross-entropy on validation images. A unit is dead if no training image switches it on. Where several runs
are given, they stand as mean (smallest to largest).
"""
ALTHOUGH = ", although PCA was made for this error and the network for the other"
WHY_SIGMOID = """
Between code and image there is one layer, so before the sigmoid the outputs are as flat a k-dimensional set
as PCA's: only the saturation of each pixel bends it. Many codes then agree on white paper and black ink, at
no cost in error; a linear output has to hit each pixel's value, and pays for strokes with negative ink
beside them.
"""
WHY_FLAT = """
{sizes}, that is not enough: among flat sets PCA's is the best in squared error, and what bends the
network's does not make up for the difference. How many pixels saturate was not measured. Hidden layers
between code and image bend the set itself ([stacked-ae](../stacked-ae/README.md)). Longer training
may narrow the gap to PCA; that was not measured.
"""
WHY_SLOW = """
Through a sigmoid the gradient of the squared error has a factor y (1 − y), which vanishes where a pixel
saturates, right or wrong; the cross-entropy's has not, so it is the easier one to minimise.
"""
LOOK_FOR_ERROR = """
lines below 1, where a network beats the best linear map; whether the one trained on squared error leads on
the right; and what the ReLU on the code costs (compare with the linear code).
"""
LOOKS = Looks(
    reconstructions="clean paper. Strokes become white or black instead of grey, where pixels saturate; "
    "for small k they are still blends of a few patterns.",
    interpolation="a fade in the logits: patterns are switched off and others on, one unit at a time, with "
    "sharper edges than a linear cross-fade, but hardly ever a digit in between.",
    samples="grey paper, where a normal code is too short to switch the paper white; and patterns in "
    "reverse, since negative numbers take away what positive ones draw.",
    prior="",  # ABOUT_CODES, with numbers
)
ABOUT_CODES = """Numbers of an image's code are never negative and {low} to {high} in root mean square; those
of a normal code are 1, half of them negative."""
CAPTION = """
Error on test images by code size, divided by the error of PCA at that size; dots are single runs, lines
their means.

Read off: who is better than the best linear map, and by what factor.

Not to be read off: how the error falls with k; PCA's falls, too, and stands at 1 everywhere.
"""

if __name__ == "__main__":
    run(main)
