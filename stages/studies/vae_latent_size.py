"""vae-latent-size: what does the size of its code change for a VAE, and what does the KL term do?

A dense VAE (784-h-k and its mirror) is trained for several code sizes k and seeds, and as often without the
KL term, which leaves a plain autoencoder. Compared are the bound and its two terms, the
active units, how far the codes of all images together are from the prior, and what random codes decode to.

Beside it stands the VAE of PyTorch's examples (784-400-20) with the tutorial's recipe and with a better one.
Its published loss is of all 60 000 images; `tests/benchmarks/anchors.py` meets it there.

Reference: Kingma & Welling, *Auto-Encoding Variational Bayes*, 2014 (arXiv 1312.6114). Active units: Burda et
al., 2016 (arXiv 1509.00519), section 5.3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure
from pydantic import Field

from stages.analyses import judging, sampling
from stages.analyses.batches import map_images
from stages.analyses.codes import ACTIVE_VARIANCE, active_units
from stages.analyses.course import course_measures, course_set
from stages.analyses.decoding import decoded_images
from stages.analyses.likeness import Likeness
from stages.analyses.manifold import quantile_grid
from stages.analyses.posterior import gap_to_prior, kl_of_units, posterior
from stages.analyses.reconstruction import reconstruction_error
from stages.common.artifacts import load_json
from stages.common.datasets import NoisyImages
from stages.common.errors import run
from stages.common.judge import train_judge
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime
from stages.common.settings import Ascending, Count, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import evaluate
from stages.common.trials import Trained, train
from stages.figures import curves, densities, manifold, samples, side_by_side
from stages.figures.palette import INK, MODEL_COLOURS, MUTED
from stages.figures.subject import Subject
from stages.models import classifier, vae
from stages.models.interface import Autoencoder
from stages.pages.course import Looks, course_pictures, observed
from stages.pages.runs import Runs, by_seed, columns, mean, values
from stages.pages.sizes import at
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table

STUDY = "vae-latent-size"
COLOUR, PLAIN = MODEL_COLOURS["vae"], MODEL_COLOURS["ae"]
SUBJECT = Subject("VAE", COLOUR, "gaussian")
ANCHORS = Path("reports/anchors.json")  # what tests/benchmarks/anchors.py found on the full MNIST
USED = 0.1  # nats in a coordinate that count as its being used
DRAWN = 20  # samples in a picture
FULL = 60_000  # images that the tutorial's recipe was made for
COORDINATES = 3  # of histograms

# No numbers between 0.1 (ten classes, all alike) and 1 deviate more, so no classifier's confidence does.
LARGEST_DEVIATION = 0.45

ModelsBySize = dict[int, list[Trained]]  # of each k, one a seed
RunsBySize = Mapping[int, Runs]


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
    """Train every size with and without the KL term, and the tutorial's VAE; measure; write the page."""
    settings = Settings.read()
    section, seed = settings.vae_latent_size, settings.seed
    parts = Parts.load(seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    with_kl, plain = train_sizes(section, parts, runtime, seed)
    tutorial = train_tutorial(section.tutorial, parts, runtime, seed)
    jobs = [(section.classifier, section.judge_latent, parts, runtime, seed)]
    bench = Bench(parts, runtime, in_parallel(train_judge, jobs, "judge")[0], section.samples, seed)
    first = {k: (models[0].model, plain[k][0].model) for k, models in with_kl.items()}
    arrays = bench.arrays(first, section.manifold)

    metrics = {
        "with_kl": of_sizes(with_kl, bench.of_vae),
        "without_kl": of_sizes(plain, bench.of_plain),
        "course": course_measures(arrays["course"], parts),
        "real": bench.of_images(),
        "tutorial": tutorial,
        "full_mnist": recorded(),
    }
    publish(STUDY, page(save_metrics(STUDY, metrics), arrays, section))


def train_sizes(
    section: VaeLatentSize, parts: Parts, runtime: Runtime, seed: int
) -> tuple[ModelsBySize, ModelsBySize]:
    """Every size and seed, with the KL term and without it."""
    terms = {"with": section.vae, "without": section.vae.model_copy(update={"beta": 0.0})}
    cells = [(k, term) for k in section.sizes for term in terms]
    seeds = [seed + index for index in range(section.runs)]
    jobs = [(vae.build, terms[term], k, parts, runtime, each) for k, term in cells for each in seeds]
    trained = by_key(in_parallel(train, jobs, "VAEs with and without the KL term"), cells)
    with_kl, without = ({k: trained[k, term] for k in section.sizes} for term in terms)
    return with_kl, without


def of_sizes(by_size: ModelsBySize, measured: Callable[[Trained], dict[str, Any]]) -> dict[str, Any]:
    """`measured` of every model, by size and seed."""
    return {f"k{k}": by_seed(map(measured, models)) for k, models in by_size.items()}


class Bench:
    """Where models are measured: the data, the judge of samples, and the same random codes for all."""

    def __init__(
        self, parts: Parts, runtime: Runtime, judge: classifier.Classifier, count: int, seed: int
    ) -> None:
        self.parts, self.runtime, self.judge, self.count, self.seed = parts, runtime, judge, count, seed
        self.likeness = Likeness(parts.train.clean, parts.test.clean)

    def of_vae(self, trained: Trained) -> dict[str, Any]:
        """The bound on validation images and its terms, units, gap, samples."""
        last = trained.history[-1]
        mean, log_variance = posterior(trained.model, self.parts.train.clean, self.runtime)
        return {
            "elbo": -last["validation_cross_entropy"] - last["validation_kl"],
            "kl": last["validation_kl"],
            "train_elbo": -last["train_cross_entropy"] - last["train_kl"],
            "active_units": active_units(mean),
            "used_units": int((kl_of_units(mean, log_variance) > USED).sum()),
        } | self._of_either(trained, mean, np.exp(log_variance))

    def of_plain(self, trained: Trained) -> dict[str, Any]:
        """The same of a model whose codes are points."""
        mean, _ = posterior(trained.model, self.parts.train.clean, self.runtime)
        return self._of_either(trained, mean, np.zeros_like(mean))

    def of_images(self) -> dict[str, float]:
        """What the judge says of real test images."""
        found = judging.judge(self.judge, self.parts.test.clean, self.runtime)
        return {
            "confidence": judging.confidence(found),
            "judge_error": judging.error(found, self.parts.test.labels),
        }

    def _of_either(self, trained: Trained, mean: np.ndarray, variance: np.ndarray) -> dict[str, Any]:
        prior, fitted = self._drawn(trained.model, mean, self.count)
        reconstructed = reconstruction_error(trained.model, self.parts.validation, self.runtime)
        return {
            "cross_entropy": trained.history[-1]["validation_cross_entropy"],
            "psnr_db": reconstructed["psnr_db"],
            "deviation": float(np.sqrt(np.square(mean).mean() + variance.mean())),
            "gap_to_prior": gap_to_prior(mean, variance),
            "prior_confidence": self._confidence(prior),
            "prior_distance": self.likeness.distance(prior),
            "fitted_confidence": self._confidence(fitted),
        }

    def _drawn(self, model: Autoencoder, codes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Images decoded from the prior, and from a Gaussian fitted to `codes`."""
        generator = np.random.default_rng(self.seed)
        prior = sampling.standard_normal(count, codes.shape[1], generator)
        fitted = sampling.fitted_gaussian(codes, count, generator)
        of_prior, of_fitted = (decoded_images(model.decode, one, self.runtime) for one in (prior, fitted))
        return of_prior, of_fitted

    def _confidence(self, images: UInt8[np.ndarray, "n 28 28"]) -> float:
        return judging.confidence(judging.judge(self.judge, images, self.runtime))

    def arrays(
        self, models: Mapping[int, tuple[Autoencoder, Autoencoder]], manifold_side: int
    ) -> dict[str, Any]:
        """What the figures show: the course's set of every k; sheet, codes and samples of some."""
        generator = np.random.default_rng(self.seed)
        shown = middle(models)
        vae_, plain = models[shown]
        codes = [map_images(model.features, self.parts.train.clean, self.runtime) for model in (vae_, plain)]
        prior, _ = self._drawn(vae_, codes[0], DRAWN)
        plain_prior, plain_fitted = self._drawn(plain, codes[1], DRAWN)
        arrays = {
            "course": {
                k: course_set(pair[0], self.parts, self.runtime, generator) for k, pair in models.items()
            },
            "codes": codes,
            "normal": sampling.standard_normal(len(codes[0]), shown, generator),
            "samples": [prior, plain_prior, plain_fitted],
        }
        if 2 in models:
            validation = self.parts.validation
            grid = quantile_grid(manifold_side)
            sheet = decoded_images(models[2][0].decode, grid.reshape(-1, 2), self.runtime)
            arrays["sheet"] = sheet.reshape(*grid.shape[:2], *sheet.shape[1:])
            arrays["flat"] = [map_images(one.features, validation.clean, self.runtime) for one in models[2]]
            arrays["flat_labels"] = validation.labels
        return arrays


def middle(sizes: Mapping[int, Any]) -> int:
    """The code size that pictures of one size show: the middle one."""
    return sorted(sizes)[len(sizes) // 2]


def train_tutorial(section: Tutorial, parts: Parts, runtime: Runtime, seed: int) -> dict[str, Any]:
    """Choose a recipe on validation images, then train it and the tutorial's on these images, too."""
    recipes = [section.vae.model_copy(update=one.model_dump()) for one in section.recipes]
    jobs = [(vae.build, one, section.latent, parts, runtime, seed) for one in recipes]
    losses = [one.history[-1]["validation_loss"] for one in in_parallel(train, jobs, "recipes")]
    chosen = recipes[int(np.argmin(losses))]
    everything = replace(parts, train=joined(parts.train, parts.validation))
    seeds = [seed + index for index in range(section.runs)]
    jobs = [
        (vae.build, one, section.latent, everything, runtime, each)
        for one in (section.vae, chosen)
        for each in seeds
    ]
    trained = in_parallel(train, jobs, "tutorial")
    terms = by_key(
        [evaluate(one.model, parts.test, runtime, seed).means() for one in trained], ("tutorial", "better")
    )
    return {
        "images": len(everything.train),
        "recipe": {f"validation_loss{i}": loss for i, loss in enumerate(losses)},
        "chosen": int(np.argmin(losses)),
    } | {name: by_seed(found) for name, found in terms.items()}


def joined(one: NoisyImages, other: NoisyImages) -> NoisyImages:
    """All images of both."""
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return NoisyImages(*(np.concatenate(pair) for pair in pairs))


def recorded() -> dict[str, float]:
    """The benchmark's test losses on the full MNIST, and the published one; nothing where it has not run."""
    record = load_json(ANCHORS) if ANCHORS.exists() else {}
    found = {name: record[f"vae-{name}"] for name in ("tutorial", "better") if f"vae-{name}" in record}
    losses = {name: one["test_loss"] for name, one in found.items()}
    return losses | ({"published": found["tutorial"]["published"]} if "tutorial" in found else {})


def page(metrics: dict[str, Any], arrays: dict[str, Any], section: VaeLatentSize) -> Page:
    """The study's page, its numbers from `metrics`."""
    of_size, plain = (runs_by_size(metrics[kind]) for kind in ("with_kl", "without_kl"))
    real, margin = metrics["real"]["confidence"], sampling_margin(section.samples)
    sheet = sheet_pictures(arrays) if "sheet" in arrays else []
    return Page(
        question="What does the size of a VAE's code change, and what does the KL term do?",
        summary=summary(of_size, plain, margin),
        procedure=PROCEDURE.format(
            hidden="-".join(map(str, section.vae.hidden)),
            runs=section.runs,
            samples=section.samples,
            active=ACTIVE_VARIANCE,
            used=USED,
            margin=number(100 * margin, 2),
        ),
        findings=[
            Picture("elbo", draw_terms(of_size, plain), LOOK_TERMS),
            size_table(of_size),
            Picture("units", draw_units(of_size, plain, real), LOOK_UNITS),
            *sheet[:1],
            *course_pictures(arrays["course"], SUBJECT, LOOKS),
            *observed(metrics["course"]),
            "### Without the KL term",
            plain_table(of_size, plain),
            *sheet[1:],
            Picture("codes", draw_codes(arrays, middle(of_size)), LOOK_CODES),
            Picture("samples_without_kl", draw_samples(arrays["samples"], middle(of_size)), LOOK_SAMPLES),
            "### The tutorial's VAE",
            tutorial_text(metrics["tutorial"], section.tutorial),
            tutorial_table(metrics["tutorial"], section.tutorial),
            full_mnist_text(metrics["full_mnist"]),
        ],
        answer=answer(of_size, plain, metrics, margin),
    )


def runs_by_size(kind: Mapping[str, Runs]) -> RunsBySize:
    """Measures of all seeds by k, of models with the KL term or without."""
    return {int(key.removeprefix("k")): runs for key, runs in kind.items()}


def sampling_margin(samples: int) -> float:
    """Two standard errors of the difference of two mean confidences over `samples` pictures, at the most."""
    return 2 * LARGEST_DEVIATION * (2 / samples) ** 0.5


def above(one: RunsBySize, other: RunsBySize, name: str, margin: float = 0) -> list[int]:
    """Sizes at which a measure is larger in every run of `one` than in every run of `other`, by `margin`."""
    return [k for k, runs in one.items() if is_above(runs, other[k], name, margin)]


def is_above(one: Runs, other: Runs, name: str, margin: float = 0) -> bool:
    """Whether a measure is larger in every run of `one` than of `other`, by more than `margin`."""
    return min(values(one, name)) - max(values(other, name)) > margin


def draw_terms(of_size: RunsBySize, plain: RunsBySize) -> Figure:
    """−ELBO and its two terms against k."""
    panels = {
        "−ELBO": [
            curves.Line("validation images", -columns(of_size.values(), "elbo"), COLOUR),
            curves.Line("training images", -columns(of_size.values(), "train_elbo"), MUTED, dashed=True),
        ],
        "cross-entropy C": [
            curves.Line("validation images", columns(of_size.values(), "cross_entropy"), COLOUR),
            curves.Line("validation, no KL term", columns(plain.values(), "cross_entropy"), PLAIN),
        ],
        "KL": [curves.Line("validation images", columns(of_size.values(), "kl"), COLOUR)],
    }
    sizes = [str(k) for k in of_size]
    return curves.draw(panels, sizes, "code size k", "VAE: the bound and its terms, nats", TERMS, COLOUR)


def draw_units(of_size: RunsBySize, plain: RunsBySize, real: float) -> Figure:
    """Units in use, and how sure the judge is of samples, against k."""
    flat = np.ones((1, len(of_size)))
    panels = {
        "units of the code": [
            curves.Line("all: k", np.array([list(of_size)], float), INK, dashed=True),
            curves.Line(
                f"active: variance > {ACTIVE_VARIANCE}", columns(of_size.values(), "active_units"), MUTED
            ),
            curves.Line(f"KL above {USED} nats", columns(of_size.values(), "used_units"), COLOUR),
        ],
        "confidence in samples": [
            curves.Line("VAE, N(0, I)", columns(of_size.values(), "prior_confidence"), COLOUR),
            curves.Line("no KL term, N(0, I)", columns(plain.values(), "prior_confidence"), PLAIN),
            curves.Line(
                "no KL term, fitted", columns(plain.values(), "fitted_confidence"), PLAIN, dashed=True
            ),
            curves.Line("real test images", real * flat, INK, dashed=True),
        ],
    }
    sizes = [str(k) for k in of_size]
    caption = UNITS.format(used=USED)
    return curves.draw(panels, sizes, "code size k", "VAE: units in use, and samples", caption, COLOUR)


def sheet_pictures(arrays: dict[str, Any]) -> list[Picture]:
    """Of k = 2: the decoded sheet, and where the codes of images lie with and without the KL term."""
    labels = arrays["flat_labels"]
    sides = [
        side_by_side.Side(
            "with the KL term (VAE)", "circle: radius 2", arrays["flat"][0], labels, COLOUR, 2.0
        ),
        side_by_side.Side("without", "circle: radius 2", arrays["flat"][1], labels, PLAIN, 2.0),
    ]
    codes = side_by_side.draw(sides, "k = 2: codes of validation images", FLAT, axes_shown=True)
    sheet = manifold.draw(arrays["sheet"], replace(SUBJECT, name="VAE, k = 2"))
    return [Picture("manifold", sheet, LOOK_SHEET), Picture("codes_k2", codes, LOOK_FLAT)]


def draw_codes(arrays: dict[str, Any], k: int) -> Figure:
    """Histograms of some coordinates with and without the KL term, on one scale, over the prior."""
    rows = {}
    for name, codes, colour in zip(WITH_OR_WITHOUT, arrays["codes"], (COLOUR, PLAIN), strict=True):
        chosen = np.argsort(-codes.var(axis=0), kind="stable")[:COORDINATES]
        drawn = {"N(0, 1)": arrays["normal"][:, : len(chosen)]}
        rows[name] = densities.Row(codes[:, chosen], chosen, drawn, colour)
    reach = float(np.percentile(np.abs(arrays["codes"][1]), 99))
    return densities.draw(rows, f"k = {k}: histograms of codes", HISTOGRAMS, max(reach, 3.0))


def draw_samples(images: Sequence[UInt8[np.ndarray, "n 28 28"]], k: int) -> Figure:
    """Random codes decoded: with the KL term, without, and without but aimed at where the codes are."""
    names = ("VAE: N(0, I)", "no KL term: N(0, I)", "no KL term: fitted")
    sets = dict(zip(names, images, strict=True))
    return samples.draw_sets(sets, f"k = {k}: random codes, decoded", SAMPLES, COLOUR)


def size_table(of_size: RunsBySize) -> str:
    """The measures of every k."""
    names = {"elbo": 4, "train_elbo": 4, "cross_entropy": 4, "kl": 3, "psnr_db": 3}
    rows = [
        [
            str(k),
            *(spread(values(runs, name), digits) for name, digits in names.items()),
            f"{whole(runs, 'active_units')} / {whole(runs, 'used_units')}",
            percent(mean(runs, "prior_confidence")),
        ]
        for k, runs in of_size.items()
    ]
    return table(SIZE_HEADER, rows)


def whole(runs: Runs, name: str) -> str:
    """A count over runs: `9`, or `9 to 11`."""
    low, high = (int(end(values(runs, name))) for end in (min, max))
    return str(low) if low == high else f"{low} to {high}"


def plain_table(of_size: RunsBySize, plain: RunsBySize) -> str:
    """With and without the KL term, for every k."""
    rows = []
    for k, runs in of_size.items():
        for name, entries in (("with", runs), ("without", plain[k])):
            measures = [number(mean(entries, key)) for key in ("cross_entropy", "deviation")]
            gap = number(mean(entries, "gap_to_prior") / k, 2)
            sure = [percent(mean(entries, f"{kind}_confidence")) for kind in ("prior", "fitted")]
            distance = number(mean(entries, "prior_distance"))
            rows.append([f"{k}, {name}", *measures, gap, *sure, distance])
    return table(PLAIN_HEADER, rows) + "\n\n" + ABOUT_PLAIN.strip()


def tutorial_table(found: dict[str, Any], section: Tutorial) -> str:
    """Test losses of the two recipes."""
    chosen = section.recipes[found["chosen"]]
    rows = [
        [
            f"{name}: {recipe.schedule} rate {recipe.learning_rate:g}, batches of {recipe.batch_size}",
            *(spread(values(runs, term), 4) for term in ("loss", "cross_entropy", "kl")),
        ]
        for name, recipe, runs in (
            ("tutorial", section.vae, found["tutorial"]),
            ("better", chosen, found["better"]),
        )
    ]
    return table(["recipe", "test loss, nats", "cross-entropy", "KL"], rows)


def tutorial_text(found: dict[str, Any], section: Tutorial) -> str:
    """What was run on the images that there are."""
    tried = "; ".join(
        f"{one.schedule} rate {one.learning_rate:g}, batches of {one.batch_size}: "
        f"{number(found['recipe'][f'validation_loss{i}'], 4)}"
        for i, one in enumerate(section.recipes)
    )
    all_images = "" if found["images"] >= FULL else ", not 60 000"
    return TUTORIAL.format(
        images=f"{found['images']} images{all_images}",
        optimiser=section.vae.optimizer.capitalize(),
        schedule=section.vae.schedule,
        rate=f"{section.vae.learning_rate:g}",
        batch=section.vae.batch_size,
        epochs=section.vae.epochs,
        hidden=section.vae.hidden[0],
        latent=section.latent,
        tried=tried,
    )


def full_mnist_text(record: dict[str, float]) -> str:
    """What the benchmark recorded on all images."""
    if not {"tutorial", "better"} <= set(record):
        return "On the full MNIST neither was run yet: `python -m tests.benchmarks.anchors` does."
    off, published = record["tutorial"] - record["published"], record["published"]
    near = "within 0.5 of it" if abs(off) <= 0.5 else f"{number(abs(off), 2)} away from it"
    ahead = "below it" if record["better"] < published else "not below it"
    return (
        "**On the full MNIST** (60 000 training images; test loss over the 10 000 test images) "
        f"{number(published, 4)} nats are published. `python -m tests.benchmarks.anchors` ran both there: "
        f"the tutorial's recipe reaches {number(record['tutorial'], 5)}, {near}; a better one, chosen on "
        f"held-out training images, reaches {number(record['better'], 5)}, {ahead}. Settings and seconds: "
        "[anchors.json](../../anchors.json)."
    )


def summary(of_size: RunsBySize, plain: RunsBySize, margin: float) -> str:
    """The answer in one line."""
    sizes = list(of_size)
    best = max(sizes, key=lambda k: mean(of_size[k], "elbo"))
    last = max(sizes)
    used = whole(of_size[last], "used_units")
    less, surer = surer_without(plain, of_size, margin)
    return (
        f"The bound is best at k = {best} of {', '.join(map(str, sizes))}; of {last} units "
        f"{used} carry more than {USED} nats. Without the KL term a classifier is less "
        f"sure of what random codes decode to {at(less, sizes)}"
        f"{f', and surer {at(surer, sizes)}' if surer else ''}."
    )


def surer_without(plain: RunsBySize, of_size: RunsBySize, margin: float) -> tuple[list[int], list[int]]:
    """Sizes at which the judge is clearly less sure of random codes without the KL term, and surer."""
    name = "prior_confidence"
    return above(of_size, plain, name, margin), above(plain, of_size, name, margin)


def answer(of_size: RunsBySize, plain: RunsBySize, metrics: dict[str, Any], margin: float) -> str:
    """The last section."""
    return "\n\n".join(
        [
            about_bound(of_size),
            about_units(of_size),
            about_samples(of_size, metrics["real"], margin),
            about_plain(of_size, plain, margin),
            about_tutorial(metrics["tutorial"]),
        ]
    )


def about_bound(of_size: RunsBySize) -> str:
    """How the ELBO goes with k."""
    means = {k: mean(runs, "elbo") for k, runs in of_size.items()}
    first, last = min(of_size), max(of_size)
    best = max(means, key=means.__getitem__)
    text = (
        f"**Bound.** On validation images the ELBO goes from {number(means[first], 4)} nats at k = {first} "
        f"to {number(means[best], 4)} at k = {best}"
    )
    if best == last:
        return f"{text}, the largest size: more room was never worse."
    rest = (
        "no different beyond the spread of seeds"
        if last_is_level(of_size)
        else "worse, by more than the seeds' spread"
    )
    return f"{text}; at k = {last} it is {number(means[last], 4)}, {rest}."


def last_is_level(of_size: RunsBySize) -> bool:
    """Whether some seed of the largest size reaches the bound of some seed of the best size."""
    best = max(of_size, key=lambda k: mean(of_size[k], "elbo"))
    return max(values(of_size[max(of_size)], "elbo")) >= min(values(of_size[best], "elbo"))


def about_units(of_size: RunsBySize) -> str:
    """How many units the largest code uses."""
    last = max(of_size)
    used, active = (mean(of_size[last], f"{kind}_units") for kind in ("used", "active"))
    full = [k for k, runs in of_size.items() if min(values(runs, "used_units")) == k]
    text = (
        f"**Units.** All units carry more than {USED} nats {at(full, list(of_size))}; of {last} units "
        f"{whole(of_size[last], 'used_units')} do. "
    )
    if used >= last / 2:
        text += "The data could use most of the room."
    elif last_is_level(of_size):
        text += "A unit that brings less than it costs is given back to the prior: more room does no harm."
    else:
        text += (
            "A unit that brings less than it costs is given back to the prior; but that takes training, and "
            "meanwhile the larger code is the worse one."
        )
    if active > 1.5 * used:
        text += (
            f" The reference's criterion, a variance above {ACTIVE_VARIANCE}, counts "
            f"{whole(of_size[last], 'active_units')}: so short a training leaves traces in units that say "
            "next to nothing."
        )
    return text


def about_samples(of_size: RunsBySize, real: Mapping[str, float], margin: float) -> str:
    """How digit-like the VAE's samples are, by k, as far as seeds and sampling let tell."""
    sure = {k: mean(runs, "prior_confidence") for k, runs in of_size.items()}
    best, worst = max(sure, key=sure.__getitem__), min(sure, key=sure.__getitem__)
    images = f"of real test images it is {percent(real['confidence'])} sure."
    if all(len(level_with(of_size, k, margin)) == len(of_size) - 1 for k in of_size):
        return (
            f"**Samples.** The classifier is {percent(sure[worst])} to {percent(sure[best])} sure of "
            f"samples, with no clear difference between any two k; {images}"
        )
    as_sure, as_unsure = level_with(of_size, best, margin), level_with(of_size, worst, margin)
    return (
        f"**Samples.** The classifier is surest of samples at k = {best} ({percent(sure[best])}"
        f"{not_clearly('more than', as_sure, of_size)}), least sure at k = {worst} ({percent(sure[worst])}"
        f"{not_clearly('less than', as_unsure, of_size)}); {images} {about_best(of_size, best, as_sure)}"
    )


def level_with(of_size: RunsBySize, k: int, margin: float) -> list[int]:
    """The other sizes whose samples the judge is neither clearly surer nor clearly less sure of."""
    name = "prior_confidence"
    return [
        other
        for other, runs in of_size.items()
        if other != k
        and not is_above(of_size[k], runs, name, margin)
        and not is_above(runs, of_size[k], name, margin)
    ]


def not_clearly(words: str, level: Sequence[int], of_size: RunsBySize) -> str:
    """`, not clearly more than at k = 5`; nothing where no size is level."""
    return f", not clearly {words} {at(level, list(of_size))}" if level else ""


def about_best(of_size: RunsBySize, best: int, level: Sequence[int]) -> str:
    """Whether the size with the best samples, `level` with others, is the one with the best bound."""
    bound = max(of_size, key=lambda k: mean(of_size[k], "elbo"))
    if best == bound:
        verdict = "is the one with the best samples, too" if not level else "may have the best samples, too"
        return f"The size with the best bound {verdict}."
    if bound in level:
        return f"k = {bound}, the size with the best bound, is not clearly behind the best."
    text = "The size with the best bound is not the one with the best samples"
    reason = (
        ": units have to fit each other to make a digit, and the more are drawn independently, the less do."
    )
    return text + (reason if best < bound else ".")


def about_plain(of_size: RunsBySize, plain: RunsBySize, margin: float) -> str:
    """What leaving out the KL term does."""
    sizes, k = list(of_size), middle(of_size)
    sharper, wider = above(of_size, plain, "cross_entropy"), above(plain, of_size, "deviation")
    return (
        f"**Without the KL term** the reconstruction is better {at(sharper, sizes)} (cross-entropy on "
        f"validation images, every run against every run), the codes spread wider {at(wider, sizes)}: at k = "
        f"{k} their root mean square is {number(mean(plain[k], 'deviation'))} instead of "
        f"{number(mean(of_size[k], 'deviation'))}, and the fitted Gaussian is "
        f"{number(mean(plain[k], 'gap_to_prior'))} instead of "
        f"{number(mean(of_size[k], 'gap_to_prior'), 2)} nats from the prior. "
        f"{about_random_codes(of_size, plain, margin)} {about_fitted(of_size, plain, margin)}"
    )


def about_random_codes(of_size: RunsBySize, plain: RunsBySize, margin: float) -> str:
    """How sure the judge is of what codes from N(0, I) decode to, without the KL term and with it."""
    sizes, first = list(of_size), min(of_size)
    less, more = surer_without(plain, of_size, margin)
    sure = [percent(mean(one[first], "prior_confidence")) for one in (plain, of_size)]
    reason = LIKELY if less else ""
    spared = [k for k in above(plain, of_size, "gap_to_prior") if k not in less]
    if less and spared:
        reason += f", although {at(spared, sizes)} its codes are farther from N(0, I) as well"
    return (
        f"Of what codes from N(0, I) decode to the classifier is clearly less sure without the KL term "
        f"{at(less, sizes)}, and surer {at(more, sizes)}; at k = {first} it is {sure[0]} sure without and "
        f"{sure[1]} with it.{reason}{'.' if reason else ''}"
    )


def about_fitted(of_size: RunsBySize, plain: RunsBySize, margin: float) -> str:
    """What aiming at the codes with a Gaussian changes, without the KL term and against the VAE."""
    sizes = list(of_size)
    nearer = [
        k
        for k, runs in plain.items()
        if all(one["fitted_confidence"] - one["prior_confidence"] > margin for one in runs.values())
    ]
    more = above(plain, of_size, "fitted_confidence", margin)
    less = above(of_size, plain, "fitted_confidence", margin)
    return (
        f"Aiming at the codes with a fitted Gaussian makes it clearly surer {at(nearer, sizes)}. With a "
        f"Gaussian fitted to the codes of either, it is clearly surer of the model without the KL term "
        f"{at(more, sizes)}, and surer of the VAE {at(less, sizes)}."
    )


def about_tutorial(found: dict[str, Any]) -> str:
    """The two recipes on these images."""
    ours, better = (values(found[name], "loss") for name in ("tutorial", "better"))
    gain = float(np.mean(ours) - np.mean(better))
    clear = max(better) < min(ours)
    verdict = f"{number(abs(gain), 3)} nats {'less' if gain > 0 else 'more'}"
    return (
        f"**Tutorial.** With {found['images']} images its recipe ends at {number(float(np.mean(ours)), 4)} "
        f"nats, the other at {number(float(np.mean(better)), 4)}, {verdict}"
        + ("" if clear or gain <= 0 else ", within the spread of seeds")
        + "."
        + (FEW_UPDATES if clear and found["images"] < FULL else "")
    )


FEW_UPDATES = " So few images make few updates an epoch, and the tutorial's recipe was made for 60 000."
LIKELY = " Where it is less sure, a likely reason is that the decoder was not trained on such codes"
WITH_OR_WITHOUT = ("with the KL term (VAE)", "without the KL term")
SIZE_HEADER = [
    "k",
    "ELBO, validation",
    "ELBO, train",
    "cross-entropy",
    "KL",
    "PSNR, dB",
    "units active / used",
    "confidence in samples",
]
PLAIN_HEADER = [
    "k, KL term",
    "cross-entropy",
    "deviation of codes",
    "gap to the prior, nats a unit",
    "confidence, N(0, I)",
    "confidence, fitted",
    "distance, N(0, I)",
]
PROCEDURE = """
A dense VAE, 784-{hidden}-k and its mirror, is trained on clean digits for each k with {runs} seeds, and with
as many with β = 0: no KL term, and z = μ, since nothing would keep σ from shrinking to 0. The learning rate
was chosen on validation images. The code of an image is the
mean μ. Terms are nats an image, on validation images, for one draw of z each; grey pixels, so the
cross-entropy does not reach 0.

*Active units* have a variance of μ over the training images above {active}; *used* ones have more than {used}
nats of the KL term. {samples} codes from N(0, I), the same for all models of a k, are decoded and shown
to a convolutional classifier; *confidence* is its mean max_c p(c|x). It compares pictures, it does not
certify any. It counts as *clearly* larger where every seed of the one is ahead of every seed of the other by
more than {margin} percentage points, which chance in drawing the codes hardly makes up: at most two standard
errors of a difference between two means of {samples}.
"""
ABOUT_PLAIN = """
*Deviation*: root mean square of the coordinates of codes (of q as a whole, with its widths); 1 for N(0, I).
*Gap*: KL(N(m, S) ‖ N(0, I)) of the Gaussian with the mean and covariance of all codes together, divided by k.
*Fitted*: codes from that Gaussian (of the means). *Distance*: to the nearest training image, 1 for real test
images; blur brings a picture nearer to all.
"""
TUTORIAL = """
784-{hidden}-{latent}, ReLU, without noise, {epochs} epochs: the VAE of PyTorch's examples. Its recipe,
{optimiser} ({schedule} rate {rate}, batches of {batch}), is run here on what data there is: {images}.
The other recipe is the one with the smallest loss on validation images after as many epochs
({tried}). Both are then trained on training and validation images together, and measured once on the test
images.
"""
LOOK_TERMS = """
where the validation line stops falling while k still grows, and how the two terms trade: the cross-entropy
falls as long as the KL pays for it.
"""
LOOK_UNITS = """
where the coloured line leaves the dashed one: from there on the model leaves units unused.
"""
LOOK_SHEET = """
regions of one digit with smooth borders, and borders that are digits, too: a 9 that opens into a 4, a
slanting 1 between others. Blurred places are those where the model
has to make up its mind.
"""
LOOK_FLAT = """
how many codes the circle leaves out on either side, where classes lie around the origin, and how much empty
room is between them. Mind the numbers on the axes.
"""
LOOK_CODES = (
    "the widths: the same bell of N(0, 1) over codes that were drawn to it, and over codes that were not."
)
LOOK_SAMPLES = """
how many of twenty could be digits in each block. Middle: whether codes from N(0, I) hit what this decoder was
trained on. Right: whether it takes more than the mean and the covariance of the codes to hit it.
"""
LOOKS = Looks(
    reconstructions="what a small code gives up first: whether a digit comes back as another one, then "
    "whether its slant and width are right; and from which k on the rows hardly differ.",
    interpolation="the middle of a row: a digit of another class on the way, a stroke that bends, or two "
    "digits laid over each other.",
    samples="whole digits or pieces, and whether larger codes give more of the one or of the other.",
    prior="Training drew the codes to this distribution: it is the prior.",
)
TERMS = """
Nats an image, by code size: −ELBO = C + KL. Dots are single seeds, lines their means. Blue: the same network
trained without the KL term.

Read off: what a larger code buys in reconstruction, and what it costs in KL.

Not to be read off: the quality of samples; and no comparison with figures for binary pixels, whose C is
another.
"""
UNITS = """
Left: of k units, how many vary with the image at all (grey), and how many carry more than {used} nats of
the KL term. Right: mean of the classifier's largest probability over random codes, decoded.

Read off: how much of a large code a VAE uses, and whether the KL term helps random codes to hit digits.

Not to be read off: that a confident picture is a good one; classifiers are sure of many things.
"""
FLAT = """
Means of q for the validation images, coloured by class; a number marks the middle of its class. The circle
would hold 86 % of codes drawn from N(0, I).

Read off: whether codes lie where random codes are drawn. Mind the scales of the two.

Not to be read off: how well the classes could be told apart with more than two numbers.
"""
HISTOGRAMS = """
The three coordinates that vary most, of training images; height is density. Line: draws from the prior
N(0, 1).

Read off: the scale of codes against that of the prior.

Not to be read off: how coordinates depend on each other; and with the KL term each image adds a width of its
own to what is shown, which makes up the rest of the prior's.
"""
SAMPLES = """
The same standard normal codes for the first two; for the last, codes from a Gaussian with the mean and
covariance of the training images' codes.

Read off: what the KL term does for random codes, and how far a Gaussian fitted afterwards can replace it.

Not to be read off: which digit comes how often; twenty are too few to count.
"""

if __name__ == "__main__":
    run(main)
