"""What courses ask to be shown of an autoencoder, as arrays; `figures/course.py` draws it."""

from collections.abc import Mapping

import numpy as np

from stages.analyses.batches import map_images
from stages.analyses.likeness import Likeness
from stages.analyses.pictures import Arrays, Pictures
from stages.analyses.settings import EmbedSettings
from stages.common.parts import Parts
from stages.common.runtime import Runtime
from stages.models.interface import Autoencoder

TEN = EmbedSettings(probe_c=(1.0,), neighbours=1, images=10, steps=10, samples=10, coordinates=1)


def course_set(model: Autoencoder, parts: Parts, runtime: Runtime, generator: np.random.Generator) -> Arrays:
    """Ten training and ten validation images reconstructed, ten pairs interpolated, ten random codes decoded.

    The arrays are named as in `Pictures`, whose test images are the validation images here. An interpolation
    leads from a training image to a validation image of the next class in ten steps.
    """
    codes = map_images(model.features, parts.train.clean, runtime)
    pictures = Pictures(model, codes, parts.train, parts.validation, TEN, runtime, generator)
    return pictures.reconstructions() | pictures.interpolation() | pictures.samples()


def course_measures(variants: Mapping[int, Arrays], parts: Parts) -> dict[str, dict[str, float]]:
    """How like real images the middles of the interpolations and the random codes of each set are.

    Distances to the nearest training image, 1 for validation images: `midpoint`, `crossfade` (the same place
    in a mix of the pixels of the two decoded ends) and `random`.
    """
    likeness = Likeness(parts.train.clean, parts.validation.clean)
    measures = {}
    for k, arrays in variants.items():
        found = likeness.metrics(arrays)
        measures[f"k{k}"] = {
            "midpoint": found["interpolation"]["midpoint_distance"],
            "crossfade": found["interpolation"]["crossfade_distance"],
            "random": found["samples"]["prior_distance"],
        }
    return measures
