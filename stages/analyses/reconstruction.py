"""How well a model restores images, in the measures of `common/metrics.py`."""

from collections.abc import Iterator

import numpy as np

from stages.analyses.batches import map_images
from stages.common.large_arrays import blocks
from stages.common.metrics import Pair, metrics_of_blocks
from stages.common.runtime import Runtime
from stages.images.datasets import NoisyImages
from stages.images.pixels import channels_last
from stages.models.interface import Autoencoder


def reconstruction_error(
    model: Autoencoder, images: NoisyImages, runtime: Runtime, clip: bool = True
) -> dict[str, float]:
    """`mse`, `psnr_db` and `cross_entropy` of the reconstructions of `images.noisy` against the clean ones.

    Outputs are clipped to [0, 1], as an image is, unless `clip` is off (for comparison with a formula).
    """
    return metrics_of_blocks(restored(model, images, runtime, clip))


def restored(model: Autoencoder, images: NoisyImages, runtime: Runtime, clip: bool = True) -> Iterator[Pair]:
    """Clean images and what `model` makes of the noisy ones, in [0, 1], block by block."""
    for block in blocks(images.clean.shape):
        outputs = channels_last(map_images(model.reconstruct, images.noisy[block], runtime))
        yield images.clean[block] / np.float32(255), outputs.clip(0, 1) if clip else outputs
