"""Wall time of the daily commands on the main line, and where it goes.

    python -m tests.benchmarks.pipeline_speed

clones the last commit into a scratch folder, without any cache, and times there `dvc repro` stage by stage,
a second `dvc repro` with nothing to do, and `dvc exp run -S latent=5`; then, for each stage, the imports with
which its process begins. Targets are for `arithmetic: portable` on two cores without other work. Prints all,
and puts it into `reports/mnist/speed.json`.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stages.common.settings import read_yaml
from tests.benchmarks.records import ROOT, add, machine

COMMANDS = {  # arguments of dvc, and the seconds that it should take at most
    "dvc repro": (["repro"], 90),
    "dvc repro, nothing to do": (["repro"], 2),
    "dvc exp run -S latent=5": (["exp", "run", "-S", "latent=5"], 60),
}


def main() -> None:
    """Time, print and record."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()  # --help
    seconds, stages = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        arithmetic = read_yaml(folder / "params.yaml")["arithmetic"]
        for name, (arguments, target) in COMMANDS.items():
            seconds[name], stages[name] = timed(arguments, folder)
            print(f"{name}: {seconds[name]} s (target {target} s)", stages[name], flush=True)
        imports = {stage: import_seconds(module, folder) for stage, module in modules(folder).items()}
        print("imports:", imports)
    pipeline = {
        "machine": machine(),
        "arithmetic": arithmetic,
        "seconds": seconds,
        "stages": stages["dvc repro"],
        "imports": imports,
    }
    add("speed.json", {"pipeline": pipeline})


def timed(arguments: list[str], folder: Path) -> tuple[float, dict[str, float]]:
    """Seconds of a dvc command, and of each stage that it ran, DVC's own share of it included."""
    start = time.perf_counter()
    begun: list[tuple[str, float]] = []  # stages, and when
    process = subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if line.startswith("Running stage '"):
            begun.append((line.split("'")[1], time.perf_counter()))
    if process.wait():
        sys.exit(f"dvc {' '.join(arguments)} failed")
    end = time.perf_counter()
    ended = [then for _, then in begun[1:]] + [end]
    stages = {name: round(over - then, 1) for (name, then), over in zip(begun, ended, strict=False)}
    return round(end - start, 1), stages


def modules(folder: Path) -> dict[str, str]:
    """For each stage of the main line the module that it runs: `train-ae`: stages.train_ae."""
    stages = read_yaml(folder / "dvc.yaml")["stages"]
    return {name: stage["cmd"].removeprefix("python -m ").split()[0] for name, stage in stages.items()}


def import_seconds(module: str, folder: Path) -> float:
    """Seconds of a fresh process that imports `module`: the best of three."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], cwd=folder, check=True)
        seconds.append(time.perf_counter() - start)
    return round(min(seconds), 2)


if __name__ == "__main__":
    main()
