"""train-ae: train the denoising autoencoder, convolutional or dense.

data/noisy → data/models/ae: the checkpoint, `history.csv` (loss terms over epochs), `measures.csv` (PSNR
and a probe's error over epochs) and `progress.npz` (the same test images reconstructed after each epoch).
"""

from stages.analyses.learning import Learning
from stages.common import ranks
from stages.common.errors import run
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Arithmetic, Latent, Processes, Seed, StageSettings
from stages.images.datasets import NoisyImages
from stages.images.noise import NoiseSettings
from stages.models import ae
from stages.training.checkpoints import save_model
from stages.training.loop import fit, save_history
from stages.training.progress import Progress
from stages.training.snapshots import Snapshots
from stages.training.watching import all_of


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    latent: Latent
    arithmetic: Arithmetic
    processes: Processes
    noise: NoiseSettings
    ae: ae.Settings


def main() -> None:
    """Build, train, save."""
    settings = Settings.read()
    ranks.start(settings.processes)
    train, validation, test = (
        NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "validation", "test")
    )
    runtime = Runtime.choose(settings.arithmetic)
    with seeded_weights(settings.seed):
        model = ae.build(settings.ae, settings.latent, train.shape)
    progress, learning = Progress(test, runtime), Learning(train, validation, runtime)
    watch = all_of(progress, learning)
    parts, records = (train, validation, test), (progress.epochs, learning.rows)
    snapshots = Snapshots("ae", (settings, runtime), parts, records)
    fresh_noise = settings.noise if settings.noise.fresh else None
    history = fit(
        model, train, validation, settings.ae, runtime, settings.seed, fresh_noise, watch, snapshots
    )
    if not ranks.is_first():
        return  # all have the same weights
    save_model("data/models/ae", "ae", model, settings.ae, settings.latent)
    save_history("data/models/ae/history.csv", history)
    save_history("data/models/ae/measures.csv", learning.rows)
    progress.save("data/models/ae/progress.npz")
    snapshots.remove()


if __name__ == "__main__":
    run(main)
