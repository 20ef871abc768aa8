"""What trained judges make of generated pictures: whether they pass for real, and of which classes they are.

The stage `measure-judges` trains both, once for all studies.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer, UInt8

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.models.classifier import Classifier
from stages.models.critic import Critic


@dataclass(frozen=True)
class Judges:
    """The critic and the classifier that all studies ask."""

    critic: Critic
    classifier: Classifier
    runtime: Runtime

    def accepted(self, images: UInt8[np.ndarray, "n height width *rgb"]) -> Bool[np.ndarray, "n"]:
        """Whether each image passes for a real one, as 95 % of real ones do."""
        return map_images(self.critic.accepts, images, self.runtime) > 0

    def probabilities(
        self, images: UInt8[np.ndarray, "n height width *rgb"]
    ) -> Float[np.ndarray, "n classes"]:
        """p(c|x) for each image, by the classifier."""
        return judge(self.classifier, images, self.runtime)


def judge(
    classifier: Classifier, images: UInt8[np.ndarray, "n height width *rgb"], runtime: Runtime
) -> Float[np.ndarray, "n classes"]:
    """p(c|x) for each image."""
    return map_images(classifier.probabilities, images, runtime)


def class_shares(probabilities: Float[np.ndarray, "n classes"]) -> Float[np.ndarray, "classes"]:
    """Share of the pictures that look most like each class."""
    return np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1]) / len(probabilities)


def confidence(probabilities: Float[np.ndarray, "n classes"]) -> float:
    """Mean of max_c p(c|x): 1 where every picture is certainly of one class, 1/classes at the least."""
    return float(probabilities.max(axis=1).mean())


def diversity(shares: Float[np.ndarray, "classes"]) -> float:
    """exp of the entropy of the shares: how many classes there are, as if all were equally frequent.

    Ten where a tenth of the pictures is of each of ten classes; one where all are of one class.
    """
    present = shares[shares > 0]
    return float(np.exp(-(present * np.log(present)).sum()))


def error(
    probabilities: Float[np.ndarray, "n classes"], labels: Integer[np.ndarray, "n"] | UInt8[np.ndarray, "n"]
) -> float:
    """Share of images whose likeliest class is not their label."""
    return float(np.mean(probabilities.argmax(axis=1) != labels))
