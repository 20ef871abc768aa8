"""What benchmarks leave in reports/mnist; `python -m tests.write_pages` makes the page of it."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from stages.common.artifacts import load_json, save_json

ROOT = Path(__file__).parent.parent.parent
RECORDS = ROOT / "reports" / "mnist"


def add(file: str, parts: dict[str, Any]) -> None:
    """Put `parts` into a record, which keeps the others that it has."""
    path = RECORDS / file
    save_json(path, (load_json(path) if path.exists() else {}) | parts)


def machine() -> dict[str, str]:
    """What a time depends on."""
    cpuinfo = Path("/proc/cpuinfo")  # Linux only
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line for line in lines if line.startswith("model name")]
    return {
        "processor": names[0].split(": ")[1] if names else platform.processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "torch": version("torch"),
        "scikit-learn": version("scikit-learn"),
    }
