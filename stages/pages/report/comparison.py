"""Who is ahead, and who is level: numbers of the models beside each other, as the page compares them.

A share p of n images has the standard error √(p(1 − p)/n). Two shares are level unless they differ by more
than two standard errors of their difference, which takes the models for independent; all other numbers are
level unless they differ by more than the measure's margin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from stages.cards.card import Measure
from stages.pages.vocabulary import SPACE, fixed, standard_error

Metrics = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """The number `value` of the model or baseline `key`; `error`: its standard error, 0 if none is known."""

    key: str
    value: float
    error: float
    measure: Measure

    @property
    def number(self) -> str:
        """As it is written: `2.7 ± 0.5`, of a share in percent."""
        scale = 100 if self.measure.unit == "%" else 1
        text = fixed(scale * self.value, self.measure.digits)
        if not self.measure.images:
            return text
        return f"{text}{SPACE}±{SPACE}{scale * self.error:.{self.measure.digits}f}"

    def __str__(self) -> str:
        return self.number + (f"{SPACE}{self.measure.unit}" if self.measure.unit else "")

    def level_with(self, other: "Standing") -> bool:
        """Whether the two differ by no more than chance may."""
        gap = abs(self.value - other.value)
        if self.measure.images:
            return gap <= 2 * (self.error**2 + other.error**2) ** 0.5
        return gap <= self.measure.margin or self.number == other.number


@dataclass(frozen=True)
class Ranking:
    """Models, the best first: `best` are those that are level with the first, `others` the rest."""

    best: tuple[Standing, ...]
    others: tuple[Standing, ...]

    @property
    def decided(self) -> bool:
        """Whether one is ahead of all others."""
        return len(self.best) == 1

    @property
    def all(self) -> tuple[Standing, ...]:
        """The best, then the others."""
        return self.best + self.others


def standings(measure: Measure, metrics: Metrics, keys: list[str]) -> list[Standing]:
    """The number of each of `keys` that has it."""
    found = {key: value for key in keys if (value := value_at(metrics[key], measure.path)) is not None}
    images = metrics["data"][measure.images] if measure.images else 0
    return [
        Standing(key, value, standard_error(value, images) if images else 0.0, measure)
        for key, value in found.items()
    ]


def value_at(metrics: Metrics, path: str) -> float | None:
    """The number at `test.mse`, say; None where there is none."""
    return reduce(lambda found, part: None if found is None else found.get(part), path.split("."), metrics)


def ranking(measure: Measure, metrics: Metrics, keys: list[str], target: float | None = None) -> Ranking:
    """Put `keys` into order: the better end first, or what is nearest to `target`."""

    def merit(standing: Standing) -> float:
        distance = standing.value if target is None else abs(standing.value - target)
        return -distance if measure.better == "higher" else distance

    ordered = sorted(standings(measure, metrics, keys), key=merit)

    def is_level(standing: Standing) -> bool:
        if target is None:
            return standing.level_with(ordered[0])
        return merit(standing) - merit(ordered[0]) <= measure.margin

    best, others = (tuple(one for one in ordered if is_level(one) == wanted) for wanted in (True, False))
    return Ranking(best, others)
