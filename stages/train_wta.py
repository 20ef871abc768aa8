"""train-wta: train the winner-take-all autoencoder, layer by layer if the settings stack several.

data/noisy → data/models/wta: the checkpoint, `history.csv` (the loss over epochs, of one layer after the
other), `measures.csv` (PSNR and a probe's error over epochs) and `progress.npz` (the same test images
reconstructed after each epoch).
"""

from stages.analyses.learning import Learning
from stages.common import ranks
from stages.common.errors import run
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Arithmetic, Processes, Seed, StageSettings
from stages.images.datasets import NoisyImages
from stages.images.noise import NoiseSettings
from stages.models import wta
from stages.training.checkpoints import save_model
from stages.training.loop import fit, save_history
from stages.training.progress import Progress
from stages.training.snapshots import Snapshots
from stages.training.watching import all_of


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    arithmetic: Arithmetic
    processes: Processes
    noise: NoiseSettings
    wta: wta.Settings


def main() -> None:
    """Build, train each layer on the features of those below, save."""
    settings = Settings.read()
    ranks.start(settings.processes)
    train, validation, test = (
        NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "validation", "test")
    )
    runtime = Runtime.choose(settings.arithmetic)
    progress, learning = Progress(test, runtime), Learning(train, validation, runtime)
    watch = all_of(progress, learning)
    parts, records = (train, validation, test), (progress.epochs, learning.rows)
    snapshots = Snapshots("wta", (settings, runtime), parts, records)
    fresh_noise = settings.noise if settings.noise.fresh else None
    if not settings.wta.noisy_input:
        train, validation, fresh_noise = train.without_noise(), validation.without_noise(), None
    with seeded_weights(settings.seed):
        model = wta.build(settings.wta, shape=train.shape)
    how = settings.wta, runtime, settings.seed, fresh_noise, watch, snapshots
    history = []
    for depth in range(1, len(model.layers) + 1):
        history += fit(model.upto(depth), train, validation, *how)
    if not ranks.is_first():
        return  # all have the same weights
    save_model("data/models/wta", "wta", model, settings.wta)
    save_history("data/models/wta/history.csv", history)
    save_history("data/models/wta/measures.csv", learning.rows)
    progress.save("data/models/wta/progress.npz")
    snapshots.remove()


if __name__ == "__main__":
    run(main)
