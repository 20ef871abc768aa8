"""Wall time of the daily commands, and where it goes.

    python -m tests.benchmarks.pipeline_speed

clones the project into a scratch folder, without any cache, and times `dvc repro` stage by stage, a second
`dvc repro` with nothing to do, `dvc exp run -S latent=5`, and the studies one by one. Writes
`reports/speed.json`; `python -m tests.readme_tables` puts it into the README.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stages.common.artifacts import save_json
from tests.benchmarks.full_mnist import ROOT, machine
from tests.readme_tables import SPEED, speed_record

STUDIES = "dvc repro -P, the main line being done"
COMMANDS = {
    "dvc repro": ["repro"],
    "dvc repro, nothing to do": ["repro"],
    "dvc exp run -S latent=5": ["exp", "run", "-S", "latent=5"],
    STUDIES: ["repro", "-P"],
}
IMPORTS = ("torch", "sklearn.neighbors", "matplotlib.figure")


def main() -> None:
    """Time, print and record."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        commands = {name: timed(arguments, folder) for name, arguments in COMMANDS.items()}
    pipeline = {
        "machine": machine(),
        "seconds": {name: total for name, (total, _) in commands.items()},
        "stages": commands["dvc repro"][1],
        "studies": {
            name.split(":")[-1]: spent for name, spent in commands[STUDIES][1].items() if ":" in name
        },
        "imports": {module: import_seconds(module) for module in IMPORTS},
    }
    save_json(SPEED, speed_record() | {"pipeline": pipeline})


def timed(arguments: list[str], folder: Path) -> tuple[float, dict[str, float]]:
    """Seconds of a dvc command, and of each stage that it ran, DVC's own share of it included."""
    start = last = time.perf_counter()
    stages: dict[str, float] = {}
    current = None
    process = subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if line.startswith("Running stage '"):
            now = time.perf_counter()
            if current:
                stages[current] = round(now - last, 1)
            current, last = line.split("'")[1], now
    if process.wait():
        sys.exit(f"dvc {' '.join(arguments)} failed")
    end = time.perf_counter()
    if current:
        stages[current] = round(end - last, 1)
    print(f"dvc {' '.join(arguments)}: {end - start:.1f} s", stages, flush=True)
    return round(end - start, 1), stages


def import_seconds(module: str) -> float:
    """Seconds of a fresh process that imports `module`: the best of three."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        seconds.append(time.perf_counter() - start)
    return round(min(seconds), 2)


if __name__ == "__main__":
    main()
