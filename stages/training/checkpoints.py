"""Trained models as files: `weights.safetensors` (numbers only, no code) and `model.json` (how to build it).

Nothing is taken on trust: what `model.json` describes is first built without numbers, which costs no memory
whatever its sizes are, and the weights have to be the very bytes that were saved with it, and fit.

Three lines use one:

    from stages.training.checkpoints import load_model
    model = load_model("data/models/vae")
    codes = model.encode(images)             # images: float tensor (batch, 1, 28, 28) in [0, 1], of digits
"""

import hashlib
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import torch
from pydantic import BaseModel, Field
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from stages.common.artifacts import load_json, save_json, written_whole
from stages.common.errors import StudyError
from stages.common.settings import Latent, Section, validated
from stages.images.shape import DIGIT, ImageShape, Side

AGAIN = "delete the folder, and `dvc repro` makes it again"


class Description(Section):
    """Contents of `model.json`."""

    model: str
    latent: Latent | None
    settings: dict
    shape: tuple[Literal[1, 3], Side, Side] = Field(DIGIT, description="of images; digits' is not written")
    weights: str = Field("", description="SHA-256 of weights.safetensors: another bit is another model")


def save_model(
    folder: Path | str, name: str, model: nn.Module, settings: BaseModel, latent: int | None = None
) -> None:
    """Write `model`, built by `stages.models.<name>.build(settings, latent, shape)`, to `folder`."""
    weights = save({key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()})
    with written_whole(Path(folder) / "weights.safetensors") as temporary:
        temporary.write_bytes(weights)  # `save_file` would hide a full disk in an error of its own
    shape = getattr(model, "image_shape", DIGIT)  # a judge of digits has none
    description = {
        "model": name,
        "latent": latent,
        "settings": settings.model_dump(mode="json"),
        **({"shape": shape} if shape != DIGIT else {}),
        "weights": _checksum(weights),
    }
    save_json(Path(folder) / "model.json", description, digits=17)  # exactly


def load_model(folder: Path | str, device: torch.device | str = "cpu") -> nn.Module:
    """The trained model in `folder`, in evaluation mode: an autoencoder, or a judge of pictures.

    Raises:
        StudyError: files missing, damaged or exchanged, or weights that are not what `model.json` describes.
    """
    description, settings = _read_description(folder)
    model = _built_without_numbers(description, settings, folder)
    weights = _read_weights(Path(folder) / "weights.safetensors", description.weights)
    _check_fit(weights, model, folder)
    # Copies: bytes in a file need not lie where processors like to read them.
    model.load_state_dict({name: values.clone() for name, values in weights.items()}, assign=True)
    return model.to(device).eval().requires_grad_(False)


def load_description(folder: Path | str) -> tuple[str, int | None, BaseModel]:
    """Name, latent size and settings of the model in `folder`.

    Raises:
        StudyError: `model.json` is missing or damaged.
    """
    description, settings = _read_description(folder)
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


def _read_description(folder: Path | str) -> tuple[Description, BaseModel]:
    path = Path(folder) / "model.json"
    description = validated(Description, load_json(path), path)
    settings = validated(model_module(description.model).Settings, description.settings, path)
    if description.latent is None and settings.takes_latent:
        raise StudyError(f"{path}: latent is null; it should be the size of the code")
    return description, settings


def _built_without_numbers(description: Description, settings: BaseModel, folder: Path | str) -> nn.Module:
    shape = ImageShape(*description.shape)
    of_others = {} if shape == DIGIT else {"shape": shape}  # judges and models of studies know digits alone
    try:
        with torch.device("meta"), _Undrawn():
            return model_module(description.model).build(settings, description.latent, **of_others)
    except (RuntimeError, TypeError) as error:  # as PyTorch says that a size exceeds 64 bits
        raise StudyError(f"{folder}/model.json describes sizes beyond any computer; {AGAIN}") from error


class _Undrawn(TorchFunctionMode):
    """Draw no normal numbers: on the device "meta" PyTorch loads its compiler for them, two seconds long."""

    def __torch_function__(
        self, function: Callable, types: Any, arguments: tuple = (), options: dict | None = None
    ) -> Any:
        options = options or {}
        return options["tensor"] if function is nn.init.normal_ else function(*arguments, **options)


def _read_weights(path: Path, checksum: str) -> dict[str, Tensor]:
    try:
        content = path.read_bytes()
        if _checksum(content) != checksum:
            raise StudyError(f"{path} is damaged, or was not saved with model.json beside it; {AGAIN}")
        return load(content)
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist; `dvc repro` makes it") from None
    except (OSError, SafetensorError, KeyError) as error:  # KeyError: of a type that PyTorch has not
        raise StudyError(f"{path} cannot be read ({type(error).__name__}); {AGAIN}") from None


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _check_fit(weights: dict[str, Tensor], model: nn.Module, folder: Path | str) -> None:
    wanted, found = (
        {name: (values.shape, values.dtype) for name, values in state.items()}
        for state in (model.state_dict(), weights)
    )
    if found != wanted:
        raise StudyError(
            f"{folder}: the weights are of another architecture or type than model.json describes; {AGAIN}"
        )
    for name, values in weights.items():
        if not values.isfinite().all():
            raise StudyError(f"{folder}: the weights {name} are not all finite; {AGAIN}")
