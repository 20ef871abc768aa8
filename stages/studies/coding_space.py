"""coding-space: why do some digits never appear when codes are drawn at random?

A dense autoencoder with sigmoid codes and a decoder of more power than its encoder, its convolutional
variant, and a variational autoencoder with the dense one's decoder. Codes are drawn at random in several ways
and decoded; a classifier counts the digits, and distances say whether a real code was ever near.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from pydantic import Field
from scipy.stats import spearmanr
from torch import Tensor

from stages.analyses import judging, maps, walks
from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.sampling import fitted_gaussian, standard_normal
from stages.analyses.strangers import Neighbourhood, class_widths, fitted_in_cube, squashed
from stages.common.errors import run
from stages.common.judge import train_judge
from stages.common.parallel import by_key, call, in_parallel
from stages.common.parts import Parts
from stages.common.progress import Progress
from stages.common.runtime import Runtime
from stages.common.settings import Count, Latent, Section
from stages.common.study import StudySettings
from stages.common.trials import Trained, train
from stages.figures import animation, densities, samples, shares
from stages.figures import maps as map_figures
from stages.figures.palette import MODEL_COLOURS
from stages.figures.quality import psnr_of_all
from stages.figures.subject import Subject
from stages.models import classifier, sigmoid_codes, vae
from stages.models.classifier import Classifier
from stages.models.interface import Autoencoder
from stages.pages.runs import by_seed, mean, values
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table
from stages.pages.wording import listed

STUDY = "coding-space"
NAMES = {
    "dense": "Dense autoencoder",
    "conv": "Convolutional autoencoder",
    "vae": "Variational autoencoder",
}
COLOURS = {"dense": MODEL_COLOURS["ae"], "conv": "#0a7d5a", "vae": MODEL_COLOURS["vae"]}
DRAWS = {"raw": "N(0, 1)", "squashed": "σ(N(0, 1))", "fitted": "fitted Gaussian"}
FAR = 1.5  # a distance from which random codes count as lying apart from real ones
CORRELATED = (
    0.65  # a rank correlation that counts as one: of ten digits, chance exceeds it in 5 % (two-sided)
)
RARE = 0.01  # a digit that makes up less of the pictures counts as missing; an even share is 0.1
RARE_TEXT = f"{100 * RARE:g} %"
SHOWN, COORDINATES, MOST_FRAMES = 24, 4, 14  # pictures of each draw; histograms a model; of the animation


class CodingSpace(Section):
    """The section `coding_space`."""

    latent: Latent
    runs: Count = Field(description="seeds for each model")
    samples: int = Field(ge=SHOWN, description="random codes judged, for each way of drawing them")
    kernel_pca_codes: int = Field(ge=4, description="codes of training images that are mapped, at most")
    dense: sigmoid_codes.Settings
    conv: sigmoid_codes.Settings
    vae: vae.Settings
    judge_width: Count = Field(description="last hidden layer of the classifier that judges")
    judge: classifier.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    coding_space: CodingSpace


@dataclass(frozen=True)
class Drawn:
    """Random codes of one kind, the pictures they decode to, and p(c|picture)."""

    codes: Float[np.ndarray, "n k"]
    pictures: UInt8[np.ndarray, "n 28 28"]
    probabilities: Float[np.ndarray, "n classes"]


@dataclass(frozen=True)
class Space:
    """One trained model: its codes of training and of test images, and random codes by kind."""

    model: Autoencoder
    known: Float[np.ndarray, "n k"]
    unseen: Float[np.ndarray, "m k"]
    drawn: dict[str, Drawn]


def main() -> None:
    """Train judge and models, draw codes, measure, write the page."""
    settings = Settings.read()
    section = settings.coding_space
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    jobs: list[tuple[Any, ...]] = [
        (train_judge, section.judge, section.judge_width, parts, runtime, settings.seed)
    ]
    for kind in NAMES:
        build, model = (vae if kind == "vae" else sigmoid_codes).build, getattr(section, kind)
        seeds = [settings.seed + i for i in range(section.runs)]
        jobs += [(watched, build, model, section.latent, parts, runtime, seed) for seed in seeds]
    judge, *trained = in_parallel(call, jobs, "judge and autoencoders")
    by_kind = by_key(trained, NAMES)

    generator = np.random.default_rng(settings.seed)
    spaces = {
        kind: [explore(one.model, judge, section.samples, parts, runtime, generator) for one, _ in runs]
        for kind, runs in by_kind.items()
    }
    metrics = save_metrics(STUDY, measure(spaces, judge, parts, runtime))
    publish(STUDY, page(metrics, pictures(spaces, by_kind, parts, section, settings.seed)))


def watched(
    build: Callable[..., Autoencoder], settings: Any, latent: int, parts: Parts, runtime: Runtime, seed: int
) -> tuple[Trained, UInt8[np.ndarray, "epochs n 28 28"]]:
    """A training run, and reconstructions of the first validation images after each of its epochs."""
    progress = Progress(parts.validation, runtime)
    trained = train(build, settings, latent, parts, runtime, seed, after_epoch=progress)
    return trained, np.stack(progress.epochs)


def explore(
    model: Autoencoder,
    judge: Classifier,
    count: int,
    parts: Parts,
    runtime: Runtime,
    generator: np.random.Generator,
) -> Space:
    """Encode the images, draw `count` random codes of each kind, decode and judge them."""
    known, unseen = (codes_of(model, part.clean, runtime) for part in (parts.train, parts.test))
    drawn = {}
    for name, codes in random_codes(known, is_bounded(model), count, generator).items():
        made = decoded_images(model.decode, codes, runtime)
        drawn[name] = Drawn(codes, made, judging.judge(judge, made, runtime))
    return Space(model, known, unseen, drawn)


def is_bounded(model: Autoencoder) -> bool:
    """Whether codes lie in the unit cube, as all but the VAE's do."""
    return not isinstance(model, vae.VariationalAutoencoder)


def codes_of(
    model: Autoencoder, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime
) -> Float[np.ndarray, "n k"]:
    """What the decoder was trained on: z, and of the VAE one draw from q(z|x) an image."""
    generator = runtime.generator(0)

    def draw(batch: Tensor) -> Tensor:
        return vae.sample(*(part.float() for part in model.encoder(batch)), generator)

    return map_images(model.encode if is_bounded(model) else draw, images, runtime)


def random_codes(
    known: Float[np.ndarray, "n k"], bounded: bool, count: int, generator: np.random.Generator
) -> dict[str, Float[np.ndarray, "count k"]]:
    """`count` codes for each kind of `DRAWS` that the model has."""
    normal = standard_normal(count, known.shape[1], generator)
    if bounded:
        fitted = fitted_in_cube(known, count, generator).astype(np.float32)
        return {"raw": normal, "squashed": squashed(normal), "fitted": fitted}
    return {"raw": normal, "fitted": fitted_gaussian(known, count, generator)}


def measure(
    spaces: dict[str, list[Space]], judge: Classifier, parts: Parts, runtime: Runtime
) -> dict[str, Any]:
    """The judge's own error, and for each model its size, its reconstruction, and its random codes."""
    latent = spaces["dense"][0].known.shape[1]
    real = judging.judge(judge, parts.test.clean, runtime)
    return {
        "judge": {
            "test_error": judging.error(real, parts.test.labels),
            "test_confidence": judging.confidence(real),
        },
        "latent": latent,
        "samples": len(spaces["dense"][0].drawn["raw"].codes),
        "inside_cube": math.erf(math.sqrt(0.5)) ** latent / 2**latent,  # P(0 < N(0, 1) < 1) each
        "models": {kind: of_model(runs, parts, runtime) for kind, runs in spaces.items()},
    }


def of_model(runs: list[Space], parts: Parts, runtime: Runtime) -> dict[str, Any]:
    """Sizes of the networks, test error of each run, and what its random codes came to."""
    model = runs[0].model
    return {
        "encoder_parameters": sum(weights.numel() for weights in model.encoder.parameters()),
        "decoder_parameters": sum(weights.numel() for weights in model.decoder.parameters()),
        "test_mse": by_seed(reconstruction_error(one.model, parts.test, runtime)["mse"] for one in runs),
        "draws": {name: of_draw(name, runs, parts) for name in runs[0].drawn},
    }


def of_draw(name: str, runs: list[Space], parts: Parts) -> dict[str, Any]:
    """Mean share of each digit over the runs, and measures of each run."""
    found = np.mean([judging.class_shares(one.drawn[name].probabilities) for one in runs], axis=0)
    return {
        "shares": {f"digit{label}": share for label, share in enumerate(found.tolist())},
        "runs": by_seed(of_run(one, one.drawn[name], parts) for one in runs),
    }


def of_run(space: Space, drawn: Drawn, parts: Parts) -> dict[str, float]:
    """How many digits are missing, how sure the judge is, how far the codes lie, and whose neighbours."""
    around = Neighbourhood(space.known, parts.train.labels, space.unseen)
    classes = drawn.probabilities.argmax(axis=1)
    found = judging.class_shares(drawn.probabilities)
    widths = class_widths(space.known, parts.train.labels)
    return {
        "missing": int((found < RARE).sum()),
        "confidence": judging.confidence(drawn.probabilities),
        "distance": around.distance(drawn.codes),
        "as_neighbour": float(np.mean(around.neighbours(drawn.codes) == classes)),
        "with_width": float(np.nan_to_num(spearmanr(widths, found).statistic)),
    }


def pictures(
    spaces: dict[str, list[Space]],
    watched_runs: dict[str, list[tuple[Trained, np.ndarray]]],
    parts: Parts,
    section: CodingSpace,
    seed: int,
) -> list[Picture]:
    """Every figure of the page, of the first run where a figure shows one."""
    firsts = {kind: runs[0] for kind, runs in spaces.items()}
    epochs = {kind: runs[0][1] for kind, runs in watched_runs.items() if kind != "vae"}
    return [
        Picture("progress", draw_progress(epochs, parts), LOOK_PROGRESS),
        Picture("histograms", draw_histograms(firsts), LOOK_HISTOGRAMS),
        *map_pictures(firsts, parts, section.kernel_pca_codes, seed),
        *(Picture(f"samples_{kind}", draw_samples(kind, one), LOOK_SAMPLES) for kind, one in firsts.items()),
        Picture("shares", draw_shares(spaces), LOOK_SHARES),
    ]


def draw_progress(epochs: dict[str, UInt8[np.ndarray, "epochs n 28 28"]], parts: Parts) -> Iterator[Figure]:
    """The animation: targets, and what both autoencoders make of them after each epoch."""
    clean = parts.validation.clean[: next(iter(epochs.values())).shape[1]]
    panels = [animation.Panel("validation images", clean[None, None])]
    for kind, images in epochs.items():
        notes = [f"{psnr_of_all(restored, clean):.1f} dB" for restored in images]
        panels.append(animation.Panel(NAMES[kind], images[:, None], COLOURS[kind], notes))
    return animation.frames(panels, "Reconstructions while they learn", CAPTION_PROGRESS, MOST_FRAMES)


def draw_histograms(firsts: dict[str, Space]) -> Figure:
    """Histograms of the most varied coordinates, beside random codes."""
    rows = {}
    for kind, space in firsts.items():
        chosen = walks.most_varied(space.known, COORDINATES)
        drawn = {DRAWS[name]: one.codes[:, chosen] for name, one in space.drawn.items()}
        rows[NAMES[kind]] = densities.Row(space.known[:, chosen], chosen, drawn, COLOURS[kind])
    return densities.draw(rows, "Codes of images, and random codes", CAPTION_HISTOGRAMS)


def map_pictures(firsts: dict[str, Space], parts: Parts, most: int, seed: int) -> list[Picture]:
    """KernelPCA of the codes of training images in two and three dimensions, by class."""
    found = []
    for kind, space in firsts.items():
        subject = Subject(NAMES[kind], COLOURS[kind], "plain" if is_bounded(space.model) else "gaussian")
        labels = parts.train.labels[:most]
        points = maps.kernel_pca(space.known[:most], 3, seed)
        flat = map_figures.kernel_pca(points, labels, subject)
        deep = map_figures.kernel_pca_3d(points, labels, subject)
        found.append(Picture(f"kernel_pca_{kind}", flat, LOOK_MAP))
        found.append(Picture(f"kernel_pca_3d_{kind}", deep, LOOK_MAP_3D))
    return found


def draw_samples(kind: str, space: Space) -> Figure:
    """Pictures made from random codes of each kind."""
    sets = {DRAWS[name]: one.pictures[:SHOWN] for name, one in space.drawn.items()}
    return samples.draw_sets(sets, f"{NAMES[kind]}: random codes, decoded", CAPTION_SAMPLES, COLOURS[kind])


def draw_shares(spaces: dict[str, list[Space]]) -> Figure:
    """Share of each digit among the pictures, by model and kind of code."""
    rows = {
        NAMES[kind]: {
            DRAWS[name]: np.stack([judging.class_shares(one.drawn[name].probabilities) for one in runs])
            for name in runs[0].drawn
        }
        for kind, runs in spaces.items()
    }
    colours = {NAMES[kind]: colour for kind, colour in COLOURS.items()}
    return shares.draw(rows, "Which digits random codes decode to", CAPTION_SHARES, colours)


def page(metrics: dict[str, Any], figures: list[Picture]) -> Page:
    """The study's page, its numbers from `metrics`."""
    models = metrics["models"]
    before = [figure for figure in figures if figure.name != "shares"]
    last = [figure for figure in figures if figure.name == "shares"]
    return Page(
        question="Why do some digits never appear when codes are drawn at random?",
        summary=summary(models),
        procedure=procedure(metrics),
        findings=[size_table(models), *before, *last, draw_table(models)],
        answer=answer(metrics),
    )


def procedure(metrics: dict[str, Any]) -> str:
    """What was done, and what a random normal code means to a code in the unit cube."""
    return PROCEDURE.format(
        latent=metrics["latent"],
        samples=metrics["samples"],
        runs=len(metrics["models"]["dense"]["test_mse"]),
        inside=number(metrics["inside_cube"], 2),
        error=percent(metrics["judge"]["test_error"]),
        sure=number(metrics["judge"]["test_confidence"], 2),
    )


def size_table(models: dict[str, Any]) -> str:
    """Parameters of both networks, and reconstruction error of every model."""
    rows = [
        [
            NAMES[kind],
            str(entry["encoder_parameters"]),
            str(entry["decoder_parameters"]),
            spread(list(entry["test_mse"].values())),
        ]
        for kind, entry in models.items()
    ]
    return table(
        ["model", "encoder's parameters", "decoder's parameters", "squared error, test images"], rows
    )


def draw_table(models: dict[str, Any]) -> str:
    """Random codes and what they decode to, by model and kind."""
    header = [
        "random codes",
        f"digits below {RARE_TEXT}",
        "which, on average",
        "judge's confidence",
        "distance",
    ]
    rows = []
    for kind, entry in models.items():
        for name, drawn in entry["draws"].items():
            runs = drawn["runs"]
            rows.append(
                [
                    f"{NAMES[kind]}, {DRAWS[name]}",
                    as_counts(values(runs, "missing")),
                    ", ".join(rare_digits(drawn)) or "none",
                    spread(values(runs, "confidence"), 2),
                    spread(values(runs, "distance"), 2),
                    percent(mean(runs, "as_neighbour"), 0),
                ]
            )
    return table([*header, "class of the nearest real code"], rows)


def as_count(value: float) -> str:
    """A number of digits, or a mean of several: 1, 1.3."""
    return f"{value:.2g}"


def as_counts(found: list[float]) -> str:
    """`1.3 (1 to 2)`: mean, smallest and largest."""
    return f"{as_count(float(np.mean(found)))} ({as_count(min(found))} to {as_count(max(found))})"


def of_digits(value: float) -> str:
    """`no digit`, `1 digit`, `1.3 digits`."""
    return "no digit" if value == 0 else f"{as_count(value)} digit{'' if value == 1 else 's'}"


def rare_digits(drawn: dict[str, Any]) -> list[str]:
    """Digits whose mean share of the pictures is below `RARE`."""
    return [digit.removeprefix("digit") for digit, share in drawn["shares"].items() if share < RARE]


def most_missing(models: dict[str, Any]) -> tuple[str, str]:
    """The autoencoder and the kind of normal codes with most digits missing; of equal ones the farthest."""
    found = [(kind, name) for kind in ("dense", "conv") for name in ("raw", "squashed")]

    def missing(key: tuple[str, str]) -> tuple[float, float]:
        runs = models[key[0]]["draws"][key[1]]["runs"]
        return mean(runs, "missing"), mean(runs, "distance")

    return max(found, key=missing)


def summary(models: dict[str, Any]) -> str:
    """The answer in one line."""
    kind, name = most_missing(models)
    worst, prior = models[kind]["draws"][name]["runs"], models["vae"]["draws"]["raw"]["runs"]
    lost, far = mean(worst, "missing"), mean(worst, "distance")
    theirs = f"codes from {DRAWS[name]} of the {NAMES[kind].lower()}"
    times = f"{number(far, 2)} times as far from the nearest real code as an unseen image's code"
    if lost == 0:
        return f"Here all do: no digit falls below {RARE_TEXT} in any run, although {theirs} lie {times}."
    if far <= FAR:
        return f"Not for lack of real codes near: {theirs} lose {of_digits(lost)}, and lie just {times}."
    return (
        f"Because nothing put the codes of images where random ones fall: {theirs} lie {times}, and on "
        f"average over the seeds {as_count(lost)} of ten digits {'makes' if lost == 1 else 'make'} up less "
        f"than {RARE_TEXT}{'' if lost == 1 else ' each'}; the VAE's lie {number(mean(prior, 'distance'), 2)} "
        f"times as far and lose {of_digits(mean(prior, 'missing'))}."
    )


def answer(metrics: dict[str, Any]) -> str:
    """The last section."""
    models = metrics["models"]
    return "\n\n".join(
        [
            which_digits(models),
            why(models),
            which_class(models),
            does_fitting_help(models),
            is_vae_nearer(models),
            LIMITS.strip(),
        ]
    )


def which_digits(models: dict[str, Any]) -> str:
    """Which digits are rare with N(0, 1), raw and squashed."""
    found, others = [], []
    for kind in ("dense", "conv"):
        for name in ("raw", "squashed"):
            rare, codes = (
                rare_digits(models[kind]["draws"][name]),
                f"{DRAWS[name]} codes of the {NAMES[kind].lower()}",
            )
            if rare:
                found.append(f"the {listed(rare)} with {codes}")
            else:
                others.append(codes)
    if not found:
        found = ["no digit with N(0, 1) codes of either autoencoder, squashed or not"]
    elif others:
        found.append(f"none with {'the others' if len(others) > 1 else others[0]}")
    return (
        f"**Which digits.** Below {RARE_TEXT} of the pictures on average over the seeds: {'; '.join(found)}. "
        "The table has how their number varies from seed to seed."
    )


def why(models: dict[str, Any]) -> str:
    """Whether random codes lie far off, and whether being near a class explains the digit."""
    far = {
        name: [mean(models[kind]["draws"][name]["runs"], "distance") for kind in ("dense", "conv")]
        for name in ("raw", "squashed")
    }
    as_neighbour = {
        name: sum(mean(models[kind]["draws"][name]["runs"], "as_neighbour") for kind in ("dense", "conv")) / 2
        for name in DRAWS
    }
    distances = " and ".join(
        f"{number(min(both), 2)} to {number(max(both), 2)} times ({DRAWS[name]})"
        for name, both in far.items()
    )
    apart = min(min(both) for both in far.values()) > FAR
    where = WHERE_NOT if apart else WHERE_NEAR
    nearer = all(nearness_tells(models[kind]["draws"]) for kind in ("dense", "conv"))
    return (
        f"**Why.** From the nearest real code, random ones of the two autoencoders lie {distances} as far as "
        f"codes of unseen images do. {where} A picture shows the class of its nearest real code in "
        f"{percent(as_neighbour['raw'], 0)} of the cases with raw codes, "
        f"{percent(as_neighbour['squashed'], 0)} with squashed and {percent(as_neighbour['fitted'], 0)} with "
        "fitted ones (means of both; chance: a tenth). " + (EXTRAPOLATES if nearer else NEAREST_SAYS_LITTLE)
    )


def nearness_tells(draws: dict[str, Any]) -> bool:
    """Whether, of the kinds of codes, each that lies nearer shows the nearest class more often."""
    every = [drawn["runs"] for drawn in draws.values()]
    ordered = sorted(every, key=lambda runs: mean(runs, "distance"), reverse=True)
    return all(mean(far, "as_neighbour") < mean(near, "as_neighbour") for far, near in pairwise(ordered))


def which_class(models: dict[str, Any]) -> str:
    """Whether it is the classes with narrow codes that are missed."""
    texts, narrow, not_narrow = [], [], []
    for name, draw in (("raw", DRAWS["raw"]), ("squashed", DRAWS["squashed"])):
        found = [values(models[kind]["draws"][name]["runs"], "with_width") for kind in ("dense", "conv")]
        texts.append(f"{spread(found[0], 2)} and {spread(found[1], 2)} with {draw}")
        (narrow if min(map(min, found)) > CORRELATED else not_narrow).append(draw)
    verdicts = [
        text.format(draws=listed(draws), limit=f"{CORRELATED:g}")
        for text, draws in ((NARROW, narrow), (NOT_NARROW, not_narrow))
        if draws
    ]
    return (
        "**Why these digits.** The rank correlation of a digit's share with how wide the codes of its "
        "images spread is, for the dense and the convolutional autoencoder, "
        f"{'; '.join(texts)}: mean (smallest to largest) over the seeds. " + " ".join(verdicts)
    )


def does_fitting_help(models: dict[str, Any]) -> str:
    """Whether codes aimed at the real ones bring the digits back."""
    texts = []
    for kind in ("dense", "conv"):
        draws = models[kind]["draws"]
        lost = {name: mean(drawn["runs"], "missing") for name, drawn in draws.items()}
        before = max(lost["raw"], lost["squashed"])
        verb = (
            "fall from" if lost["fitted"] < before else "rise from" if lost["fitted"] > before else "stay at"
        )
        start = "" if verb == "stay at" else f"{as_count(before)} to "
        texts.append(
            f"with the {NAMES[kind].lower()} missing digits {verb} {start}"
            f"{as_count(lost['fitted'])}, at a distance of "
            f"{number(mean(draws['fitted']['runs'], 'distance'), 2)}"
        )
    return (
        f"**Aiming at where the codes are** (mean and covariance): {'; '.join(texts)}. A Gaussian is still "
        "not the shape of the codes: it fills the gaps between classes too, where pictures are of no class."
    )


def is_vae_nearer(models: dict[str, Any]) -> str:
    """Whether the VAE's prior falls among its codes."""
    drawn = models["vae"]["draws"]["raw"]
    own, lost = mean(drawn["runs"], "distance"), mean(drawn["runs"], "missing")
    others = [models[kind]["draws"][name] for kind in ("dense", "conv") for name in ("raw", "squashed")]
    nearest = min(mean(other["runs"], "distance") for other in others)
    head = (
        f"**The VAE.** Codes from its prior lie {number(own, 2)} times as far from real ones as codes of "
        f"unseen images do, and {of_digits(lost)} {'is' if lost in (0, 1) else 'are'} missing. "
    )
    even = drawn["shares"].values()
    shares_ = f"Mean shares over the seeds run from {percent(min(even))} to {percent(max(even))}. "
    return head + shares_ + (VAE_NEARER if own < nearest else VAE_NOT_NEARER)


PROCEDURE = """
Two autoencoders with sigmoid codes of {latent} numbers and more decoder than encoder
(`models/sigmoid_codes.py`), one dense, one convolutional, and a VAE with the dense one's decoder are
trained on clean digits with cross-entropy, {runs} seeds each. {samples} random codes of each kind are
decoded, and a classifier (error on test images {error}, mean confidence there {sure}) says which digit each
picture looks like.

*What a random normal code means here.* Codes of the autoencoders lie in the unit cube (0, 1)ᵏ. A code from
N(0, 1), as the course asks for it, has all its {latent} numbers between 0 and 1 with probability {inside}:
hardly any does, and the decoder is asked about places where no code can be. So the same codes are also
squashed, σ(N(0, 1)), which lie in the cube, though where real codes need not be; and a Gaussian is fitted
to the real codes before their sigmoid, and squashed. The VAE has N(0, 1) as its prior; beside it stands a
Gaussian fitted to its codes. One code of the VAE is one draw from q(z|x), since that is what its decoder
has seen.

*Distance* is the mean distance of random codes to the nearest code of a training image, divided by the same
for test images: 1 is as near as an unseen image.
"""
WHERE_NOT = (
    "So random codes fall where the decoder has seen no code, and its answers there were never trained: "
    "they are whatever its layers happen to give."
)
WHERE_NEAR = (
    "So not all of them fall far from the codes of images, and distance alone does not explain what is "
    "missing."
)
EXTRAPOLATES = (
    "Of the two autoencoders: the nearer random codes come to real ones, the better the nearest class "
    "predicts the digit; farther out the decoder extrapolates."
)
NEAREST_SAYS_LITTLE = (
    "Here nearness does not always make the nearest class a better guide: how the decoder carves up the "
    "space is not a matter of distances alone."
)
NARROW = (
    "With {draws} codes, digits whose codes spread little get fewer of the pictures than those whose codes "
    "spread widely: in every run of both the correlation is above {limit}, the 5 % level for ten digits."
)
NOT_NARROW = (
    "With {draws} codes, the correlation of at least one run is not above {limit}, the 5 % level for ten "
    "digits: width alone does not tell which digits are missed."
)
VAE_NEARER = (
    "They are nearer than those of both autoencoders: the KL term pulled the codes of images to N(0, 1), "
    "so that random codes fall among them."
)
VAE_NOT_NEARER = (
    "They are no nearer than those of the better autoencoder: here the KL term alone did not bring random "
    "codes among the real ones."
)
LIMITS = """
**What this does not say.** The judge names a digit for every picture, a blot included, and is sure of many;
shares count resemblance, not quality. An autoencoder is no generator, and nothing in its objective asked
for codes that can be drawn.
"""
CAPTION_PROGRESS = """
The same ten validation images after each epoch, through codes of sigmoids, and the PSNR over these ten.

Read off: what is learned first (a mean digit, place and weight of the stroke) and what last (gaps, loops,
ends).

Not to be read off: which model is better. Ten images are an anecdote, and a model with
fewer epochs stands still once it is done.
"""
CAPTION_HISTOGRAMS = """
Filled: codes of the training images, four of their most varied coordinates for each model, height is
density. Lines: codes drawn at random.

Read off: how much of each kind of random codes lies where codes of images are, and how much of N(0, 1)
outside 0 to 1, where no code of an autoencoder can be.

Not to be read off: that random codes are right where the histograms agree. Real coordinates depend on each
other, and these do not show it.
"""
CAPTION_SAMPLES = """
Codes drawn at random, decoded; above each block is how they were drawn.

Read off: which kinds of codes decode to digits, and which to blots or to variants of one digit.

Not to be read off: shares of digits. These are too few to count; the bars count thousands.
"""
CAPTION_SHARES = """
Share of the pictures that the classifier takes for each digit; bars are means of the runs, dots single
runs. Dashed: a tenth, about what the training images have.

Read off: which digits are rare or missing with which codes, and how much that depends on the seed.

Not to be read off: that the pictures are digits. The classifier has to name one for a blot, too.
"""
LOOK_PROGRESS = "the epoch from which strokes stay where they are."
LOOK_HISTOGRAMS = "how little of the solid line lies where the filled histograms of the autoencoders are."
LOOK_MAP = "classes that overlap: random codes between them decode to mixtures."
LOOK_MAP_3D = "classes that two components leave mixed and the third one parts."
LOOK_SAMPLES = (
    "whether the left is digits at all, and more kinds of digits where codes are aimed at real ones."
)
LOOK_SHARES = "bars near the axis, and dots of one digit far apart: there the seed decides what is lost."

if __name__ == "__main__":
    run(main)
