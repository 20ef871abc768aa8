"""Stage fetch-data: make `data/raw`, the images and labels of the training and the test set.

Everything later starts from these two files, whatever the images came from; `data/classes.json` names what
they show.
"""

import numpy as np

from stages.common.errors import run
from stages.common.settings import Seed, StageSettings
from stages.images.labels import have_classes
from stages.images.sources import DataSettings, fetch


class Settings(StageSettings):
    """What this stage reads of `params.yaml`."""

    seed: Seed
    data: DataSettings


def main() -> None:
    """Fetch the data set that `data.dataset` names, and save it with the names of its classes."""
    settings = Settings.read()
    train, test, classes = fetch(settings.data, settings.seed)

    train.save("data/raw/train.npz")
    test.save("data/raw/test.npz")
    classes.save()
    found = f"of {len(np.unique(train.labels))}" if have_classes(train.labels) else "without"
    print(f"{settings.data.dataset}: {len(train)} training and {len(test)} test images {found} classes")


if __name__ == "__main__":
    run(main)
