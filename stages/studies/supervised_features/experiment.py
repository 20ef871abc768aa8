"""measure-supervised-features: do encoders that never saw a label learn what a classifier learns?

The convolutional encoder of the autoencoders is trained as a classifier, too. Representations of test images
by autoencoder, VAE, winner-take-all layer, classifier and an untrained encoder are laid out side by side and
compared by linear CKA. Then trained encoders are where classifiers start from, with few and with many labels,
beside classifiers that start from random weights.

References: CKA: Kornblith et al. 2019 (arXiv 1905.00414). Unsupervised training as a start: Erhan et al.,
*Why Does Unsupervised Pre-training Help Deep Learning?*, JMLR 11 (2010).
"""

from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Integer, UInt8
from pydantic import Field, model_validator
from torch import Tensor, nn

from stages.analyses.batches import map_images
from stages.analyses.maps import tsne
from stages.analyses.probes import leave_one_out_error
from stages.common.errors import StudyError, run
from stages.common.runtime import seeded_weights
from stages.common.seeds import derived
from stages.common.settings import Ascending, Count, Latent, Rate, Section
from stages.images.datasets import SIDE, Images, NoisyImages
from stages.models import ae, classifier, vae, wta
from stages.models.architecture import Dense
from stages.models.classifier import Classifier
from stages.models.networks import PIXELS
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.studies.supervised_features.best_epoch import BestEpoch
from stages.studies.supervised_features.cka import alignment, gram
from stages.studies.supervised_features.transfer import copy_trunk, trunk
from stages.training.loop import fit
from stages.training.parallel import by_key, in_parallel
from stages.training.trials import train

UNLABELLED = ("ae", "vae", "wta")  # trained without labels
TRAINED = (*UNLABELLED, "classifier")
ENCODERS = ("random", *TRAINED)
STARTS = {  # where a classifier starts from, and the start that it is compared with
    "random": None,
    "ae": "random",
    "vae": "random",
    "random_dense": None,
    "wta": "random_dense",
}
SHOWN = 28  # filters of each kind

Encoders = dict[str, list[nn.Module]]  # of each kind, one a seed
Representations = dict[str, list[Float[np.ndarray, "n _"]]]


class Supervised(Section):
    """The section `supervised_features`."""

    latent: Latent
    runs: Count = Field(description="seeds of every kind of encoder")
    labels: Ascending[Count] = Field(description="numbers of labels to learn from, beside all")
    draws: int = Field(ge=2, description="draws of the labels, as many of each class")
    presented: Count = Field(description="images that a training with few labels sees at least")
    perplexity: Rate = Field(description="of t-SNE")
    ae: ae.Settings
    vae: vae.Settings
    wta: wta.Settings
    classifier: classifier.Settings

    @model_validator(mode="after")
    def _same_trunk(self) -> "Supervised":
        for key in ("architecture", "layer_sizes", "kernel", "activation"):
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
    """Train encoders, compare what they represent, let classifiers start from them."""
    settings = Settings.read()
    section, bench = settings.supervised_features, Bench.of(settings)
    counts = label_counts(section, len(bench.parts.train))
    jobs = [(kind, section, bench, seed) for kind in ENCODERS for seed in bench.seeds(section.runs)]
    encoders = by_key(in_parallel(encoder, jobs, "encoders"), ENCODERS)

    seeds = bench.seeds(section.draws)
    cells = [(count, start, seed) for count in counts for start in STARTS for seed in seeds]
    jobs = [
        (start, source(encoders, start, seed - bench.seed), count, section, bench, seed)
        for count, start, seed in cells
    ]
    wrong = dict(zip(cells, in_parallel(fine_tuned, jobs, "classifiers"), strict=True))

    hidden, codes = represented(encoders, bench)
    jobs = [(codes[kind][0], section.perplexity, bench.seed) for kind in codes]
    maps = dict(zip(codes, in_parallel(tsne, jobs, "t-SNE"), strict=True))
    labels = bench.parts.test.labels
    levels = {"hidden": hidden, "code": codes}
    save(
        "supervised-features",
        {
            "all_labels": counts[-1],
            "test_images": len(labels),
            "shuffled": {level: shuffled(kinds, bench.seed) for level, kinds in levels.items()},
        },
        {
            "maps": maps,
            "labels": labels,
            "filters": {kind: first_filters(models[0]) for kind, models in encoders.items()},
        },
        errors=errors(wrong),
        gains=gains(wrong, counts, seeds),
        encoders=neighbour_errors(codes, bench),
        cka=pd.DataFrame(
            {"level": level} | row for level, kinds in levels.items() for row in similarities(kinds)
        ),
    )


def errors(wrong: dict[tuple[int, str, int], Bool[np.ndarray, "n"]]) -> pd.DataFrame:
    """A row a classifier: its error on the test images."""
    return pd.DataFrame(
        {"labels": count, "start": start, "seed": seed, "error": missed.mean()}
        for (count, start, seed), missed in wrong.items()
    )


def neighbour_errors(codes: dict[str, list[np.ndarray]], bench: Bench) -> pd.DataFrame:
    """A row an encoder: the size of its code, and the error of the nearest other test image in it."""
    labels = bench.parts.test.labels
    return pd.DataFrame(
        {"kind": kind, "seed": seed, "size": one.shape[1], "error": leave_one_out_error(one, labels)}
        for kind, each in codes.items()
        for seed, one in zip(bench.seeds(len(each)), each, strict=True)
    )


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


def encoder(kind: str, section: Supervised, bench: Bench, seed: int) -> nn.Module:
    """A trained encoder of some kind (with its decoder or head), or an untrained one."""
    if kind == "random":
        with seeded_weights(seed):
            return classifier.build(section.classifier, section.latent).eval().requires_grad_(False)
    if kind == "classifier":
        return learn(section.classifier, None, labelled(bench.parts.train), section.latent, bench, seed)
    settings, module = {"ae": (section.ae, ae), "vae": (section.vae, vae), "wta": (section.wta, wta)}[kind]
    return train(module.build, settings, section.latent, bench.parts, bench.runtime, seed).model


def learn(
    settings: classifier.Settings,
    start: nn.Module | None,
    images: Images,
    latent: int,
    bench: Bench,
    seed: int,
) -> Classifier:
    """A classifier, from the trunk of `start` or from random weights; the epoch that validates best."""
    with seeded_weights(seed):
        model = classifier.build(settings, latent)
    if start is not None:
        copy_trunk(start, model)
    validation = labelled(bench.parts.validation)
    best = BestEpoch(validation, bench.runtime)
    fit(model, images, validation, settings, bench.runtime, seed, after_epoch=best)
    best.restore(model)
    return model.cpu().eval().requires_grad_(False)


def source(encoders: Encoders, start: str, draw: int) -> nn.Module | None:
    """The encoder that a classifier starts from; seeds take turns."""
    return encoders[start][draw % len(encoders[start])] if start in UNLABELLED else None


def fine_tuned(
    start: str, trained: nn.Module | None, count: int, section: Supervised, bench: Bench, seed: int
) -> Bool[np.ndarray, "n"]:
    """Which test images a classifier puts wrong; `seed` draws its `count` labels, and its weights."""
    parts, settings = bench.parts, section.classifier
    if "random_dense" in (start, STARTS[start]):
        dense = {
            "architecture": "dense",
            "dense": Dense(hidden=(section.wta.dense.units,)),
            "activation": "relu",
        }
        settings = settings.model_copy(update=dense)
    epochs = max(settings.epochs, -(-section.presented // count))
    settings = settings.model_copy(update={"epochs": epochs})
    chosen = balanced(parts.train.labels, count, np.random.default_rng(derived(seed, "labels")))
    model = learn(settings, trained, labelled(parts.train)[chosen], section.latent, bench, seed)
    scores = map_images(model, parts.test.clean, bench.runtime)
    return scores.argmax(axis=1) != parts.test.labels


def labelled(images: NoisyImages) -> Images:
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


def gains(
    wrong: dict[tuple[int, str, int], Bool[np.ndarray, "n"]], counts: tuple[int, ...], seeds: range
) -> pd.DataFrame:
    """What a trained start saves against random weights of the same architecture: a row a count and start."""
    return pd.DataFrame(
        {"labels": count, "start": start}
        | gain(*(np.stack([wrong[count, one, seed] for seed in seeds]) for one in (baseline, start)))
        for start, baseline in STARTS.items()
        if baseline
        for count in counts
    )


def gain(before: Bool[np.ndarray, "draws n"], after: Bool[np.ndarray, "draws n"]) -> dict[str, float]:
    """Error saved, mean over draws, and its standard error: of test images and of draws, compared in pairs.

    Images and draws are crossed, so that the two variances of the mean add up (what one image makes of one
    draw is in both: the standard error is somewhat too large, not too small).
    """
    saved = before.astype(float) - after
    draws, images = saved.shape
    of_images = saved.mean(axis=0).std(ddof=1) / np.sqrt(images)
    of_draws = saved.mean(axis=1).std(ddof=1) / np.sqrt(draws)
    return {
        "gain": saved.mean(),
        "standard_error": float(np.hypot(of_images, of_draws)),
        "images_error": of_images,
        "draws_error": of_draws,
        "draws_that_gain": int((saved.mean(axis=1) > 0).sum()),
    }


def represented(encoders: Encoders, bench: Bench) -> tuple[Representations, Representations]:
    """Hidden vectors and codes of test images, of every kind and seed; pixels have one seed."""
    images = bench.parts.test.clean
    pixels = {"pixels": [images.reshape(len(images), PIXELS) / np.float32(255)]}

    def flat(function: Callable[..., Tensor]) -> Float[np.ndarray, "n _"]:
        return map_images(function, images, bench.runtime).reshape(len(images), -1)

    def of(part: Callable[[nn.Module], Callable[..., Tensor]]) -> Representations:
        return pixels | {kind: [flat(part(model)) for model in models] for kind, models in encoders.items()}

    return of(trunk), of(lambda model: model.features)


def first_filters(model: nn.Module) -> Float[np.ndarray, "most h w"]:
    """The strongest of the layer that sees the image: 3 × 3 kernels, or rows of a dense layer as images."""
    weight = next(trunk(model).parameters()).numpy()
    kernels = weight[:, 0] if weight.ndim == 4 else weight.reshape(-1, SIDE, SIDE)
    order = np.argsort(-np.square(kernels).sum(axis=(1, 2)), kind="stable")
    return kernels[order[:SHOWN]]


def similarities(kinds: Representations) -> list[dict[str, str | float]]:
    """CKA of every pair of kinds, over pairs of seeds; of one kind, of different seeds (1, if it has one)."""
    grams = {kind: [gram(one) for one in seeds] for kind, seeds in kinds.items()}
    rows = []
    for one, other in combinations_with_replacement(kinds, 2):
        values = [
            alignment(first, second)
            for i, first in enumerate(grams[one])
            for j, second in enumerate(grams[other])
            if one != other or i < j
        ] or [1.0]
        row = {"mean": float(np.mean(values)), "smallest": min(values), "largest": max(values)}
        rows.append({"one": one, "other": other} | row)
    return rows


def shuffled(kinds: Representations, seed: int) -> float:
    """Chance: CKA of trained encoders' features with the same features of images in another order."""
    order = np.random.default_rng(derived(seed, "order")).permutation(len(kinds["pixels"][0]))
    grams = [gram(one) for kind in TRAINED for one in kinds[kind]]
    return float(np.mean([alignment(one, one[np.ix_(order, order)]) for one in grams]))


if __name__ == "__main__":
    run(main)
