"""The page itself: one HTML file that needs no other, from metrics, settings and figures."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stages.cards.card import Card, Measure
from stages.common.classes import Classes
from stages.pages.picture import Picture
from stages.pages.report import measures
from stages.pages.report.chance import Chance
from stages.pages.report.comparison import Comparison, Metrics, Ranking, Standing
from stages.pages.vocabulary import environment

TEMPLATES = environment(Path(__file__).parent, html=True)
Cells = list[tuple[Standing | None, bool]]  # a row of the table: its numbers, and whether each is the best


def render(
    metrics: Metrics,
    settings: Mapping[str, Any],
    cards: dict[str, Card],
    named: Classes,
    picture: Callable[[str], Picture],
    still: Picture | None = None,
    in_colour: bool = False,
) -> str:
    """Fill in the page.

    Args:
        metrics: contents of `reports/metrics.json`.
        settings: contents of `params.yaml`.
        cards: of the models, in the order of the page.
        named: what the images show.
        picture: gives the figure of a name such as `ae/tsne.png`.
        still: a picture of the explorer, which the page begins with a link to.
        in_colour: whether the images are RGB.
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
        in_colour=in_colour,
        named=named,
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
