"""What a classifier makes of generated pictures: which classes there are among them, and how sure it is."""

import numpy as np
from jaxtyping import Float, Integer, UInt8

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.models.classifier import Classifier


def judge(
    classifier: Classifier, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime
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
