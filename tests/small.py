"""The study in small: settings and images that a model learns from in a second."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import validated
from stages.images.datasets import Images, NoisyImages
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts, with_noise
from stages.images.shape import DIGIT, ImageShape
from stages.images.sources import mnist_5k
from stages.models import ae, vae, wta
from stages.models.interface import Autoencoder

CPU = Runtime(torch.device("cpu"), torch.float32)

TRAINING = {
    "epochs": 2,
    "batch_size": 50,
    "learning_rate": 0.005,
    "schedule": "constant",
    "optimizer": "adam",
}
NOISE = {"kind": "gaussian", "amount": 0.3, "fresh": False, "validation_fraction": 0.1}
NETWORK = TRAINING | {
    "architecture": "dense",
    "conv": {"channels": [4, 6]},
    "dense": {"hidden": [64]},
    "activation": "relu",
}
AE = NETWORK | {"output": "sigmoid", "objective": "mean-squared-error", "initialisation_std": None}
VAE = NETWORK | {"decoder_activation": "relu", "beta": 1.0}
WTA = TRAINING | {
    "architecture": "dense",
    "dense": {"units": 100, "tied": False},
    "conv": {"maps": 6, "encoder_kernels": [5], "decoder_kernel": 7, "pool": 4},
    "lifetime": 0.1,
    "initialisation_std": 0.05,
    "noisy_input": False,
    "stack": [],
}
MODELS = {"ae": (ae, AE), "vae": (vae, VAE), "wta": (wta, WTA)}


def noise_settings(**changes: Any) -> NoiseSettings:
    """The section `noise`."""
    return validated(NoiseSettings, NOISE | changes, Path("test"))


def model_settings(name: str, **changes: Any) -> Any:
    """The section of the model `name`; `hidden=…` stands for `dense: {hidden: …}`, and so on."""
    module, section = MODELS[name]
    return validated(module.Settings, changed(section, changes), Path("test"))


def changed(section: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`section` with `changes`: `units=9` where it has `dense: {units: …}`."""
    section = dict(section)
    parts = {name: part for name, part in section.items() if isinstance(part, dict)}
    for key, value in changes.items():
        inside = [name for name, part in parts.items() if key in part]
        section |= {inside[0]: section[inside[0]] | {key: value}} if inside else {key: value}
    return section


def build(name: str, latent: int = 10, seed: int = 0, shape: ImageShape = DIGIT, **changes: Any) -> Any:
    """The model `name` for images of `shape`, with weights drawn from `seed`."""
    with seeded_weights(seed):
        return MODELS[name][0].build(model_settings(name, **changes), latent, shape)


def random_images(count: int = 3, seed: int = 0) -> Tensor:
    """Uniform pixels, (count, 1, 28, 28) in [0, 1]."""
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def generator(seed: int = 0) -> torch.Generator:
    """A generator of random tensors."""
    return torch.Generator().manual_seed(seed)


def as_images(pictures: np.ndarray) -> Tensor:
    """uint8 (n, 28, 28) → (n, 1, 28, 28) in [0, 1]."""
    return torch.from_numpy(pictures).unsqueeze(1).float() / 255


def small_digits(train: int = 40, validation: int = 10, test: int = 20) -> Parts:
    """So many images of each digit, shuffled, with noise."""
    every = mnist_5k()
    random, draw = np.random.default_rng(0), generator()
    chosen = np.stack([np.flatnonzero(every.labels == label) for label in range(10)])  # (10, 500)
    parts = np.split(chosen[:, : train + validation + test], [train, train + validation], axis=1)
    return Parts(*(_noisy(every[random.permutation(part.ravel())], draw) for part in parts))


def _noisy(images: Images, draw: torch.Generator) -> NoisyImages:
    return with_noise(images, noise_settings(), draw)


class OneKernel(Autoencoder):
    """Convolution with one kernel: its response to a lit pixel is known."""

    def __init__(self, kernel):
        super().__init__()
        side = len(kernel)
        self.conv = nn.Conv2d(1, 1, side, padding=side // 2)
        self.conv.weight.data = torch.tensor(kernel).float()[None, None]

    def encode(self, images):
        return images

    def decode(self, codes):
        return self.conv(codes)
