"""Watching a model learn: the same few test images, reconstructed after each epoch."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from stages.common.artifacts import save_arrays
from stages.common.runtime import Runtime
from stages.images.datasets import NoisyImages
from stages.images.pixels import channels_first, channels_last, to_bytes, to_unit
from stages.models.interface import Autoencoder

IMAGES = 10  # a strip as wide as a page


class Progress:
    """Collects reconstructions; give it to `fit` as `after_epoch`."""

    def __init__(self, images: NoisyImages, runtime: Runtime) -> None:
        self.noisy, self.clean = images.noisy[:IMAGES], images.clean[:IMAGES]
        self.inputs = to_unit(channels_first(torch.from_numpy(self.noisy).to(runtime.device)))
        self.epochs: list[Tensor] = []  # which a snapshot can hold

    def __call__(self, model: Autoencoder) -> None:
        """Reconstruct the images with `model` as it is now."""
        self.epochs.append(torch.from_numpy(channels_last(to_bytes(model.reconstruct(self.inputs)))))

    def save(self, path: Path | str) -> None:
        """Write `noisy`, `clean` and, with an axis of epochs before, `reconstructions`, all uint8."""
        save_arrays(path, noisy=self.noisy, clean=self.clean, reconstructions=np.stack(self.epochs))
