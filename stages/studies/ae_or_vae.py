"""ae-or-vae: what does a variational autoencoder's code space have that a plain one's has not?

Both have the same architecture, the same code size and the same images, without noise. The first test images
are embedded by both: t-SNE of the codes side by side, neighbours in the code and on the map; and the same
pairs of images are interpolated in both, with a classifier to say how digit-like the pictures on the way are.
Cross-fades of the pixels, which need no model, and real test images are the references.

References: van der Maaten & Hinton, *Visualizing Data using t-SNE*, 2008; trustworthiness:
Venna & Kaski, 2001.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from pydantic import Field, model_validator

from stages.analyses import judging
from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.likeness import Likeness
from stages.analyses.maps import trustworthiness, tsne
from stages.analyses.pairs import pairs_across_classes
from stages.analyses.probes import knn_error, leave_one_out_error
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.walks import interpolate
from stages.common.datasets import NoisyImages
from stages.common.errors import StudyError, run
from stages.common.judge import train_judge
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime
from stages.common.settings import Count, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import TrainingSettings
from stages.common.trials import train
from stages.figures import curves, same_pairs, side_by_side
from stages.figures.palette import INK, MODEL_COLOURS, MUTED
from stages.models import ae, classifier, vae
from stages.models.interface import Autoencoder
from stages.pages.runs import by_seed
from stages.pages.study import Page, Picture, number, percent, percents, publish, save_metrics, spread, table
from stages.pages.wording import listed

STUDY = "ae-or-vae"
MODELS = ("ae", "vae")
NAMES = {"ae": "autoencoder", "vae": "VAE", "fade": "cross-fade"}
SURE = 0.9  # a probability that counts as sure
COLOURS = {"ae": MODEL_COLOURS["ae"], "vae": MODEL_COLOURS["vae"], "fade": MUTED}

Images = UInt8[np.ndarray, "_ 28 28"]
Lines = UInt8[np.ndarray, "pairs steps 28 28"]


class AeOrVae(Section):
    """The section `ae_or_vae`."""

    latent: Count = Field(description="code size k of both")
    runs: Count = Field(description="seeds of each")
    images: int = Field(ge=3, description="first test images that are embedded")
    perplexity: Rate = Field(description="of t-SNE; below the number of images")
    neighbours: Count = Field(description="k of trustworthiness; below half the number of images")
    knn: Count = Field(description="neighbours of the k-NN error")
    pairs: Count = Field(description="pairs of test images whose interpolations are judged")
    shown: int = Field(ge=1, le=6, description="pairs in the figure")
    steps: int = Field(
        ge=3, le=11, description="of an interpolation, ends included; odd: one is the midpoint"
    )
    judge_latent: Count = Field(description="width of the classifier's last hidden layer")
    ae: ae.Settings
    vae: vae.Settings
    classifier: classifier.Settings

    @model_validator(mode="after")
    def _comparable(self) -> "AeOrVae":
        for key in ("architecture", "channels", "hidden", "activation"):
            one, other = getattr(self.ae, key), getattr(self.vae, key)
            if one != other:
                raise ValueError(
                    f"ae_or_vae.ae.{key} is {one!r}; the comparison needs that of vae: {other!r}"
                )
        if self.steps % 2 == 0:
            raise ValueError(
                f"ae_or_vae.steps is {self.steps}; it should be odd, so that one is the midpoint"
            )
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    ae_or_vae: AeOrVae


def main() -> None:
    """Train both with several seeds, embed and interpolate the same images, write the page."""
    settings = Settings.read()
    section, seed = settings.ae_or_vae, settings.seed
    parts = Parts.load(seed, settings.validation_fraction)
    check(section, min(section.images, len(parts.test)))
    runtime = Runtime.choose(settings.device, settings.precision)
    way = Way.between(parts.test, section, np.random.default_rng(seed))
    models = [(ae.build, section.ae), (vae.build, section.vae)]
    seeds = [seed + number_ for number_ in range(section.runs)]
    jobs = [(*model, way, section, parts, runtime, seed_) for model in models for seed_ in seeds]
    embedded = in_parallel(embed, jobs, "autoencoders, VAEs and their maps")
    jobs = [(section.classifier, section.judge_latent, parts, runtime, seed)]
    jury = Jury(in_parallel(train_judge, jobs, "judge")[0], parts, runtime)

    by_model = by_key(embedded, MODELS)
    found: dict[str, Any] = {
        name: by_seed(one.metrics | jury.of_way(one.line) for one in runs) for name, runs in by_model.items()
    }
    metrics = save_metrics(STUDY, found | {"fade": jury.of_way(way.fades), "real": jury.of_real()})
    first = {name: runs[0] for name, runs in by_model.items()}
    publish(STUDY, page(metrics, first, parts.test.labels[: section.images], way, section))


def check(section: AeOrVae, images: int) -> None:
    """Raises StudyError where the images are too few for the neighbours that are asked for."""
    for key, most in (("perplexity", images), ("neighbours", images / 2)):
        value = getattr(section, key)
        if value >= most:
            raise StudyError(
                f"ae_or_vae.{key} is {value:g}; with {images} images it should be below {most:g}"
            )


@dataclass(frozen=True)
class Way:
    """Pairs of test images of different classes, and what pixels alone make of the way between them."""

    starts: Images
    ends: Images
    fades: Lines

    @classmethod
    def between(cls, test: NoisyImages, section: AeOrVae, generator: np.random.Generator) -> "Way":
        """Draw the pairs."""
        pairs = pairs_across_classes(test.labels, section.pairs, generator)
        starts, ends = test.clean[pairs[:, 0]], test.clean[pairs[:, 1]]
        fades = interpolate(starts.astype(np.float32), ends.astype(np.float32), section.steps)
        return cls(starts, ends, fades.round().astype(np.uint8))


@dataclass(frozen=True)
class Embedded:
    """What one trained model makes of the images: measures, a map of their codes, the ways decoded."""

    metrics: dict[str, float]
    points: Float[np.ndarray, "n 2"]
    line: Lines


def embed(
    build: Callable[[Any, int], Autoencoder],
    settings: TrainingSettings,
    way: Way,
    section: AeOrVae,
    parts: Parts,
    runtime: Runtime,
    seed: int,
) -> Embedded:
    """Train a model, embed the first test images, walk the ways."""
    model = train(build, settings, section.latent, parts, runtime, seed).model
    codes = map_images(model.features, parts.test.clean, runtime)
    some, labels = codes[: section.images], parts.test.labels[: section.images]
    points = tsne(some, section.perplexity, seed)
    known = map_images(model.features, parts.train.clean, runtime)
    metrics = {
        "psnr_db": reconstruction_error(model, parts.test, runtime)["psnr_db"],
        "code_knn_error": knn_error(known, parts.train.labels, codes, parts.test.labels, section.knn),
        "map_nn_error": leave_one_out_error(points, labels),
        "trustworthiness": trustworthiness(some, points, section.neighbours),
    }
    return Embedded(metrics, points, decoded(model, way, section.steps, runtime))


def decoded(model: Autoencoder, way: Way, steps: int, runtime: Runtime) -> Lines:
    """The straight lines between the codes of the pairs, decoded."""
    starts, ends = (map_images(model.encode, images, runtime) for images in (way.starts, way.ends))
    codes = interpolate(starts, ends, steps)
    images = decoded_images(model.decode, codes.reshape(-1, *codes.shape[2:]), runtime)
    return images.reshape(way.fades.shape)


class Jury:
    """What says how digit-like pictures are: a classifier, and the distance to training images."""

    def __init__(self, judge: classifier.Classifier, parts: Parts, runtime: Runtime) -> None:
        self.judge, self.parts, self.runtime = judge, parts, runtime
        self.likeness = Likeness(parts.train.clean, parts.test.clean)

    def of_way(self, lines: Lines) -> dict[str, Any]:
        """Confidence at each step; share of midpoints that it is sure of; their distance to real images."""
        sure = self._judged(lines.reshape(-1, *lines.shape[2:])).max(axis=1).reshape(lines.shape[:2])
        middle = lines.shape[1] // 2
        return {
            "confidence": {f"step{i}": float(mean) for i, mean in enumerate(sure.mean(axis=0))},
            "midpoint_confidence": float(sure[:, middle].mean()),
            "midpoint_sure": float((sure[:, middle] > SURE).mean()),
            "midpoint_distance": self.likeness.distance(lines[:, middle]),
        }

    def of_real(self) -> dict[str, float]:
        """The same of real test images, and how often the classifier is wrong about them."""
        found = self._judged(self.parts.test.clean)
        return {
            "confidence": judging.confidence(found),
            "sure": float((found.max(axis=1) > SURE).mean()),
            "judge_error": judging.error(found, self.parts.test.labels),
        }

    def _judged(self, images: Images) -> Float[np.ndarray, "n classes"]:
        return judging.judge(self.judge, images, self.runtime)


def page(
    metrics: dict[str, Any],
    first: Mapping[str, Embedded],
    labels: UInt8[np.ndarray, "n"],
    way: Way,
    section: AeOrVae,
) -> Page:
    """The study's page, its numbers from `metrics`; pictures are of the first seed."""
    return Page(
        question="Autoencoder or VAE: which code space is the better one?",
        summary=summary(metrics),
        procedure=PROCEDURE.format(
            architecture=section.ae.architecture,
            k=section.latent,
            runs=section.runs,
            images=len(labels),
            pairs=section.pairs,
        ),
        findings=[
            Picture("tsne", draw_maps(metrics, first, labels), LOOK_MAPS),
            code_table(metrics),
            Picture("interpolation", draw_pairs(first, way, section.shown), LOOK_PAIRS),
            Picture("way", draw_way(metrics), LOOK_WAY),
            way_table(metrics),
        ],
        answer=answer(metrics),
    )


def runs_of(metrics: Mapping[str, Any], model: str, name: str) -> list[Any]:
    """A measure over the seeds of `model`; of cross-fades, which have none, once."""
    return [metrics["fade"][name]] if model == "fade" else [one[name] for one in metrics[model].values()]


def draw_maps(
    metrics: dict[str, Any], first: Mapping[str, Embedded], labels: UInt8[np.ndarray, "n"]
) -> Figure:
    """t-SNE of both, side by side."""
    sides = []
    for name, one in first.items():
        quality = metrics[name]["seed0"]
        note = f"trust {quality['trustworthiness']:.3f}, 1-NN error {100 * quality['map_nn_error']:.1f} %"
        sides.append(side_by_side.Side(NAMES[name], note, one.points, labels, COLOURS[name]))
    return side_by_side.draw(sides, f"t-SNE of the codes of {len(labels)} test images", MAPS)


def draw_pairs(first: Mapping[str, Embedded], way: Way, shown: int) -> Figure:
    """The first pairs, interpolated in both codes and in pixels."""
    lines = {NAMES[name]: one.line[:shown] for name, one in first.items()}
    lines |= {NAMES["fade"]: way.fades[:shown]}
    colours = [COLOURS[name] for name in (*first, "fade")]
    title = "The same pairs, interpolated in both codes"
    return same_pairs.draw(way.starts[:shown], lines, way.ends[:shown], colours, title, PAIRS)


def draw_way(metrics: dict[str, Any]) -> Figure:
    """Confidence against the share of the way."""
    steps = len(metrics["fade"]["confidence"])

    def line(name: str) -> curves.Line:
        rows = np.array([list(one.values()) for one in runs_of(metrics, name, "confidence")])
        return curves.Line(NAMES[name], rows, COLOURS[name], dashed=name == "fade")

    real = curves.Line("real test images", np.full((1, steps), metrics["real"]["confidence"]), INK, True)
    places = [100 * share for share in np.linspace(0, 1, steps)]
    panels = {"confidence": [*(line(name) for name in (*MODELS, "fade")), real]}
    return curves.draw(panels, places, "percent of the way", "How digit-like is what lies between?", WAY)


def code_table(metrics: dict[str, Any]) -> str:
    """Measures of the codes."""
    rows = [
        [
            NAMES[name],
            percents(runs_of(metrics, name, "code_knn_error")),
            percents(runs_of(metrics, name, "map_nn_error")),
            spread(runs_of(metrics, name, "trustworthiness"), 4),
            spread(runs_of(metrics, name, "psnr_db"), 4),
        ]
        for name in MODELS
    ]
    header = ["model", "k-NN error, codes", "1-NN error, map", "trustworthiness", "PSNR, dB"]
    return table(header, rows)


def way_table(metrics: dict[str, Any]) -> str:
    """Measures of the midpoints."""
    rows = [
        [
            NAMES[name],
            percents(runs_of(metrics, name, "midpoint_confidence")),
            percents(runs_of(metrics, name, "midpoint_sure")),
            spread(runs_of(metrics, name, "midpoint_distance")),
        ]
        for name in (*MODELS, "fade")
    ]
    real = metrics["real"]
    rows.append(
        ["real test images (no midpoints)", percent(real["confidence"]), percent(real["sure"]), number(1)]
    )
    header = ["midpoints", "confidence", f"more than {percent(SURE, 0)} sure", "distance to training images"]
    return table(header, rows) + "\n\n" + ABOUT_WAY.strip().format(error=percent(real["judge_error"]))


def verdict(metrics: Mapping[str, Any], name: str, more_is_better: bool) -> str:
    """`ae` or `vae` where every seed of the one is better than every seed of the other; else `neither`."""
    one, other = (runs_of(metrics, model, name) for model in MODELS)
    return ahead(one, other) if more_is_better else ahead(other, one)


def ahead(of_ae: Sequence[float], of_vae: Sequence[float]) -> str:
    """`ae` or `vae` where every value of the one is larger than every value of the other; else `neither`."""
    if min(of_ae) > max(of_vae):
        return "ae"
    return "vae" if min(of_vae) > max(of_ae) else "neither"


def said(
    metrics: Mapping[str, Any],
    name: str,
    more_is_better: bool,
    in_percents: bool = True,
    word: str = "better",
) -> str:
    """`the VAE is better with every seed (12 % against 14 %)`, or that the seeds overlap."""
    means = [float(np.mean(runs_of(metrics, model, name))) for model in MODELS]
    ours, theirs = (percent(mean) if in_percents else number(mean, 4) for mean in means)
    match verdict(metrics, name, more_is_better):
        case "ae":
            return f"the autoencoder is {word} with every seed ({ours} against {theirs})"
        case "vae":
            return f"the VAE is {word} with every seed ({theirs} against {ours})"
    return f"the seeds of the two overlap (autoencoder {ours}, VAE {theirs})"


def summary(metrics: dict[str, Any]) -> str:
    """The answer in one line."""
    parts = [
        opening(between(metrics), verdict(metrics, "code_knn_error", False)),
        f"A classifier's confidence in midpoints: {said_between(metrics)}.",
        doubt(metrics),
        f"k-NN error in the code: {said(metrics, 'code_knn_error', False)}.",
    ]
    return " ".join(part for part in parts if part)


def between(metrics: Mapping[str, Any]) -> str:
    """Whose midpoints are the better ones: `ae`, `vae`, `neither`; `undecided` if the judge is in doubt."""
    return "undecided" if doubt(metrics) else verdict(metrics, "midpoint_confidence", True)


def said_between(metrics: Mapping[str, Any]) -> str:
    """Whose midpoints the judge is surer of, which is not yet to say that they are better."""
    return said(metrics, "midpoint_confidence", True, word="ahead")


def opening(midpoints: str, classes: str) -> str:
    """Whose space is the better one, by the verdicts on what lies between digits and on their classes."""
    if midpoints == "undecided":
        told = "they are level" if classes == "neither" else f"the {NAMES[classes]}'s is the better one"
        return f"Between two digits this is not decided; in telling digits apart {told}."
    if midpoints == classes == "neither":
        return "Neither, as far as these seeds can tell."
    if midpoints == classes:
        return f"The {NAMES[midpoints]}'s, in both respects that were compared."
    if classes == "neither":
        return f"Between two digits the {NAMES[midpoints]}'s; in telling digits apart they are level."
    if midpoints == "neither":
        return f"For telling digits apart the {NAMES[classes]}'s; between two digits they are level."
    return (
        f"It depends on the use: between two digits the {NAMES[midpoints]}'s, for telling digits apart the "
        f"{NAMES[classes]}'s."
    )


def against_fades(metrics: Mapping[str, Any], model: str) -> str:
    """Confidence in midpoints: with every seed `above` or `below` that in cross-fades, or `about` it."""
    fade = metrics["fade"]["midpoint_confidence"]
    sure = runs_of(metrics, model, "midpoint_confidence")
    return "above" if min(sure) > fade else "below" if max(sure) < fade else "about"


def doubt(metrics: Mapping[str, Any]) -> str:
    """What it means for the judge that it prefers cross-fades; nothing where it does not."""
    below = [model for model in MODELS if against_fades(metrics, model) == "below"]
    if not below:
        return ""
    whose = f"the midpoints of {'both' if len(below) > 1 else f'the {NAMES[below[0]]}'}"
    means = [percent(float(np.mean(runs_of(metrics, model, "midpoint_confidence")))) for model in below]
    return (
        f"But {whose} ({' and '.join(means)}) are below raw cross-fades "
        f"({percent(metrics['fade']['midpoint_confidence'])}), two digits laid over each other: this "
        "confidence hardly measures how digit-like midpoints are, so it decides nothing between the two."
    )


def answer(metrics: dict[str, Any]) -> str:
    """The last section."""
    return "\n\n".join(
        part.strip() for part in (about_codes(metrics), about_way(metrics), about_use(metrics))
    )


def about_codes(metrics: dict[str, Any]) -> str:
    """Neighbourhoods in codes and on maps."""
    cost = (
        " The VAE pays for the noise in its code, and for the penalty on what passes through it."
        if verdict(metrics, "psnr_db", True) == "ae"
        else ""
    )
    return f"""
    **Neighbours.** In the error of the nearest neighbours in the code,
    {said(metrics, "code_knn_error", False)}; in that of the nearest neighbour on the map,
    {said(metrics, "map_nn_error", False)}. Trustworthiness compares a map with its own code:
    {said(metrics, "trustworthiness", True, False)}. In reconstruction (PSNR, dB),
    {said(metrics, "psnr_db", True, False)}.{cost}
    """


def about_way(metrics: dict[str, Any]) -> str:
    """What lies between two digits."""
    return f"""
    **Between.** In the classifier's confidence at the midpoint, {said_between(metrics)}.
    {about_steps(metrics)} {about_fades(metrics)} {doubt(metrics)} In the distance of midpoints to the nearest
    training image, {said(metrics, "midpoint_distance", False, False)}; blur counts as near.
    """


def about_steps(metrics: Mapping[str, Any]) -> str:
    """Where on the way one model is ahead with every seed, and where the seeds overlap."""
    by_model = [runs_of(metrics, model, "confidence") for model in MODELS]
    steps = list(metrics["fade"]["confidence"])
    where: dict[str, list[str]] = {"ae": [], "vae": [], "neither": []}
    for share, step in zip(np.linspace(0, 100, len(steps)), steps, strict=True):
        winner = ahead(*([one[step] for one in runs] for runs in by_model))
        where[winner].append(f"{round(share, 1):g}")
    clauses = [
        f"at {listed(where[model])} % the {NAMES[model]} is ahead with every seed"
        for model in MODELS
        if where[model]
    ]
    if where["neither"]:
        clauses.append(f"at {listed(where['neither'])} % the seeds overlap")
    return f"Along the way, {'; '.join(clauses)}."


def about_fades(metrics: Mapping[str, Any]) -> str:
    """Midpoints beside cross-fades and real images."""
    words = {
        "above": "above that with every seed",
        "below": "below that with every seed",
        "about": "neither above nor below that with every seed",
    }
    one, other = (words[against_fades(metrics, model)] for model in MODELS)
    text = (
        f"the midpoints of both are {one}"
        if one == other
        else f"the autoencoder's midpoints are {one}, the VAE's {other}"
    )
    fade, real = metrics["fade"]["midpoint_confidence"], metrics["real"]["confidence"]
    return f"Cross-fades have {percent(fade)}; {text}. Real test images have {percent(real)}."


def about_use(metrics: dict[str, Any]) -> str:
    """What that means for a choice."""
    winner, sharp = between(metrics), verdict(metrics, "psnr_db", True)
    reason = "the textbook's reason for a VAE, a space with fewer empty places between the classes,"
    if winner == "undecided":
        text = (
            "Whose midpoints are more like digits is not decided, because this classifier prefers "
            "cross-fades to some of them; so interpolation is no reason for the one or the other here."
        )
    elif winner == "neither":
        text = "With these seeds, interpolation alone is no reason for the one or the other."
    else:
        shows = "shows" if winner == "vae" else "does not show"
        text = f"As far as this classifier can tell, {reason} {shows} on straight lines."
    text += (
        " For the smaller error of reconstruction, take the plain autoencoder."
        if sharp == "ae"
        else " Reconstruction is no reason for the plain autoencoder here."
    )
    return (
        f"**Choice.** {text} And only the VAE says where to draw random codes; see "
        "[vae-latent-size](../vae-latent-size/README.md)."
    )


PROCEDURE = """
A plain autoencoder and a VAE of the same architecture ({architecture}) with k = {k} are trained on the
same clean digits, with {runs} seeds each; a VAE's code is the mean of q. The first {images} test images
are embedded and mapped by t-SNE. {pairs} random pairs of test images of different classes, the same for
all models, are interpolated linearly between their codes. A convolutional classifier, trained on the same
images and their labels, says how sure it is of every picture on the way: its mean max_c p(c|x).
Differences count where every seed of the one is better than every seed of the other.
"""
ABOUT_WAY = """
*Distance* is the root mean square to the nearest training image, as a multiple of a real test image's. The
classifier puts {error} of real test images wrong. It is often sure of things that are no digits, so its
confidence ranks sets of pictures; it certifies no single one.
"""
LOOK_MAPS = """
which classes touch in each map (4, 7 and 9; 3, 5 and 8), and whether clusters are torn into pieces in the one
and whole in the other. That the two maps are turned and mirrored against each other means nothing.
"""
LOOK_PAIRS = """
the middle of each block: a plausible digit, possibly of a third class, or two digits laid over each other
as in the cross-fade below. At 0 % and 100 % stand the reconstructions.
"""
LOOK_WAY = """
how deep each line sinks in the middle, and how far the dots of the seeds lie apart beside the gap between the
lines. Both ends are reconstructions; a cross-fade's are the real images themselves.
"""
MAPS = """
The same test images, embedded by both models; a number stands at the middle (median) of its class, or
beside it where two would overlap. First seed.
Trust: 1 if all neighbours on the map are neighbours in the code.

Read off: which classes each code keeps apart and which it mixes.

Not to be read off: distances between clusters, their sizes, their densities; nor a comparison of positions
between the two maps.
"""
PAIRS = """
Test images at the ends; between them codes on the straight line from one to the other, decoded by the
autoencoder and by the VAE, and the pixels of the two images mixed in the same shares. First seed.

Read off: whether what lies between could be a digit, or is two digits laid over each other.

Not to be read off: which model is better on the whole: a few pairs are an anecdote, the chart has them all.
"""
WAY = """
Mean over all pairs of the classifier's largest probability, by share of the way. Dots are single seeds, lines
their means.

Read off: how far pictures between two digits are from being digits to a classifier, model against model.

Not to be read off: that pictures of equal confidence look equally good; blur and sharp nonsense may score
alike.
"""

if __name__ == "__main__":
    run(main)
