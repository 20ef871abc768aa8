"""prepare-noisy-data: split train into train and validation, and make the noisy inputs of all three parts.

data/raw → data/noisy/{train,validation,test}.npz, each with `clean`, `noisy` and `labels` side by side, and
data/noisy/metrics.json: how bad the noisy input of the test set is before any model has touched it.
"""

import numpy as np

from stages.common.artifacts import save_json
from stages.common.errors import run
from stages.common.large_arrays import blocks
from stages.common.metrics import mse, psnr_db
from stages.common.settings import Arithmetic, Seed, StageSettings
from stages.images.datasets import NoisyImages
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    arithmetic: Arithmetic
    seed: Seed
    noise: NoiseSettings


def main() -> None:
    """Split, add noise, save."""
    settings = Settings.read()
    clean = Parts.load(settings.seed, settings.noise.validation_fraction)
    noisy = clean.with_noise(settings.noise, settings.seed)
    for name in ("train", "validation", "test"):
        getattr(noisy, name).save(f"data/noisy/{name}.npz")
    save_json("data/noisy/metrics.json", {"data": noise_metrics(noisy.test)})


def noise_metrics(images: NoisyImages) -> dict[str, float]:
    """MSE and PSNR of the noisy input itself: what a model that does nothing would reach."""
    of_blocks = (
        mse(images.clean[block] / np.float32(255), images.noisy[block] / np.float32(255))
        for block in blocks(images.clean.shape)
    )
    error = float(np.concatenate(list(of_blocks)).mean())
    return {"noisy_mse": error, "noisy_psnr_db": float(psnr_db(error))}


if __name__ == "__main__":
    run(main)
