"""What the coordinates of a code mean: which measure of the decoded image goes with each of them.

Test images of every class are encoded. From the code of each a walk leads along one coordinate, from its 1st
to its 99th percentile over the training codes, the others unchanged, and what is decoded on the way is
measured (`shape.py`), of images in colour how bright they look. Over all pictures of a coordinate's walks,

    share = r²   r: correlation of the coordinate's value with a measure

is the share of the measure's variance that goes with the coordinate. It is small where the coordinate does
little, and where it does one thing to one image and another to the next. The measure with the largest share
is the coordinate's strongest.

A decoder is smooth, so along *any* direction something changes. How much goes with a direction that means
nothing in particular is measured: the same walks along random directions of the code space (unit vectors
drawn uniformly, in units of each coordinate's standard deviation). A coordinate is named after its strongest
measure where the share is above that of 95 % of random directions for this measure. A class agrees where the
same holds for the walks from its images alone, in the same sense. Without classes there are walks from as
many images as of ten classes, and nothing agrees.

There are six measures, so more than 5 % of the random directions would be named as well (`random_named`). A
code whose axes are like any other direction has as many names.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Integer, UInt8

from stages.analyses.batches import map_codes, map_images
from stages.analyses.shape import MEASURES, shapes
from stages.analyses.units import units
from stages.analyses.walks import most_varied, percentile_values
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.images.colours import luminance
from stages.images.datasets import NoisyImages
from stages.images.labels import have_classes
from stages.images.parts import Parts
from stages.images.pixels import channels_last, to_bytes
from stages.models.interface import Autoencoder

MOST = 50  # coordinates: those of a code of 784 numbers would take minutes
OF_EACH_CLASS, STEPS = 5, 4  # images walked from, and pictures of a walk
RANDOM, OF_EACH_CLASS_RANDOM = 100, 1  # directions, and images walked from along them
WITHOUT_CLASSES = 10  # times as many images, as if there were so many classes
QUANTILE = 0.95
LEAST = 1e-12

Metrics = dict[str, float]
Shares = Float[np.ndarray, "directions measures"]


@dataclass(frozen=True)
class Walks:
    """What was measured along some directions.

    Attributes:
        values: of the coordinate, from low to high.
        measured: of each direction, image, step and measure.
        labels: classes of the images.
    """

    values: Float[np.ndarray, "directions steps"]
    measured: Float[np.ndarray, "directions images steps measures"]
    labels: UInt8[np.ndarray, "images"]

    def correlations(self, label: int | None = None) -> Shares:
        """r of value and measure over all walks along a direction, or those from images of one class."""
        chosen = slice(None) if label is None else self.labels == label
        measured = self.measured[:, chosen]
        value = self.values - self.values.mean(axis=1, keepdims=True)
        centred = measured - measured.mean(axis=(1, 2), keepdims=True)
        together = np.einsum("ds,disk->dk", value, centred)
        spread = np.square(value).sum(axis=1) * measured.shape[1]
        return together / np.sqrt(np.maximum(spread[:, None] * np.square(centred).sum(axis=(1, 2)), LEAST))


def meaning_of(
    model: Autoencoder, codes: Float[np.ndarray, "n d"], parts: Parts, runtime: Runtime, seed: int
) -> tuple[pd.DataFrame, dict[str, Metrics]]:
    """The table and the section of `metrics.json`: of coordinates, or of the units of a sparse code."""
    if model.code_kind == "sparse":
        table, metrics = units(model, parts.train.clean)
        return table, {"units": metrics}
    generator = np.random.default_rng(derived(seed, "directions"))
    table, metrics = meaning(model, codes, parts.test, runtime, generator)
    return table, {"coordinates": metrics}


def meaning(
    model: Autoencoder,
    codes: Float[np.ndarray, "n d"],
    test: NoisyImages,
    runtime: Runtime,
    generator: np.random.Generator,
) -> tuple[pd.DataFrame, Metrics]:
    """A row for each of the (at most) 50 coordinates that vary most over `codes`, and what they are in short.

    Columns: `coordinate`, `measure` (its strongest), `share`, `limit` (95 % of random directions have less),
    `sign` (1: both rise together), `classes_agreeing` of `classes`, if there are classes, `named` (0 or 1).
    Metrics, all shares:
    `named` of the coordinates, `strongest_share`, the mean of `share`, and the same two of random directions.
    """
    coordinates = np.sort(most_varied(codes, MOST))
    axes = np.eye(codes.shape[1], dtype=np.float32)[coordinates]
    random = generator.standard_normal((RANDOM, codes.shape[1]), np.float32)
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    along = walks(model, codes, axes, of_each_class(test, OF_EACH_CLASS), runtime)
    anywhere = walks(model, codes, random, of_each_class(test, OF_EACH_CLASS_RANDOM), runtime).correlations()
    limits = np.quantile(np.square(anywhere), QUANTILE, axis=0)
    table = strongest(along, limits)
    table.insert(0, "coordinate", coordinates)
    return table, {
        "named": float(table.named.mean()),
        "strongest_share": float(table.share.mean()),
        "random_named": float(_exceeding(anywhere, limits).mean()),
        "random_share": float(np.square(anywhere).max(axis=1).mean()),
    }


def walks(
    model: Autoencoder,
    codes: Float[np.ndarray, "n d"],
    directions: Float[np.ndarray, "directions d"],
    images: NoisyImages,
    runtime: Runtime,
) -> Walks:
    """Decode and measure walks from each of `images` along `directions`, in units of the codes' spread."""
    spread = np.maximum(codes.std(axis=0), LEAST)
    starts = map_images(model.encode, images.noisy, runtime)
    values = percentile_values((codes / spread) @ directions.T, STEPS)
    moves = values[:, None] - ((starts / spread) @ directions.T).T[..., None]  # directions × images × steps
    along = starts[:, None] + moves[..., None] * (directions * spread)[:, None, None]
    decoded = map_codes(model.decode, along.reshape(-1, codes.shape[1]).astype(np.float32), runtime)
    pictures = luminance(channels_last(to_bytes(torch.from_numpy(decoded))))
    measured = shapes(pictures).to_numpy(np.float64)
    return Walks(values.astype(np.float64), measured.reshape(*moves.shape, -1), images.labels)


def strongest(along: Walks, limits: Float[np.ndarray, "measures"]) -> pd.DataFrame:
    """Of each direction the measure with the largest share, and whether it is above its limit."""
    correlations = along.correlations()
    best = np.square(correlations).argmax(axis=1)
    rows = np.arange(len(best))
    chosen, classes = correlations[rows, best], np.unique(along.labels)
    of_class = np.stack([along.correlations(label)[rows, best] for label in classes.tolist()])
    agree = (np.square(of_class) > limits[best]) & (np.sign(of_class) == np.sign(chosen))
    table = pd.DataFrame(
        {
            "measure": np.array(MEASURES)[best],
            "share": np.square(chosen),
            "limit": limits[best],
            "sign": np.sign(chosen).astype(int),
            "classes_agreeing": agree.sum(axis=0),
            "classes": len(classes),
            "named": _exceeding(correlations, limits).astype(int),
        }
    )
    return table if have_classes(along.labels) else table.drop(columns=["classes_agreeing", "classes"])


def of_each_class(images: NoisyImages, count: int) -> NoisyImages:
    """The first `count` images of each class; without classes the first of all, and more of them."""
    if not have_classes(images.labels):
        count *= WITHOUT_CLASSES
    members = [np.flatnonzero(images.labels == label)[:count] for label in np.unique(images.labels)]
    chosen = np.concatenate(members)
    return NoisyImages(images.clean[chosen], images.noisy[chosen], images.labels[chosen])


def _exceeding(
    correlations: Shares, limits: Float[np.ndarray, "measures"]
) -> Integer[np.ndarray, "directions"]:
    """Whether the strongest measure of each direction is above its limit."""
    shares = np.square(correlations)
    best = shares.argmax(axis=1)
    return (shares[np.arange(len(best)), best] > limits[best]).astype(int)
