"""The pictures that courses ask for of every autoencoder, as arrays; `figures/gallery.py` draws them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from stages.analyses.batches import map_images
from stages.analyses.likeness import Likeness
from stages.analyses.pictures import Arrays, Pictures
from stages.analyses.settings import EmbedSettings
from stages.common.runtime import Runtime
from stages.images.parts import Parts
from stages.models.interface import Autoencoder

TEN = EmbedSettings(probe_c=(1.0,), neighbours=1, images=10, steps=10, samples=10, coordinates=1)


def gallery(model: Autoencoder, parts: Parts, runtime: Runtime, generator: np.random.Generator) -> Arrays:
    """Ten training and ten validation images reconstructed, ten pairs interpolated, ten random codes decoded.

    The arrays are named as in `Pictures`, whose test images are the validation images here. An interpolation
    leads from a training image to a validation image of the next class in ten steps. `measured_…` are what
    `gallery_table` measures.
    """
    codes = map_images(model.features, parts.train.clean, runtime)
    pictures = Pictures(model, codes, parts.train, parts.validation, TEN, runtime, generator)
    return pictures.reconstructions() | pictures.interpolation() | pictures.samples() | pictures.measured()


def gallery_table(galleries: Mapping[int, Arrays], parts: Parts) -> pd.DataFrame:
    """How like real images the middles between two validation images and random codes are, by k.

    Distances to the nearest training image, 1 for validation images, means over 200: `midpoint`, `crossfade`
    (a mix of the pixels of the two decoded ends) and `random` (codes from N(0, I)).
    """
    likeness = Likeness(parts.train.clean, parts.validation.clean)

    def row(k: int, arrays: Arrays) -> dict[str, float]:
        found = likeness.metrics(arrays)
        line, random = found["interpolation"], found["samples"]["prior_distance"]
        return {
            "k": k,
            "midpoint": line["midpoint_distance"],
            "crossfade": line["crossfade_distance"],
            "random": random,
        }

    return pd.DataFrame(row(k, arrays) for k, arrays in galleries.items())
