"""supervised-features: do encoders that never saw a label learn what a classifier learns?

The convolutional encoder of the autoencoders is trained as a classifier, too. Representations of test images
by autoencoder, VAE, winner-take-all layer, classifier and an untrained encoder are laid out side by side and
compared by linear CKA. Then trained encoders are where classifiers start from, with few and with many labels,
beside classifiers that start from random weights.

References: CKA: Kornblith et al. 2019 (arXiv 1905.00414). Unsupervised training as a start: Erhan et al.,
*Why Does Unsupervised Pre-training Help Deep Learning?*, JMLR 11 (2010).
"""

from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
from jaxtyping import Float, Integer, UInt8
from matplotlib.figure import Figure
from pydantic import Field, model_validator
from torch import nn

from stages.analyses.batches import map_images
from stages.analyses.cka import alignment, gram
from stages.analyses.maps import tsne
from stages.analyses.probes import leave_one_out_error
from stages.common.best_epoch import BestEpoch
from stages.common.datasets import SIDE, Images
from stages.common.errors import StudyError, run
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Latent, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import fit
from stages.common.trials import train
from stages.figures import curves, filters, heat_maps, map_panels
from stages.figures.palette import INK, MODEL_COLOURS, MUTED
from stages.figures.subject import Subject
from stages.models import ae, classifier, vae, wta
from stages.models.classifier import CLASSES, Classifier
from stages.models.networks import PIXELS
from stages.models.transfer import copy_trunk, trunk
from stages.pages.study import Page, Picture, number, percent, percents, publish, save_metrics, table
from stages.pages.wording import listed

STUDY = "supervised-features"
KINDS = {  # in the order of tables and figures
    "pixels": "pixels",
    "random": "untrained",
    "ae": "autoencoder",
    "vae": "VAE",
    "wta": "winner-take-all",
    "classifier": "classifier",
}
SHORT = KINDS | {"ae": "AE", "wta": "WTA"}  # in figures
ENCODERS = tuple(KINDS)[1:]
TRAINED = tuple(KINDS)[2:]
COLOURS = {"pixels": INK, "random": MUTED, "classifier": "#1c7c43"} | MODEL_COLOURS
STARTS = {  # where a classifier starts from: name, and the start that it is compared with
    "random": ("random weights", None),
    "ae": ("autoencoder's trunk", "random"),
    "vae": ("VAE's trunk", "random"),
    "random_dense": ("random weights, dense", None),
    "wta": ("WTA's trunk", "random_dense"),
}
LEVELS = {"hidden": "hidden vector", "code": "code"}
UNLABELLED = ("ae", "vae", "wta")  # trained without labels
SHOWN = 28  # filters of each kind

Encoders = dict[str, list[nn.Module]]  # of each kind, one a seed
Representations = dict[str, list[Float[np.ndarray, "n _"]]]
Errors = dict[str, dict[str, dict[str, float]]]
Range = dict[str, float]  # mean, smallest and largest


class Supervised(Section):
    """The section `supervised_features`."""

    latent: Latent
    runs: Count = Field(description="seeds of every kind of encoder")
    labels: Ascending[Count] = Field(description="numbers of labels to learn from, beside all")
    draws: Count = Field(description="draws of the labels, as many of each class")
    presented: Count = Field(description="images that a training with few labels sees at least")
    perplexity: Rate = Field(description="of t-SNE")
    ae: ae.Settings
    vae: vae.Settings
    wta: wta.Settings
    classifier: classifier.Settings

    @model_validator(mode="after")
    def _same_trunk(self) -> "Supervised":
        for key in ("architecture", "channels", "hidden", "activation"):
            values = {getattr(part, key) for part in (self.ae, self.vae, self.classifier)}
            if len(values) > 1:
                raise ValueError(f"supervised_features: {key} of ae, vae and classifier differ: {values}")
        if self.wta.architecture != "dense" or self.wta.stack:
            raise ValueError("supervised_features.wta should be one dense layer: its weights are taken over")
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    supervised_features: Supervised


def main() -> None:
    """Train encoders, compare what they represent, let classifiers start from them, write the page."""
    settings = Settings.read()
    section, seed = settings.supervised_features, settings.seed
    parts = Parts.load(seed, settings.validation_fraction)
    counts = label_counts(section, len(parts.train))
    runtime = Runtime.choose(settings.device, settings.precision)
    jobs = [
        (kind, section, parts, runtime, seed + number) for kind in ENCODERS for number in range(section.runs)
    ]
    encoders = by_key(in_parallel(encoder, jobs, "encoders"), ENCODERS)

    cells = [(count, start, draw) for count in counts for start in STARTS for draw in range(section.draws)]
    jobs = [
        (start, source(encoders, start, draw), count, section, parts, runtime, seed + draw)
        for count, start, draw in cells
    ]
    errors = dict(zip(cells, in_parallel(fine_tuned_error, jobs, "classifiers"), strict=True))

    hidden, codes = represented(encoders, parts.test.clean, runtime)
    jobs = [(codes[kind][0], section.perplexity, seed) for kind in codes]
    maps = dict(zip(codes, in_parallel(tsne, jobs, "t-SNE"), strict=True))
    labels = parts.test.labels
    found = measure_encoders(hidden, codes, maps, labels, seed) | {"errors": nested(errors)}
    used = {"all_labels": len(parts.train), "units": section.wta.units, "runs": section.runs}
    metrics = save_metrics(STUDY, found | used)
    weights = {kind: first_filters(encoders[kind][0]) for kind in ENCODERS}
    publish(STUDY, page(metrics, maps, labels, weights))


def label_counts(section: Supervised, available: int) -> tuple[int, ...]:
    """Numbers of labels to learn from, all of them last.

    Raises:
        StudyError: more are asked for than there are.
    """
    most = max(section.labels, default=0)
    if most >= available:
        raise StudyError(
            f"supervised_features.labels asks for {most}; it should be less than {available}, "
            "which are all training images"
        )
    return (*section.labels, available)


def encoder(kind: str, section: Supervised, parts: Parts, runtime: Runtime, seed: int) -> nn.Module:
    """A trained encoder of some kind (with its decoder or head), or an untrained one."""
    if kind == "random":
        with seeded_weights(seed):
            return classifier.build(section.classifier, section.latent).eval().requires_grad_(False)
    if kind == "classifier":
        return learn(section.classifier, None, labelled(parts.train), section, parts, runtime, seed)
    settings, module = {"ae": (section.ae, ae), "vae": (section.vae, vae), "wta": (section.wta, wta)}[kind]
    return train(module.build, settings, section.latent, parts, runtime, seed).model


def learn(
    settings: classifier.Settings,
    start: nn.Module | None,
    images: Images,
    section: Supervised,
    parts: Parts,
    runtime: Runtime,
    seed: int,
) -> Classifier:
    """A classifier, from the trunk of `start` or from random weights; the epoch that validates best."""
    with seeded_weights(seed):
        model = classifier.build(settings, section.latent)
    if start is not None:
        copy_trunk(start, model)
    validation = labelled(parts.validation)
    best = BestEpoch(validation, runtime)
    fit(model, images, validation, settings, runtime, seed, after_epoch=best)
    best.restore(model)
    return model.cpu().eval().requires_grad_(False)


def source(encoders: Encoders, start: str, draw: int) -> nn.Module | None:
    """The encoder that a classifier starts from; seeds take turns."""
    return encoders[start][draw % len(encoders[start])] if start in TRAINED else None


def fine_tuned_error(
    start: str,
    trained: nn.Module | None,
    count: int,
    section: Supervised,
    parts: Parts,
    runtime: Runtime,
    seed: int,
) -> float:
    """Test error of a classifier that learned from `count` labels; `seed` draws them, and its weights."""
    chosen = balanced(parts.train.labels, count, np.random.default_rng(seed))
    settings = section.classifier
    if "random_dense" in (start, STARTS[start][1]):
        settings = settings.model_copy(
            update={"architecture": "dense", "hidden": (section.wta.units,), "activation": "relu"}
        )
    epochs = max(settings.epochs, -(-section.presented // count))
    settings = settings.model_copy(update={"epochs": epochs})
    model = learn(settings, trained, labelled(parts.train)[chosen], section, parts, runtime, seed)
    scores = map_images(model, parts.test.clean, runtime)
    return float(np.mean(scores.argmax(axis=1) != parts.test.labels))


def labelled(images: Any) -> Images:
    """Clean images with labels as what is to be learned."""
    return Images(images.clean, images.labels)


def balanced(
    labels: UInt8[np.ndarray, "n"], count: int, generator: np.random.Generator
) -> Integer[np.ndarray, "count"]:
    """Indices of `count` images, as many of each class as can be: shuffled classes take turns."""
    order = generator.permutation(len(labels))
    turn = np.empty(len(labels), int)  # the how-manieth of its class an image is
    for label in np.unique(labels):
        members = order[labels[order] == label]
        turn[members] = np.arange(len(members))
    return order[np.argsort(turn[order], kind="stable")][:count]


def represented(
    encoders: Encoders, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime
) -> tuple[Representations, Representations]:
    """Hidden vectors and codes of `images`, of every kind and seed; the pixels themselves have one seed."""
    pixels = [images.reshape(len(images), PIXELS) / np.float32(255)]
    hidden = {
        kind: [map_images(trunk(model), images, runtime).reshape(len(images), -1) for model in models]
        for kind, models in encoders.items()
    }
    codes = {
        kind: [map_images(model.features, images, runtime) for model in models]
        for kind, models in encoders.items()
    }
    return {"pixels": pixels} | hidden, {"pixels": pixels} | codes


def first_filters(model: nn.Module) -> Float[np.ndarray, "f h w"]:
    """Weights of the layer that sees the image: 3 × 3 kernels, or rows of a dense layer as images."""
    weight = next(trunk(model).parameters()).numpy()
    return weight[:, 0] if weight.ndim == 4 else weight.reshape(-1, SIDE, SIDE)


def measure_encoders(
    hidden: Representations,
    codes: Representations,
    maps: dict[str, Float[np.ndarray, "n 2"]],
    labels: UInt8[np.ndarray, "n"],
    seed: int,
) -> dict[str, Any]:
    """Neighbours of codes and maps, and CKA of all pairs at both levels."""
    return {
        "encoders": {
            kind: {
                "hidden_size": hidden[kind][0].shape[1],
                "code_size": codes[kind][0].shape[1],
                "neighbour_error": float(np.mean([leave_one_out_error(one, labels) for one in codes[kind]])),
                "map_neighbour_error": leave_one_out_error(maps[kind], labels),
            }
            for kind in codes
        },
        "cka": {"hidden": similarities(hidden, seed), "code": similarities(codes, seed)},
    }


def similarities(kinds: Representations, seed: int) -> dict[str, Any]:
    """CKA of every pair of kinds, over pairs of seeds (of one kind: of different seeds), and chance.

    Chance is CKA of trained encoders' features with the same features of images in another order.
    """
    grams = {kind: [gram(one) for one in seeds] for kind, seeds in kinds.items()}
    order = np.random.default_rng(seed).permutation(len(next(iter(grams.values()))[0]))
    shuffled = [alignment(one, one[np.ix_(order, order)]) for kind in TRAINED for one in grams[kind]]
    pairs = {
        f"{one}-{other}": alignments(grams[one], grams[other], same=one == other)
        for one, other in combinations_with_replacement(kinds, 2)
    }
    return {"shuffled": float(np.mean(shuffled)), "pairs": pairs}


def alignments(
    some: list[Float[np.ndarray, "n n"]], others: list[Float[np.ndarray, "n n"]], same: bool
) -> Range:
    """CKA over pairs of seeds; of one kind, of different seeds (1, if there is only one)."""
    values = [
        alignment(one, other)
        for i, one in enumerate(some)
        for j, other in enumerate(others)
        if not same or i < j
    ] or [1.0]
    return {"mean": float(np.mean(values)), "smallest": min(values), "largest": max(values)}


def nested(errors: dict[tuple[int, str, int], float]) -> Errors:
    """By number of labels, start and draw, as the file has them."""
    result: Errors = {}
    for (count, start, draw), error in errors.items():
        result.setdefault(f"labels{count}", {}).setdefault(start, {})[f"draw{draw}"] = error
    return result


def page(
    metrics: dict[str, Any],
    maps: dict[str, Float[np.ndarray, "n 2"]],
    labels: UInt8[np.ndarray, "n"],
    weights: dict[str, Float[np.ndarray, "f h w"]],
) -> Page:
    """The study's page, its numbers from `metrics`."""
    found = Findings(metrics)
    return Page(
        question="Do encoders learn without labels what a classifier learns?",
        summary=found.summary(),
        procedure=PROCEDURE.format(
            runs=metrics["runs"],
            units=metrics["units"],
            labels=found.label_counts(),
            draws=found.draws,
            turns=turns(metrics["runs"], found.draws),
        ),
        findings=[
            Picture("filters", draw_filters(weights), LOOK_FILTERS),
            Picture("codes", draw_maps(found, maps, labels), LOOK_CODES),
            Picture("cka", draw_cka(found), LOOK_CKA),
            ABOUT_CKA.format(
                hidden=number(metrics["cka"]["hidden"]["shuffled"], 2),
                code=number(metrics["cka"]["code"]["shuffled"], 2),
                hidden_span=number(found.widest("hidden"), 2),
                code_span=number(found.widest("code"), 2),
            ),
            Picture("errors", draw_errors(found), LOOK_ERRORS),
            found.error_table(),
            ABOUT_ERRORS,
        ],
        answer=f"{found.on_likeness()}\n\n{found.on_starts()}",
    )


class Findings:
    """What `metrics.json` says, in words."""

    def __init__(self, metrics: dict[str, Any]) -> None:
        self.metrics = metrics
        self.counts = [int(key.removeprefix("labels")) for key in metrics["errors"]]
        self.draws = len(self.errors(self.counts[0], "random"))

    def label_counts(self) -> str:
        """`100 and 300 labels, and from all 3600`."""
        some = listed([str(count) for count in self.counts[:-1]])
        return f"{some} labels, and from all {self.counts[-1]}" if some else f"all {self.counts[-1]} labels"

    def cka(self, level: str, one: str, other: str) -> Range:
        """Of two kinds, in either order."""
        pairs = self.metrics["cka"][level]["pairs"]
        key = f"{one}-{other}"
        return pairs[key] if key in pairs else pairs[f"{other}-{one}"]

    def widest(self, level: str) -> float:
        """The largest difference that pairs of seeds make to the CKA of two kinds."""
        return max(
            pair["largest"] - pair["smallest"] for pair in self.metrics["cka"][level]["pairs"].values()
        )

    def errors(self, count: int, start: str) -> list[float]:
        """Test errors, one a draw."""
        return list(self.metrics["errors"][f"labels{count}"][start].values())

    def gains(self, count: int, start: str) -> list[float]:
        """Error saved against random weights of the same architecture, one a draw of labels."""
        plain = self.errors(count, STARTS[start][1])
        return [before - after for before, after in zip(plain, self.errors(count, start), strict=True)]

    def verdict(self, count: int, start: str) -> str:
        """`helps` or `hurts` where every draw says so, else `unclear`."""
        gains = self.gains(count, start)
        return "helps" if min(gains) > 0 else "hurts" if max(gains) < 0 else "unclear"

    def summary(self) -> str:
        """The answer in one line."""
        codes = joint([self.cka("code", kind, "classifier") for kind in UNLABELLED])
        pixels, untrained = (self.cka("code", kind, "classifier")["mean"] for kind in ("pixels", "random"))
        alike = (
            f"With the classifier's code, codes learned without labels have a CKA of {spanned(codes)}, the "
            f"pixels {number(pixels)}, untrained codes {number(untrained)}."
        )
        return f"{self.saved()} {alike}"

    def saved(self) -> str:
        """What the best start from an unsupervised encoder saves, if there is one."""
        fewest = self.counts[0]
        helped = [start for start in STARTS if STARTS[start][1] and self.verdict(fewest, start) == "helps"]
        if not helped:
            return (
                f"Partly at most: with {fewest} labels no start from an unsupervised encoder beats random "
                "weights in every draw of the labels."
            )
        best = max(helped, key=lambda start: np.mean(self.gains(fewest, start)))
        text = (
            f"In part: with {fewest} labels the {STARTS[best][0]} saves a classifier "
            f"{points(np.mean(self.gains(fewest, best)))} of error"
        )
        if len(self.counts) == 1:
            return f"{text}."
        if self.verdict(self.counts[-1], best) != "helps":
            return f"{text}; with all labels it is not sure to help."
        return f"{text}, with all labels {points(np.mean(self.gains(self.counts[-1], best)))}."

    def error_table(self) -> str:
        """Test errors by number of labels and start."""
        rows = []
        for start, (name, against) in STARTS.items():
            cells = [percents(self.errors(count, start)) for count in self.counts]
            rows.append([name, *cells])
            if against:
                words = [
                    f"{self.verdict(count, start)}: {points(np.mean(self.gains(count, start)))}"
                    for count in self.counts
                ]
                rows.append(["… saved by it, mean over draws", *words])
        return table(["test error from labels", *(str(count) for count in self.counts)], rows)

    def on_likeness(self) -> str:
        """What CKA and nearest neighbours say."""
        return " ".join(
            [*(self.on_level(level, name) for level, name in LEVELS.items()), self.on_neighbours()]
        )

    def on_level(self, level: str, name: str) -> str:
        """Whether the classifier is the odd one out, and who comes nearest to it."""
        to_classifier = {kind: self.cka(level, kind, "classifier") for kind in UNLABELLED}
        across = joint(list(to_classifier.values()))
        among = joint([self.cka(level, *pair) for pair in combinations(UNLABELLED, 2)])
        odd = {
            "smaller": "the classifier is less like them than they are like each other",
            "larger": "the classifier is more like them than they are like each other",
            "unclear": "the ranges overlap, so that the classifier cannot be told to be the odd one out",
        }[apart(across, among)]
        nearest = max(to_classifier, key=lambda kind: to_classifier[kind]["mean"])
        closest = to_classifier[nearest]
        untrained, pixels = (self.cka(level, kind, "classifier") for kind in ("random", "pixels"))
        return (
            f"By the {name}, the models without labels have a CKA of {spanned(across)} with the classifier, "
            f"and of {spanned(among)} with each other: {odd}. On average the {KINDS[nearest]} comes nearest "
            f"to the classifier: {spanned(closest)}, {nearer(closest, untrained)} an untrained encoder, "
            f"{spanned(untrained)}, and {nearer(closest, pixels)} the pixels, {spanned(pixels)}."
        )

    def on_neighbours(self) -> str:
        """Of what class nearest neighbours are."""
        errors = {kind: self.metrics["encoders"][kind]["neighbour_error"] for kind in KINDS}
        best = min(UNLABELLED, key=errors.__getitem__)
        return (
            f"The nearest neighbour by code is of another class for {percent(errors['classifier'])} of the "
            f"test images with the classifier's code, which was made to part classes; for "
            f"{percent(errors[best])} with the best code learned without labels ({KINDS[best]}), "
            f"{percent(errors['random'])} with an untrained one, {percent(errors['pixels'])} with the pixels."
        )

    def on_starts(self) -> str:
        """What starting from a trained trunk does."""
        texts = []
        for start, (name, against) in STARTS.items():
            if against is None:
                continue
            told = {
                word: [count for count in self.counts if self.verdict(count, start) == word]
                for word in ("helps", "hurts", "unclear")
            }
            parts = [
                f"{word} in every draw with {listed(list(map(str, told[word])))} labels"
                for word in ("helps", "hurts")
                if told[word]
            ]
            if told["unclear"]:
                parts.append(f"is not sure to help with {listed(list(map(str, told['unclear'])))}")
            first, last = (np.mean(self.gains(count, start)) for count in (self.counts[0], self.counts[-1]))
            texts.append(
                f"The {name} {listed(parts)}; it saves {points(first)} with {self.counts[0]} and "
                f"{points(last)} with all {self.counts[-1]}."
            )
        return " ".join(texts) + "\n\n" + LIMITS.strip()


def points(share: float) -> str:
    """A difference of shares in percentage points."""
    return f"{100 * share:.1f} points".replace("-", "−")


def joint(ranges: list[Range]) -> Range:
    """Of several ranges, all of as many values, the mean of all values, the smallest and the largest."""
    return {
        "mean": float(np.mean([one["mean"] for one in ranges])),
        "smallest": min(one["smallest"] for one in ranges),
        "largest": max(one["largest"] for one in ranges),
    }


def spanned(values: Range) -> str:
    """`0.940 (0.930 to 0.950)`; the mean alone where all are equal."""
    mean, smallest, largest = (number(values[key]) for key in ("mean", "smallest", "largest"))
    return mean if smallest == largest else f"{mean} ({smallest} to {largest})"


def apart(some: Range, others: Range) -> str:
    """Whether all of some values are `larger` or `smaller` than all others; else `unclear`."""
    if some["smallest"] > others["largest"]:
        return "larger"
    return "smaller" if some["largest"] < others["smallest"] else "unclear"


def nearer(some: Range, others: Range) -> str:
    """`nearer than`, for larger CKA; claimed for sure only where ranges do not overlap."""
    if apart(some, others) == "larger":
        return "nearer than"
    return "not surely nearer than" if some["mean"] > others["mean"] else "no nearer than"


def turns(runs: int, draws: int) -> str:
    """How encoders of a kind are shared out among draws."""
    if runs == 1:
        return f"One encoder of each kind serves as the start in all draws ({draws})."
    if runs < draws:
        return (
            f"The {runs} encoders of a kind take turns as the start of the {draws} draws, so that some serve "
            "more than one: draws are not independent in where they start from."
        )
    return "Each draw starts from another encoder of the kind."


def draw_filters(weights: dict[str, Float[np.ndarray, "f h w"]]) -> Figure:
    """Filters of the first layer of every encoder, the strongest first."""
    groups = {KINDS[kind]: strongest(part) for kind, part in weights.items()}
    subject = Subject("First layers with and without labels", COLOURS["classifier"])
    return filters.draw_groups(groups, f"{subject.name}: filters", CAPTION_FILTERS, subject)


def strongest(kernels: Float[np.ndarray, "f h w"]) -> Float[np.ndarray, "most h w"]:
    """The `SHOWN` filters of the largest norms."""
    order = np.argsort(-np.square(kernels).sum(axis=(1, 2)), kind="stable")
    return kernels[order[:SHOWN]]


def draw_maps(
    found: Findings, maps: dict[str, Float[np.ndarray, "n 2"]], labels: UInt8[np.ndarray, "n"]
) -> Figure:
    """t-SNE of every kind's codes."""
    measured = found.metrics["encoders"]
    panels = [
        map_panels.Map(
            SHORT[kind], f"1-NN {percent(measured[kind]['neighbour_error'])}", points, COLOURS[kind]
        )
        for kind, points in maps.items()
    ]
    caption = CAPTION_CODES.format(n=len(labels))
    return map_panels.draw(panels, labels, "t-SNE of codes, with and without labels", caption)


def draw_cka(found: Findings) -> Figure:
    """CKA of all pairs of kinds, by hidden vector and by code."""
    tables = {
        name: np.array([[found.cka(level, one, other)["mean"] for other in KINDS] for one in KINDS])
        for level, name in LEVELS.items()
    }
    return heat_maps.draw(tables, list(SHORT.values()), "Similarity of representations: CKA", CAPTION_CKA)


def draw_errors(found: Findings) -> Figure:
    """Test error against the number of labels, a panel for each architecture."""

    def line(start: str) -> curves.Line:
        values = 100 * np.array([found.errors(count, start) for count in found.counts]).T
        colour = COLOURS.get(start, MUTED)
        return curves.Line(STARTS[start][0], values, colour, dashed=STARTS[start][1] is None)

    panels = {
        "convolutional trunk": [line(start) for start in ("random", "ae", "vae")],
        "dense trunk": [line(start) for start in ("random_dense", "wta")],
    }
    names = [str(count) for count in found.counts]
    figure = curves.draw(panels, names, "labels", "Where a classifier starts from", CAPTION_ERRORS, INK)
    first, second, *_ = figure.axes
    curves.share_scale([first, second])
    first.set_ylabel("test error, %")
    return figure


PROCEDURE = f"""
The convolutional trunk of `networks.py` is trained three times on the same clean images: inside an
autoencoder, inside a VAE, and with a softmax on top as a classifier, which alone sees the labels. *Hidden
vector* is what the trunk gives, *code* the layer after it: z, the mean of q(z|x), or the layer before the
classifier's softmax. Untrained encoders, with the classifier's random weights before training, are the
reference for chance. Seeds of every kind: {{runs}}.

The winner-take-all autoencoder is another architecture, one dense layer of {{units}} units: its hidden
vector and its code are the same thing, its units' activations with sparsity off. It can be compared by CKA
and by maps, which ask only which images are alike; its filters are as large as the image, and its weights
do not fit a convolution, so as a start it goes with a dense classifier of the same shape, and is compared
with that one's random weights.

Then classifiers learn from {{labels}}, the {CLASSES} classes in numbers as equal as can be; draws of the
labels: {{draws}}. A draw fixes the labelled images and the seed of all weights that are not taken
over, so that starts can be compared draw by draw. (With all labels only the seed differs.) The trunk is
taken over, all layers are trained, and the epoch with the smallest validation loss is kept. The encoders
saw all training images, without labels. {{turns}}
"""
LOOK_FILTERS = "edges against blobs and speckle, and whether labels make a difference that can be seen."
LOOK_CODES = "which classes lie apart without labels, and what labels add."
LOOK_CKA = "the last row: what is like the classifier; and the second: how much of that random weights have."
LOOK_ERRORS = "where a line lies below the dashed one, and where they meet."
ABOUT_CKA = """
On the diagonal are two seeds of the same kind: how much of a similarity is the kind's own. Features of a
trained encoder and the same features of images in another order have a CKA of {hidden} by hidden vector
and {code} by code: nothing lower means anything. From one pair of seeds to another, the CKA of two kinds
differs by at most {hidden_span} by hidden vector and {code_span} by code.
"""
ABOUT_ERRORS = """
Mean (smallest to largest) over draws. *Helps* and *hurts* mean that every single draw says so; otherwise
it is *unclear*.
"""
LIMITS = """
The validation images that choose the epoch have labels, too, more than the smallest sets to learn from;
every start had the same ones. One learning rate serves all starts. What a trunk is worth here includes
that its layers come with sensible scales, not only what it knows of digits.
"""
CAPTION_FILTERS = """
Weights of the first layer from the pixels, at most 28 of each kind, the strongest first. Red is positive,
blue negative; each kind has a scale of its own.

Read off: whether training changed the filters at all (compare with the untrained ones), and that a filter
as large as the image can hold a whole stroke.

Not to be read off: that kinds with similar 3 × 3 filters compute similar things. What the next layers make
of them decides; CKA looks there.
"""
CAPTION_CODES = """
t-SNE of {n} test codes of each kind, one seed; a number stands at the middle (median) of its class, or
beside it where two would overlap. 1-NN: share of images whose nearest neighbour by code (not on the map)
is of another class, mean over seeds.

Read off: which classes a code keeps apart and which it mixes.

Not to be read off: distances between clusters, their sizes and densities. Clusters alone are no sign of
learning: the pixels have them as well.
"""
CAPTION_CKA = """
Linear CKA of representations of test images, mean over pairs of seeds: 1 where two agree on which images
are alike. The winner-take-all layer has one level and stands in both tables, as do the pixels.

Read off: which kinds agree, beyond what untrained encoders (second row) and the pixels (first row) agree
on anyway.

Not to be read off: which representation is better. And CKA sees the directions of large variance; a small
one may be what a task needs.
"""
CAPTION_ERRORS = """
Test error by number of labels, a dot for each draw of the labels, lines through the means. Dashed: random
weights in the same architecture.

Read off: what a trained trunk saves, and up to how many labels.

Not to be read off: which kind of model is the best for classification. The two panels have different
networks, and neither was tuned.
"""

if __name__ == "__main__":
    run(main)
