"""A study on few images and few epochs, in this process: what its test runs."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from matplotlib.figure import Figure
from matplotlib.text import Text

from stages.common.classes import DIGITS, FILE, GARMENTS, Classes
from stages.common.runtime import seeded_weights
from stages.common.settings import read_yaml, validated
from stages.images.datasets import Images
from stages.models import classifier, critic
from stages.studies import bench, page
from stages.studies.judging import JUDGES
from stages.studies.settings import PAGES, PARAMS
from stages.training.checkpoints import save_model
from tests.small import NETWORK, random_images, small_digits

ROOT = Path(__file__).parents[2]
SHARED = {"seed": 0, "validation_fraction": 0.2}
MAIN_LINE = {"arithmetic": "portable"}  # of params.yaml, what studies read of it

Result = tuple[dict[str, Any], str, set[str]]


def run_tiny(study: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Result:
    """Run experiment and page of `study` in `folder` on small digits; `ae__epochs=2` changes its section.

    Whatever study it is, page and figures are also asked to speak of garments, which are no digits.

    Returns tables and numbers by name, the page, and the names of the figures' files.
    """
    experiment = import_module(f"stages.studies.{study.replace('-', '_')}.experiment")
    write_params(folder, study, changes)
    write_digits(folder)
    monkeypatch.chdir(folder)
    for module in (bench, experiment):
        monkeypatch.setattr(module, "in_parallel", one_after_the_other, raising=False)
    experiment.main()
    page.main(study)
    results, found = PAGES / study, page.published(study)
    said = every_word(study, found, GARMENTS).splitlines()
    assert [line for line in said if "digit" in line.lower()] == []
    figures = {path.name for path in (results / "figures").iterdir()}
    return found, (results / "README.md").read_text(), figures


def every_word(study: str, found: dict[str, Any], named: Classes) -> str:
    """What page and figures of `study` say, of images of the classes `named`; of an animation its start."""
    drawn = page.draw(study, found, named).values()
    stills = [figure if isinstance(figure, Figure) else next(figure) for figure in drawn]
    texts = [text.get_text() for still in stills for text in still.findobj(Text)]
    return "\n".join([page.markdown(study, found, named), *texts])


def render(study: str, found: dict[str, Any], named: Classes = DIGITS, **changes: Any) -> str:
    """The page of `study` with some of what was found exchanged."""
    return page.markdown(study, found | changes, named)


def one_after_the_other(function: Callable[..., Any], jobs: list[tuple[Any, ...]], doing: str) -> list[Any]:
    """In place of `in_parallel`: no processes, which would take seconds to start."""
    assert doing
    return [function(*job) for job in jobs]


def write_params(folder: Path, study: str, changes: dict[str, Any]) -> None:
    """The committed settings of `study`, with `changes`."""
    section = study.replace("-", "_")
    own = read_yaml(ROOT / PARAMS)[section]
    for key, value in changes.items():
        *sections, last = key.split("__")
        place = own
        for name in sections:
            place = place[name]
        assert last in place, f"{section} has no {key}"
        place[last] = value
    path = folder / PARAMS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(SHARED | {section: own}))
    (folder / "params.yaml").write_text(yaml.safe_dump(MAIN_LINE))


def write_digits(folder: Path) -> None:
    """What fetch-data makes: 400 images to learn from, 200 to test."""
    digits = small_digits(train=40, validation=10, test=20)
    for name, part in (("train", digits.train), ("test", digits.test)):
        Images(part.clean, part.labels).save(folder / "data" / "raw" / f"{name}.npz")
    DIGITS.save(folder / FILE)


def write_judges(folder: Path) -> None:
    """data/studies/judges in small: an untrained classifier, and a critic that accepts half of all noise."""
    for name, module in (("critic", critic), ("classifier", classifier)):
        settings = validated(module.Settings, NETWORK | {"dense": {"hidden": [8]}}, Path("test"))
        with seeded_weights(0):
            model = module.build(settings, 6)
        if name == "critic":
            with torch.no_grad():
                model.set_threshold(model(random_images(100)), 0.5)
        save_model(folder / JUDGES / name, name, model, settings, 6)


def gallery_arrays() -> dict[str, np.ndarray]:
    """Black pictures in the form of `gallery`."""
    ten, lines = np.zeros((10, 28, 28), np.uint8), np.zeros((10, 10, 28, 28), np.uint8)
    kinds = [f"{part}_{kind}" for part in ("train", "test") for kind in ("noisy", "reconstruction", "clean")]
    names = [*kinds, "samples_prior", "samples_fitted", "interpolation_start", "interpolation_end"]
    return dict.fromkeys(names, ten) | {"interpolation": lines}
