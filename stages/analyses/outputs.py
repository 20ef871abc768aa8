"""What a model's outputs are like as numbers, before anything is clipped."""

import numpy as np
from jaxtyping import Float, UInt8

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.images.pixels import channels_last
from stages.models.interface import Autoencoder


def raw_outputs(
    model: Autoencoder, images: UInt8[np.ndarray, "n height width *rgb"], runtime: Runtime
) -> Float[np.ndarray, "n height width *rgb"]:
    """Reconstructions as the model gives them, in units of [0, 1], which they may leave."""
    return channels_last(map_images(model.reconstruct, images, runtime))
