"""The main line on all 70 000 MNIST images, and the published winner-take-all figures.

    python -m tests.benchmarks.full_mnist [main fc-wta conv-wta conv-wta-seed-1 conv-wta-seed-2]

runs the stages of the pipeline with `arithmetic: fast` and the settings below, each in a fresh process as DVC
would, in a scratch folder, and writes `reports/mnist/full_mnist.json`: metrics, settings, seconds and peak
memory of each stage, and the machine; `python -m tests.write_pages` makes reports/mnist/README.md of it.
Needs MNIST in data/downloads, or the network.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from stages.common.artifacts import load_json
from stages.common.settings import read_yaml
from stages.images.downloads import downloads_folder
from tests.benchmarks.records import ROOT, add, machine

MNIST = {"data.dataset": "mnist", "arithmetic": "fast"}
# The paper's protocol: clean inputs, a linear SVM on the features, C chosen on validation images.
PAPER = MNIST | {
    "wta.noisy_input": False,
    "wta.dense.units": 2000,
    "wta.conv.maps": 128,
    "wta.conv.decoder_kernel": 11,
}
# Rates that did well on validation images, in trials on fewer images or epochs; C is chosen anew.
FC = {"wta.dense.tied": True, "wta.learning_rate": 0.002, "embed.probe_c": [1.0, 3.0, 10.0, 30.0]}
CONV = {
    "wta.conv.encoder_kernels": [5, 5],  # as the paper shows one
    "wta.learning_rate": 0.001,
    "wta.initialisation_std": 0.05,
    "embed.probe_c": [0.3, 1.0, 3.0, 10.0, 30.0],
}
DATA = ["check_params", "fetch_data", "prepare_noisy_data"]
WTA = [*DATA, "train_wta", "embed wta"]
EVERYTHING = [
    *DATA,
    *(f"train_{model}" for model in ("ae", "vae", "wta")),
    *(f"{stage} {model}" for stage in ("embed", "tsne", "plot") for model in ("ae", "vae", "wta")),
    "report",
]
RUNS: dict[str, tuple[dict[str, Any], list[str]]] = {
    # Fewer epochs than the default's ten: an epoch has fifteen times as many images.
    "main": (MNIST | {f"{model}.epochs": 5 for model in ("ae", "vae", "wta")}, EVERYTHING),
    "fc-wta": (PAPER | {"wta.architecture": "dense", "wta.lifetime": 0.05, "wta.epochs": 150} | FC, WTA),
    "conv-wta": (PAPER | {"wta.architecture": "conv", "wta.lifetime": 0.2, "wta.epochs": 5} | CONV, WTA),
}
# How far chance alone moves it: seeds differ by as much as many other settings do.
RUNS |= {f"conv-wta-seed-{seed}": (RUNS["conv-wta"][0] | {"seed": seed}, WTA) for seed in (1, 2)}


def main() -> None:
    """Run what was asked for and record it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="*", choices=[*RUNS, []], help="default: all")
    arguments = parser.parse_args()
    for name in arguments.runs or RUNS:
        add("full_mnist.json", {"machine": machine(), name: run(*RUNS[name])})


def run(overrides: dict[str, Any], stages: list[str]) -> dict[str, Any]:
    """Run `stages` with `overrides` of params.yaml in a scratch folder; its metrics and costs."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_params(folder / "params.yaml", overrides)
        (folder / "data").mkdir()
        (folder / "data" / "downloads").symlink_to((ROOT / downloads_folder()).resolve())
        costs = {stage: timed(stage, folder) for stage in stages}
        metrics = folder / "reports" / "metrics.json"
        if not metrics.exists():
            metrics = folder / "data" / "embeddings" / "wta" / "metrics.json"
        return {"settings": overrides, "metrics": load_json(metrics), "costs": costs}


def write_params(path: Path, overrides: dict[str, Any]) -> None:
    """The project's params.yaml with some values replaced, named as in `dvc exp run -S`."""
    params = read_yaml(ROOT / "params.yaml")
    for key, value in overrides.items():
        *sections, last = key.split(".")
        place = params
        for section in sections:
            place = place[section]
        place[last] = value
    path.write_text(yaml.safe_dump(params))


def timed(stage: str, folder: Path) -> dict[str, float]:
    """Run one stage as a process of its own; wall seconds and peak memory in GB."""
    print(f"\n== {stage}", flush=True)
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *f"stages.{stage}".split()],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{stage} failed")
    return {"seconds": round(time.perf_counter() - start, 1), "gigabytes": peak(usage)}


def peak(usage: resource.struct_rusage) -> float:
    """Largest resident memory, which Linux counts in kilobytes and macOS in bytes."""
    return round(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9, 2)


if __name__ == "__main__":
    main()
