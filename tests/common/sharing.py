"""Trains small models, alone or as one of several ranks, and keeps what came out.

torchrun --nproc-per-node 2 -m tests.common.sharing FOLDER
"""

import contextlib
import os
import sys
from typing import Any

import numpy as np

from stages.common import ranks
from stages.common.artifacts import save_arrays
from stages.images.datasets import NoisyImages
from stages.training.loop import fit
from stages.training.snapshots import Snapshots
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
    """Write `CASE, IMAGES, RANK.npz` for every case, and what was killed and taken up again."""
    ranks.start(1)
    os.chdir(folder)
    rank = 0 if ranks.is_first() else 1
    for case in CASES:
        for images in IMAGES:
            save_arrays(f"{case}, {images}, {rank}.npz", **trained(case, images))
    save_arrays(f"gone on with, {rank}.npz", **gone_on_with())


class Killed(Exception):
    """Stands for whatever ends a process."""


def gone_on_with() -> dict[str, np.ndarray]:
    """The first case, killed at the end of its second epoch and taken up again; `epochs` it took in all."""
    seen = []

    def kill(model) -> None:
        seen.append(model)
        if len(seen) == 2:
            raise Killed

    for _ in range(2):
        with contextlib.suppress(Killed):
            found = trained("ae", IMAGES[0], after_epoch=kill, snapshots=Snapshots("ae", (), (), ()))
    return found | {"epochs": np.array(len(seen))}


def trained(case: str, images: int, **more: Any) -> dict[str, np.ndarray]:
    """Weights and losses after two epochs, and which images won in each update's share of this rank."""
    name, changes = CASES[case]
    model, settings = build(name, **changes), model_settings(name, **changes)
    winners = note_winners(model) if name == "wta" else []
    digits = small_digits()
    train = NoisyImages(*(part[:images] for part in vars(digits.train).values()))
    history = fit(model, train, digits.validation, settings, CPU, 0, noise_settings(fresh=True), **more)
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
