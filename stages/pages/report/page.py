"""The page itself: one HTML file that needs no other, from metrics, settings and figures."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from stages.cards.card import Card, Measure
from stages.common.errors import StudyError
from stages.pages.report import measures
from stages.pages.report.chance import Chance
from stages.pages.report.comparison import Comparison, Metrics, Ranking, Standing
from stages.pages.vocabulary import environment

TEMPLATES = environment(Path(__file__).parent, html=True)
Cells = list[tuple[Standing | None, bool]]  # a row of the table: its numbers, and whether each is the best


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


def render(
    metrics: Metrics,
    settings: Mapping[str, Any],
    cards: dict[str, Card],
    picture: Callable[[str], Picture],
    still: Picture | None = None,
) -> str:
    """Fill in the page.

    Args:
        metrics: contents of `reports/metrics.json`.
        settings: contents of `params.yaml`.
        cards: of the models, in the order of the page.
        picture: gives the figure of a name such as `ae/tsne.png`.
        still: a picture of the explorer, which the page begins with a link to.
    """
    rows = measures.groups(cards)
    known = {measure.path: measure for group in rows.values() for measure in group}
    chance = Chance.read()
    comparison = Comparison(with_noisy_input(metrics), chance)

    def rank(path: str, target: float | None = None) -> Ranking:
        return comparison.ranking(known[path], list(cards), target)

    def exceeds(path: str, key: str, other: str) -> bool:
        return comparison.exceeds(known[path], key, other)

    def exceeds_within(key: str, path: str, other: str) -> bool:
        return comparison.exceeds_within(key, known[path], known[other])

    return TEMPLATES.get_template("report.html.j2").render(
        m=metrics,
        settings=settings,
        cards=cards,
        picture=picture,
        still=still,
        rank=rank,
        exceeds=exceeds,
        exceeds_within=exceeds_within,
        table={group: {row: cells(row, comparison, cards) for row in own} for group, own in rows.items()},
        in_force={key: in_force(settings[key]) for key in cards},
        chance=chance,
    )


def with_noisy_input(metrics: Metrics) -> Metrics:
    """With the noisy input as if it were a model's output."""
    noise = metrics["data"]
    return {"noisy": {"test": {"mse": noise["noisy_mse"], "psnr_db": noise["noisy_psnr_db"]}}} | dict(metrics)


def cells(measure: Measure, comparison: Comparison, cards: dict[str, Card]) -> Cells:
    """A row of the table: the noisy input, PCA, and the models."""
    columns = ["noisy", "pca", *cards]
    ranked = comparison.ranking(measure, columns)
    found = {standing.key: standing for standing in ranked.all}
    marked = ranked.best if measure.better != "neither" and ranked.others else ()
    return [(found.get(key), found.get(key) in marked) for key in columns]


def in_force(section: Mapping[str, Any]) -> dict[str, Any]:
    """A model's settings, flat: of the sections within, those that its architecture or optimizer reads."""
    chosen = {
        part for value in section.values() if isinstance(value, str) for part in (value, value.split("-")[0])
    }
    flat: dict[str, Any] = {}
    for key, value in section.items():
        if not isinstance(value, Mapping):
            flat[key] = value
        elif key in chosen:
            flat |= value
    return flat
