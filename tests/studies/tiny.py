"""A study on few images and few epochs, in this process: what its test runs."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from stages.common.artifacts import load_json
from stages.common.datasets import Images
from stages.common.study import PARAMS, RESULTS
from tests.small import small_digits

ROOT = Path(__file__).parents[2]
SHARED = {"seed": 0, "device": "cpu", "precision": "float32", "validation_fraction": 0.2}

Result = tuple[dict[str, Any], str, set[str]]


def run_tiny(
    study: str, module: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> Result:
    """Run `module.main()` in `folder` on small digits, with `changes` of its section (`ae__epochs=2`).

    Returns metrics, the page, and the names of the figures' files.
    """
    write_params(folder, study, changes)
    write_digits(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(module, "in_parallel", one_after_the_other, raising=False)
    module.main()
    results = RESULTS / study
    figures = {path.name for path in (results / "figures").iterdir()}
    return load_json(results / "metrics.json"), (results / "README.md").read_text(), figures


def one_after_the_other(function: Callable[..., Any], jobs: list[tuple[Any, ...]], doing: str) -> list[Any]:
    """In place of `in_parallel`: no processes, which would take seconds to start."""
    assert doing
    return [function(*job) for job in jobs]


def write_params(folder: Path, study: str, changes: dict[str, Any]) -> None:
    """The committed settings of `study`, with `changes`."""
    yaml = YAML()
    params = yaml.load(ROOT / PARAMS)
    section = study.replace("-", "_")
    for key, value in changes.items():
        *sections, last = key.split("__")
        place = params[section]
        for name in sections:
            place = place[name]
        assert last in place, f"{section} has no {key}"
        place[last] = value
    path = folder / PARAMS
    path.parent.mkdir(parents=True, exist_ok=True)
    yaml.dump(SHARED | {section: params[section]}, path)


def write_digits(folder: Path) -> None:
    """data/raw as fetch-data makes it: 400 images to learn from, 200 to test."""
    digits = small_digits(train=40, validation=10, test=20)
    for name, part in (("train", digits.train), ("test", digits.test)):
        Images(part.clean, part.labels).save(folder / "data" / "raw" / f"{name}.npz")


def course_arrays() -> dict[str, np.ndarray]:
    """Black pictures in the form of `course_set`."""
    ten, lines = np.zeros((10, 28, 28), np.uint8), np.zeros((10, 10, 28, 28), np.uint8)
    kinds = [f"{part}_{kind}" for part in ("train", "test") for kind in ("noisy", "reconstruction", "clean")]
    names = [*kinds, "samples_prior", "samples_fitted", "interpolation_start", "interpolation_end"]
    return dict.fromkeys(names, ten) | {"interpolation": lines}
