"""What the studies share: where their settings are, which all of them read, and where their results go."""

from pathlib import Path

from stages.common.settings import Device, Fraction, Precision, Seed, StageSettings

PARAMS = Path("stages/studies/params.yaml")
RESULTS = Path("reports/studies")


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
