"""Who is ahead, and who is level: numbers of the models beside each other, as the page compares them.

Two numbers are level where they differ by no more than two standard deviations of their difference, which
`chance` knows, or read the same as they are written. Some pairs vary more than others: whoever stands between
two that are level is level with them, or the better of two would be called behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from stages.cards.card import Measure
from stages.pages.report.chance import Chance
from stages.pages.vocabulary import SPACE, SURE, fixed

Metrics = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """The number `value` of the model or baseline `key`; `deviation`: by chance, 0 if that is not known."""

    key: str
    value: float
    deviation: float
    measure: Measure

    @property
    def alone(self) -> str:
        """As it is written, of a share in percent: `2.7`."""
        return fixed(self.scale * self.value, self.measure.digits)

    @property
    def number(self) -> str:
        """With its standard deviation: `2.7 ± 0.5`."""
        if not self.deviation:
            return self.alone
        return f"{self.alone}{SPACE}±{SPACE}{fixed(self.scale * self.deviation, self.measure.digits)}"

    @property
    def scale(self) -> int:
        """From the file to the page."""
        return 100 if self.measure.unit == "%" else 1

    def __str__(self) -> str:
        return self.number + (f"{SPACE}{self.measure.unit}" if self.measure.unit else "")


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


@dataclass(frozen=True)
class Comparison:
    """Compares the numbers in `metrics`, by model, with regard to `chance`."""

    metrics: Metrics
    chance: Chance

    def standing(self, measure: Measure, key: str) -> Standing | None:
        """The number of one model; None where it has no such number."""
        value = value_at(self.metrics[key], measure.path)
        return None if value is None else Standing(key, value, self.chance.of(measure.path, key), measure)

    def ranking(self, measure: Measure, keys: list[str], target: float | None = None) -> Ranking:
        """Put `keys` into order: the better end first, or what is nearest to `target`."""

        def merit(standing: Standing) -> float:
            distance = standing.value if target is None else abs(standing.value - target)
            return -distance if measure.better == "higher" else distance

        found = [standing for key in keys if (standing := self.standing(measure, key))]
        ordered = sorted(found, key=merit)

        def is_level(standing: Standing) -> bool:
            # On either side of a target, models whose numbers rise and fall together do not keep their gap.
            between = self.chance.between_models if target is None else self.chance.apart
            deviation = between(measure.path, standing.key, ordered[0].key)
            gap = merit(standing) - merit(ordered[0])
            return gap <= SURE * deviation or standing.alone == ordered[0].alone

        count = max((place for place, one in enumerate(ordered, 1) if is_level(one)), default=0)
        return Ranking(tuple(ordered[:count]), tuple(ordered[count:]))

    def exceeds(self, measure: Measure, key: str, other: str) -> bool:
        """Whether a model has more than another, by more than chance."""
        first, second = (self.standing(measure, model) for model in (key, other))
        return _exceeds(first, second, self.chance.between_models(measure.path, key, other))

    def exceeds_within(self, key: str, measure: Measure, other: Measure) -> bool:
        """Whether one number of a model is more than another one, by more than chance."""
        first, second = (self.standing(one, key) for one in (measure, other))
        return _exceeds(first, second, self.chance.of(f"{measure.path} - {other.path}", key))


def _exceeds(first: Standing, second: Standing, deviation: float) -> bool:
    return first.value - second.value > SURE * deviation and first.alone != second.alone


def value_at(metrics: Metrics, path: str) -> float | None:
    """The number at `test.mse`, say; None where there is none."""
    return reduce(lambda found, part: None if found is None else found.get(part), path.split("."), metrics)
