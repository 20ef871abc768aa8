"""What the studies share: where settings, measurements and pages are, and what all of them read."""

from pathlib import Path
from typing import ClassVar

from stages.common import settings
from stages.common.settings import Arithmetic, Fraction, Seed, StageSettings, read_yaml, validated

PARAMS = Path("stages/studies/params.yaml")
MEASURED = Path("data/studies")  # what experiments leave, for machines
PAGES = Path("reports/studies")  # for people


class StudySettings(StageSettings):
    """What every study reads of stages/studies/params.yaml; each adds the section of its own name."""

    of_main_line: ClassVar[tuple[str, ...]] = ("arithmetic",)  # read of params.yaml, as the main line does

    arithmetic: Arithmetic
    seed: Seed
    validation_fraction: Fraction

    @classmethod
    def read(cls, path: Path = PARAMS) -> "StudySettings":
        """Read and check `path`, and of params.yaml what is the main line's.

        Raises:
            StudyError: broken YAML, or a key that is unknown, missing, ill-typed or out of range.
        """
        main_line = read_yaml(settings.PARAMS)
        taken = {key: main_line[key] for key in cls.of_main_line if key in main_line}
        return validated(cls, read_yaml(path) | taken, source=path)
