"""What the studies share: where settings, measurements and pages are, and what all of them read."""

from pathlib import Path

from stages.common.settings import Device, Fraction, Precision, Seed, StageSettings

PARAMS = Path("stages/studies/params.yaml")
MEASURED = Path("data/studies")  # what experiments leave, for machines
PAGES = Path("reports/studies")  # for people


class StudySettings(StageSettings):
    """What every study reads of stages/studies/params.yaml; each adds the section of its own name."""

    seed: Seed
    device: Device
    precision: Precision
    validation_fraction: Fraction

    @classmethod
    def read(cls, path: Path = PARAMS) -> "StudySettings":
        """Read and check `path`.

        Raises:
            StudyError: broken YAML, or a key that is unknown, missing, ill-typed or out of range.
        """
        return super().read(path)
