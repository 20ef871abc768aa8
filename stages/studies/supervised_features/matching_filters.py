"""First layers of winner-take-all autoencoders beside those of classifiers of the same architecture."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations

import numpy as np
import pandas as pd
from jaxtyping import Float
from torch import nn

from stages.analyses.filter_kinds import blobs, smoothness
from stages.images.datasets import SIDE
from stages.studies.supervised_features.filter_likeness import likeness, positive_share, scrambled
from stages.studies.supervised_features.transfer import trunk

MATCHES = {  # of each kind of layer: the autoencoder and the classifier
    "dense": ("wta", "dense_classifier"),
    "conv": ("conv_wta", "conv_classifier"),
}

Filters = Float[np.ndarray, "_ side side"]
Sets = Mapping[str, Sequence[Filters]]  # of each kind of network, one a seed


def first_filters(model: nn.Module) -> Filters:
    """Weights of the layer that sees the image: kernels, or rows of a dense layer as images."""
    weight = next(trunk(model).parameters()).numpy()
    return weight[:, 0] if weight.ndim == 4 else weight.reshape(-1, SIDE, SIDE)


def spread_by_strength(filters: Filters, count: int) -> Filters:
    """`count` filters, evenly spaced in order of their length: neither the best nor the worst."""
    order = np.argsort(-np.square(filters).sum(axis=(1, 2)), kind="stable")
    return filters[order[np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int)]]


def measures(sets: Sets, seeds: Iterable[int]) -> pd.DataFrame:
    """A row a network: means over its filters of what they look like."""
    of: dict[str, Callable[[Filters], np.ndarray]] = {
        "smoothness": smoothness,
        "blob_share": lambda filters: blobs(filters)[0],
        "positive_share": positive_share,
    }
    return pd.DataFrame(
        {"layer": layer, "network": kind, "seed": seed}
        | {name: float(measure(filters).mean()) for name, measure in of.items()}
        for layer, kinds in MATCHES.items()
        for kind in kinds
        for seed, filters in zip(seeds, sets[kind], strict=True)
    )


def likenesses(sets: Sets, generator: np.random.Generator) -> pd.DataFrame:
    """Likeness of both networks' filters (`between`), and what to read it beside, over pairs of seeds.

    Seeds of a pair differ: with one seed, both networks start from the same weights.
    """
    rows = []
    for layer, (wta, classifier) in MATCHES.items():
        pairs = list(permutations(range(len(sets[wta])), 2))
        ones = [(sets[wta][i], sets[classifier][j]) for i, j in pairs]
        found = {
            "between": [likeness(*pair) for pair in ones],
            "wta": [likeness(sets[wta][i], sets[wta][j]) for i, j in pairs if i < j],
            "classifier": [likeness(sets[classifier][i], sets[classifier][j]) for i, j in pairs if i < j],
            "scrambled": [
                likeness(one, scrambled(other, generator))
                for pair in ones
                for one, other in (pair, pair[::-1])
            ],
        }
        rows += [
            {"layer": layer, "pair": pair, "mean": np.mean(values)}
            | {"smallest": min(values), "largest": max(values)}
            for pair, values in found.items()
        ]
    return pd.DataFrame(rows)
