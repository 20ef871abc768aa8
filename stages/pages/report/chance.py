"""How far numbers differ by chance: what the study `chance` found, by the measure's path in the metrics.

`chance.json` holds standard deviations over runs of the main line, as params.yaml has it, in which everything
that is drawn was drawn anew:

    deviations["test.psnr_db"]["ae"]        of a model's number
    deviations["test.psnr_db"]["ae - vae"]  of the difference between two models, run by run
    deviations["samples.prior_distance - samples.fitted_distance"]["ae"]  of one model's, between two numbers

It is written by `python -m tests.write_pages`, and no output of the study's stages: the report would run it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stages.common.artifacts import load_json

PATH = Path(__file__).parent / "chance.json"


@dataclass(frozen=True)
class Chance:
    """The standard deviations as above, and the number of `runs` that they were measured over."""

    runs: int
    deviations: Mapping[str, Mapping[str, float]]

    @classmethod
    def read(cls) -> "Chance":
        """As it was measured."""
        return cls(**load_json(PATH))

    def of(self, path: str, model: str) -> float:
        """Of a number; 0 where it was not measured."""
        return self.deviations.get(path, {}).get(model, 0.0)

    def between_models(self, path: str, one: str, other: str) -> float:
        """Of the difference between two models; 0 where one of them was not measured."""
        found = self.deviations.get(path, {})
        return found.get(f"{one} - {other}", found.get(f"{other} - {one}", 0.0))

    def apart(self, path: str, one: str, other: str) -> float:
        """Of the difference between two models that share no images: from their own deviations."""
        return (self.of(path, one) ** 2 + self.of(path, other) ** 2) ** 0.5
