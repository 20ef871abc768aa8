"""Restored images, read by a classifier: which come back as another class than the one they show.

Only images count that the classifier names rightly when they are clean; its own errors are no confusions.

    n_ab      how many of class a come back as class b
    confused  Σ_{a≠b} n_ab / Σ_ab n_ab
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Bool, Integer, UInt8

from stages.analyses.judging import Judges
from stages.images.datasets import NoisyImages
from stages.models.classifier import CLASSES

Labels = Integer[np.ndarray, "n"] | UInt8[np.ndarray, "n"]
Counts = Integer[np.ndarray, "classes classes"]
Pictures = UInt8[np.ndarray, "n 28 28"]


@dataclass(frozen=True)
class Reading:
    """What was read in pictures of `labels`.

    Attributes:
        known: which count: those that the classifier names rightly when they are clean.
        names: the likeliest class of each picture.
        accepted: which pictures the critic takes for real.
    """

    labels: Labels
    known: Bool[np.ndarray, "n"]
    names: Labels
    accepted: Bool[np.ndarray, "n"]

    @property
    def counts(self) -> Counts:
        """n_ab: a row a class, a column a name."""
        found = np.zeros((CLASSES, CLASSES), int)
        np.add.at(found, (self.labels[self.known], self.names[self.known]), 1)
        return found

    def measures(self) -> dict[str, float]:
        """Share confused, and what share passes for real: of all, and of these (of none, 0)."""
        confused = self.known & (self.names != self.labels)
        return {
            "confused": float(confused.sum() / max(self.known.sum(), 1)),
            "accepted": float(self.accepted.mean()),
            "confused_accepted": float(self.accepted[confused].sum() / max(confused.sum(), 1)),
        }


@dataclass(frozen=True)
class Reader:
    """Classifier and critic, asked about what became of images."""

    judges: Judges
    images: NoisyImages

    def read(self, pictures: Pictures) -> Reading:
        """What is seen in `pictures`, one of each image."""
        return Reading(self.images.labels, self.known, self.names(pictures), self.judges.accepted(pictures))

    @cached_property
    def known(self) -> Bool[np.ndarray, "n"]:
        """Which images are named rightly when they are clean."""
        return self.names(self.images.clean) == self.images.labels

    def names(self, pictures: Pictures) -> Labels:
        """The likeliest class of each."""
        return self.judges.probabilities(pictures).argmax(axis=1)


def as_table(counts: Counts) -> pd.DataFrame:
    """A row for every class and every other one: how many come back as it, and what share of the class."""
    label, named = np.nonzero(~np.eye(len(counts), dtype=bool))
    found = counts[label, named]
    share = found / np.maximum(counts.sum(axis=1), 1)[label]
    return pd.DataFrame({"label": label, "named": named, "count": found, "share": share})
