"""Trains small models, alone or as one of several ranks, and keeps what came out.

torchrun --nproc-per-node 2 -m tests.common.sharing FOLDER
"""

import sys
from pathlib import Path

import numpy as np

from stages.common import ranks
from stages.common.artifacts import save_arrays
from stages.images.datasets import NoisyImages
from stages.training.loop import fit
from tests.small import CPU, build, model_settings, noise_settings, small_digits

CASES = {
    "ae": ("ae", {"architecture": "conv"}),
    "vae": ("vae", {}),
    "wta": ("wta", {"noisy_input": True}),
    "wta, maps": ("wta", {"architecture": "conv", "lifetime": 0.2}),
    "wta, all of a batch": ("wta", {"architecture": "conv", "lifetime": 1.0}),
}
IMAGES = 137, 101  # in batches of 50, the last of 37: an odd number; or of 1: fewer than ranks


def main(folder: str) -> None:
    """Write `CASE, IMAGES, RANK.npz` for every case."""
    ranks.start(1)
    for case in CASES:
        for images in IMAGES:
            rank = 0 if ranks.is_first() else 1
            save_arrays(Path(folder) / f"{case}, {images}, {rank}.npz", **trained(case, images))


def trained(case: str, images: int) -> dict[str, np.ndarray]:
    """Weights and losses after two epochs, and which images won in each update's share of this rank."""
    name, changes = CASES[case]
    model, settings = build(name, **changes), model_settings(name, **changes)
    winners = note_winners(model) if name == "wta" else []
    digits = small_digits()
    train = NoisyImages(*(part[:images] for part in vars(digits.train).values()))
    history = fit(model, train, digits.validation, settings, CPU, 0, noise_settings(fresh=True))
    losses = np.array([list(row.values()) for row in history])
    weights = {key: value.numpy() for key, value in model.state_dict().items()}
    return weights | {"losses": losses} | {f"winners {at}": won for at, won in enumerate(winners)}


def note_winners(model) -> list[np.ndarray]:
    """The list that each update will add its winners to: for each image and unit, whether it is one."""
    found, choose = [], model.top.winners

    def winners(inputs):
        chosen = choose(inputs)
        found.append((chosen.detach() != 0).numpy())
        return chosen

    model.top.winners = winners
    return found


if __name__ == "__main__":
    main(sys.argv[1])
