"""prepare-noisy-data: split train into train and validation, and make the noisy inputs of all three parts.

data/raw → data/noisy/{train,validation,test}.npz, each with `clean`, `noisy` and `labels` side by side, and
data/noisy/metrics.json: how bad the noisy input of the test set is before any model has touched it.
"""

import numpy as np
import torch

from stages.common.artifacts import save_json
from stages.common.datasets import Images, NoisyImages, split_by_class
from stages.common.errors import run
from stages.common.metrics import mse, psnr_db
from stages.common.noise import NoiseSettings, add_noise
from stages.common.settings import Seed, StageSettings


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    noise: NoiseSettings


def main() -> None:
    """Split, add noise, save."""
    settings = Settings.read()
    everything, test = Images.load("data/raw/train.npz"), Images.load("data/raw/test.npz")
    train, validation = split_by_class(
        everything.labels, settings.noise.validation_fraction, np.random.default_rng(settings.seed)
    )
    generator = torch.Generator().manual_seed(settings.seed)
    parts = {"train": everything[train], "validation": everything[validation], "test": test}
    for name, images in parts.items():
        noisy = with_noise(images, settings.noise, generator)
        noisy.save(f"data/noisy/{name}.npz")
        if name == "test":
            save_json("data/noisy/metrics.json", {"data": noise_metrics(noisy)})


def with_noise(images: Images, settings: NoiseSettings, generator: torch.Generator) -> NoisyImages:
    """Noisy copies beside the clean images, rounded to bytes."""
    clean = torch.from_numpy(images.images).float().div_(255)
    noisy = add_noise(clean, settings, generator).mul_(255).round_().byte().numpy()
    return NoisyImages(images.images, noisy, images.labels)


def noise_metrics(images: NoisyImages) -> dict[str, float]:
    """MSE and PSNR of the noisy input itself: what a model that does nothing would reach."""
    error = float(mse(images.clean / np.float32(255), images.noisy / np.float32(255)).mean())
    return {"noisy_mse": error, "noisy_psnr_db": float(psnr_db(error))}


if __name__ == "__main__":
    run(main)
