"""The three parts of a data set: train, validation and test, as stages and studies share them."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import UInt8

from stages.common.large_arrays import filled
from stages.common.seeds import derived
from stages.images.datasets import Images, NoisyImages, split_by_class
from stages.images.noise import NoiseSettings, add_noise
from stages.images.pixels import to_unit

# So many images are numbers at once, the others bytes. PyTorch draws by 16: the noise is that of one draw.
AT_ONCE = 512


@dataclass(frozen=True)
class Parts:
    """Images to learn from, to choose settings by, and to measure with once; input and target in pairs."""

    train: NoisyImages
    validation: NoisyImages
    test: NoisyImages

    @classmethod
    def load(cls, seed: int, validation_fraction: float) -> "Parts":
        """What `fetch-data` made, its training set split by class; the input is the clean image itself.

        Raises:
            StudyError: data/raw is missing or damaged.
        """
        known, test = (Images.load(f"data/raw/{name}.npz") for name in ("train", "test"))
        return cls.of(known, test, seed, validation_fraction)

    @classmethod
    def of(cls, known: Images, test: Images, seed: int, validation_fraction: float) -> "Parts":
        """The same of any training set, here called `known`, and test set."""
        generator = np.random.default_rng(derived(seed, "validation split"))
        train, validation = split_by_class(known.labels, validation_fraction, generator)
        return cls(*(_noiseless(images) for images in (known[train], known[validation], test)))

    def first(self, count: int) -> "Parts":
        """The first `count` images of each part, and at least one of each class."""
        return Parts(*(part.first(count) for part in (self.train, self.validation, self.test)))

    def with_noise(self, settings: NoiseSettings, seed: int) -> "Parts":
        """The same images with noise on the inputs, rounded to bytes."""
        generator = torch.Generator().manual_seed(derived(seed, "noise"))
        parts = (self.train, self.validation, self.test)
        return Parts(*(with_noise(Images(part.clean, part.labels), settings, generator) for part in parts))


def with_noise(images: Images, settings: NoiseSettings, generator: torch.Generator) -> NoisyImages:
    """Noisy copies beside the clean images, rounded to bytes."""

    def noisy(start: int) -> UInt8[np.ndarray, "block height width *rgb"]:
        clean = to_unit(torch.from_numpy(images.images[start : start + AT_ONCE]))
        return add_noise(clean, settings, generator).mul_(255).round_().byte().numpy()

    inputs = filled(images.images.shape, map(noisy, range(0, len(images), AT_ONCE)))
    return NoisyImages(images.images, inputs, images.labels)


def _noiseless(images: Images) -> NoisyImages:
    return NoisyImages(images.images, images.images, images.labels)
