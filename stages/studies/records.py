"""What benchmarks found on the full MNIST, for pages to say beside what the study found."""

from pathlib import Path
from typing import Any

from stages.common.artifacts import load_json

RECORDS = Path("reports/mnist")


def record(name: str) -> dict[str, Any] | None:
    """What the benchmark `name` found; None where it was not run."""
    path = RECORDS / f"{name}.json"
    return load_json(path) if path.exists() else None
