"""What a card says, and which cards there are. With a card in this folder, a model is known everywhere.

Cards are for what is shown: what trains or measures a model asks the model itself, so that a new colour or
name trains nothing.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from stages.common.errors import StudyError

Code = Literal["plain", "gaussian", "sparse"]


@dataclass(frozen=True)
class Measure:
    """A number of a model: its `path` in `reports/metrics.json`, and how it is written and compared.

    Attributes:
        unit: `%` (the file has a fraction), `dB`, `nats`, `×`, or nothing.
        digits: decimals as written; two numbers that read the same are called level.
        definition: what it means; the page's template says it of measures that all models have.
        better: which end is the better one, if one is.
    """

    path: str
    name: str
    unit: str
    digits: int
    definition: str = ""
    better: Literal["higher", "lower", "neither"] = "neither"


OF_COORDINATES = (  # of codes of few numbers
    Measure(
        "coordinates.strongest_share",
        "Coordinate’s strongest correlate",
        "%",
        0,
        "Of slant, thickness, width, height, ink and loops of decoded images the one that goes with a "
        "coordinate most closely: share of its variance over walks along the coordinate (r²), mean over them",
    ),
    Measure(
        "coordinates.random_share",
        "Random direction’s strongest correlate",
        "%",
        0,
        "The same along random directions of the code space",
    ),
    Measure(
        "coordinates.named",
        "Coordinates with a name",
        "%",
        0,
        "Those with which a measure goes more closely than with 95 % of random directions",
    ),
)


@dataclass(frozen=True)
class Card:
    """A model as pages and figures see it.

    Attributes:
        key: its name in commands, files and `params.yaml`.
        name, short: as written in titles, and in tables.
        colour: of its lines and titles; dark enough for text.
        code: `plain` (a few numbers, no prior), `gaussian` (the mean of q, with the prior N(0, 1)) or
            `sparse` (many units, most of them silent for any one image).
        measures: numbers that only this model, or this kind of code, has.
    """

    key: str
    name: str
    short: str
    colour: str
    code: Code
    measures: tuple[Measure, ...] = ()


def keys() -> tuple[str, ...]:
    """The models that have a card, in alphabetical order."""
    files = {path.stem for path in Path(__file__).parent.glob("*.py")}
    return tuple(sorted(files - {"__init__", "card"}))


def cards() -> dict[str, Card]:
    """Every card by its key."""
    return {key: load(key) for key in keys()}


def key_of(*arguments: str) -> str:
    """The one model that `arguments`, those of a command line, name; no card is read.

    Raises:
        StudyError: they name none, several, or one that does not exist.
    """
    name = " ".join(arguments)
    if name not in keys():
        raise StudyError(f"{name!r} is no model; say one of {', '.join(keys())}")
    return name


def load(*arguments: str) -> Card:
    """The card of the one model that `arguments`, those of a command line, name.

    Raises:
        StudyError: they name none, several, or one that does not exist.
    """
    return import_module(f"stages.cards.{key_of(*arguments)}").CARD
