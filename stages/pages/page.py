"""The page itself: one HTML file that needs no other, from metrics, settings and figures."""

import base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from stages.common.errors import StudyError
from stages.figures.palette import MODEL_COLOURS
from stages.figures.subject import SUBJECTS
from stages.pages.measures import NAMES, TABLE, Measure, Metrics

QUESTIONS = {  # id → title, in the page's order
    "denoising": "How well do they denoise?",
    "code-space": "What does the code space look like?",
    "interpolation": "Can one interpolate?",
    "generation": "Can one generate?",
    "filters": "What do the filters look like?",
    "learning": "How did they learn?",
}
COLUMNS = ("noisy", "pca", *NAMES)  # of the table


@dataclass(frozen=True)
class Picture:
    """An image file as part of a page: its content as a URL, width and height in pixels."""

    url: str
    width: int
    height: int

    @classmethod
    def read(cls, path: Path | str) -> "Picture":
        """Read a PNG or GIF.

        Raises:
            StudyError: it is missing or damaged.
        """
        try:
            content = Path(path).read_bytes()
            with Image.open(BytesIO(content)) as image:
                kind, (width, height) = image.get_format_mimetype(), image.size
        except FileNotFoundError:
            raise StudyError(f"{path} does not exist; `dvc repro` makes it") from None
        except OSError:
            raise StudyError(f"{path} is no image; delete it, and `dvc repro` makes it again") from None
        return cls(f"data:{kind};base64,{base64.b64encode(content).decode()}", width, height)


@dataclass(frozen=True)
class Cell:
    """A cell of the table: what it says, and whether that is the best of its row."""

    text: str
    best: bool


def table(metrics: Metrics) -> list[tuple[str, list[tuple[Measure, list[Cell]]]]]:
    """The rows of the table by question; columns: the noisy input, PCA, the models."""
    noise = metrics["data"]
    noisy = {"test": {"mse": noise["noisy_mse"], "psnr_db": noise["noisy_psnr_db"]}}
    columns = [noisy if name == "noisy" else metrics[name] for name in COLUMNS]
    return [(name, [(row, _cells(row, columns)) for row in rows]) for name, rows in TABLE.items()]


def _cells(measure: Measure, columns: list[Metrics]) -> list[Cell]:
    values = [measure.of(column) for column in columns]
    known = [value for value in values if value is not None]
    best = {"higher": max, "lower": min}.get(measure.better, lambda _: None)(known)
    compared = len(set(known)) > 1
    return [
        Cell("–", best=False)
        if value is None
        else Cell(measure.text(value, unit=False), best=compared and value == best)
        for value in values
    ]


def render(folder: Path, **context: Any) -> str:
    """Fill in the page; `folder` holds the figures, and `context` the metrics, settings and answers."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def picture(name: str) -> Picture:
        return Picture.read(folder / name)

    models = {
        key: {"short": NAMES[key], "name": SUBJECTS[key].name, "colour": MODEL_COLOURS[key]} for key in NAMES
    }
    template = environment.get_template("report.html.j2")
    return template.render(models=models, picture=picture, **context)
