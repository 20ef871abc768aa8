"""Classifiers that start from trained trunks or from random weights, with few labels and with all."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Bool
from torch import nn

from stages.analyses.batches import map_images
from stages.common.seeds import derived
from stages.studies.bench import Bench
from stages.studies.supervised_features.drawn_labels import balanced
from stages.studies.supervised_features.gains import gain
from stages.studies.supervised_features.networks import Trained, labelled, learn
from stages.studies.supervised_features.section import Supervised

STARTS = {  # trained trunks, and the random weights that each is compared with
    "ae": "random",
    "vae": "random",
    "wta": "random_dense",
}

Cell = tuple[int, str, int]  # number of labels, start, seed
Wrong = dict[Cell, Bool[np.ndarray, "n"]]  # which test images a classifier puts wrong


def source(networks: Mapping[str, Sequence[Trained]], cell: Cell, bench: Bench) -> nn.Module | None:
    """The network that a classifier starts from; seeds take turns."""
    _, start, seed = cell
    return networks[start][(seed - bench.seed) % len(networks[start])].model if start in STARTS else None


def fine_tuned(
    count: int, start: str, seed: int, trained: nn.Module | None, section: Supervised, bench: Bench
) -> Trained:
    """A classifier; `seed` draws its `count` labels, and the weights that are not taken over."""
    train = bench.parts.train
    chosen = balanced(train.labels, count, np.random.default_rng(derived(seed, "labels")))
    return learn(STARTS.get(start, start), trained, labelled(train)[chosen], section, bench, seed)


def missed(classifiers: Mapping[Cell, Trained], bench: Bench) -> Wrong:
    """Which test images each puts wrong."""
    test = bench.parts.test
    return {
        cell: map_images(one.model, test.clean, bench.runtime).argmax(axis=1) != test.labels
        for cell, one in classifiers.items()
    }


def errors(wrong: Wrong) -> pd.DataFrame:
    """A row a classifier: its error on the test images."""
    return pd.DataFrame(
        {"labels": count, "start": start, "seed": seed, "error": missed.mean()}
        for (count, start, seed), missed in wrong.items()
    )


def learning_curves(classifiers: Mapping[Cell, Trained]) -> pd.DataFrame:
    """A row an epoch of a classifier: its error on validation images."""
    return pd.DataFrame(
        {"labels": count, "start": start, "epoch": row["epoch"], "seed": seed}
        | {"validation_error": row["validation_error"]}
        for (count, start, seed), one in classifiers.items()
        for row in one.history
    )


def gains(wrong: Wrong, counts: tuple[int, ...], seeds: range) -> pd.DataFrame:
    """What a trained start saves against random weights of the same architecture: a row a count and start."""
    return pd.DataFrame(
        {"labels": count, "start": start}
        | gain(*(np.stack([wrong[count, one, seed] for seed in seeds]) for one in (baseline, start)))
        for start, baseline in STARTS.items()
        for count in counts
    )
