"""Trained models as files: `weights.safetensors` (numbers only, no code) and `model.json` (how to build it).

Three lines use one:

    from stages.training.checkpoints import load_model
    model = load_model("data/models/vae")
    codes = model.encode(images)             # images: float tensor (batch, 1, 28, 28) in [0, 1]
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import torch
from pydantic import BaseModel
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from stages.common.artifacts import load_json, save_json, written_whole
from stages.common.errors import StudyError
from stages.common.settings import Latent, Section, validated
from stages.models.interface import Autoencoder


class Description(Section):
    """Contents of `model.json`."""

    model: str
    latent: Latent | None
    settings: dict


def save_model(
    folder: Path | str, name: str, model: Autoencoder, settings: BaseModel, latent: int | None = None
) -> None:
    """Write `model`, built by `stages.models.<name>.build(settings, latent)`, to `folder`."""
    weights = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    with written_whole(Path(folder) / "weights.safetensors") as temporary:
        temporary.write_bytes(save(weights))  # `save_file` would hide a full disk in an error of its own
    description = {"model": name, "latent": latent, "settings": settings.model_dump(mode="json")}
    save_json(Path(folder) / "model.json", description, digits=17)  # exactly


def load_model(folder: Path | str, device: torch.device | str = "cpu") -> Autoencoder:
    """The trained model in `folder`, in evaluation mode.

    Raises:
        StudyError: files missing or truncated, or weights of another architecture than `model.json` says.
    """
    name, latent, settings = load_description(folder)
    with torch.random.fork_rng(devices=[]):  # building draws weights; they are replaced at once
        model = model_module(name).build(settings, latent)
    _load_weights(model, Path(folder) / "weights.safetensors")
    return model.to(device).eval().requires_grad_(False)


def load_description(folder: Path | str) -> tuple[str, int | None, BaseModel]:
    """Name, latent size and settings of the model in `folder`.

    Raises:
        StudyError: `model.json` is missing or damaged.
    """
    path = Path(folder) / "model.json"
    description = validated(Description, load_json(path), path)
    settings = validated(model_module(description.model).Settings, description.settings, path)
    if description.latent is None and settings.takes_latent:
        raise StudyError(f"{path}: latent is null; it should be the size of the code")
    return description.model, description.latent, settings


def model_module(name: str) -> ModuleType:
    """`stages.models.<name>`, imported only now: a stage depends on the file of its own model alone.

    Raises:
        StudyError: there is no such model.
    """
    exists = name.isidentifier() and find_spec(f"stages.models.{name}")
    module = import_module(f"stages.models.{name}") if exists else None
    if not hasattr(module, "build"):
        raise StudyError(f"{name!r} is no model: stages/models has no file of that name which builds one")
    return module


def _load_weights(model: Autoencoder, path: Path) -> None:
    try:
        model.load_state_dict(load_file(path))
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist; `dvc repro` makes it") from None
    except SafetensorError as error:
        raise StudyError(f"{path} is damaged ({error}); delete it, and `dvc repro` makes it again") from None
    except RuntimeError:
        raise StudyError(
            f"{path} holds weights of another architecture than model.json beside it describes; "
            "delete the folder, and `dvc repro` makes it again"
        ) from None
