"""The main line's models, trained with several seeds on one split by `measure-chance`."""

from pathlib import Path

from torch import nn

from stages.common.errors import StudyError
from stages.common.runtime import Runtime
from stages.studies.settings import MEASURED
from stages.training.checkpoints import load_model

MODELS = MEASURED / "chance/models"


def model_folder(name: str, seed: int) -> Path:
    """Where the model `name` ("ae", "vae", "wta") that was trained with `seed` is."""
    return MODELS / f"{name}-{seed}"


def load_by_seed(name: str, runtime: Runtime) -> dict[int, nn.Module]:
    """Every trained model `name`, by its seed; the first is the main line's own.

    Raises:
        StudyError: none is there, or files are damaged.
    """
    found = sorted(int(folder.name.removeprefix(f"{name}-")) for folder in MODELS.glob(f"{name}-*"))
    if not found:
        raise StudyError(f"{MODELS} has no model {name!r}; `dvc repro -P` makes them")
    return {seed: load_model(model_folder(name, seed), runtime.device) for seed in found}
