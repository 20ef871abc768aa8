"""Ten times MNIST: images a second and peak memory of each stage, with images on disk and in memory.

    python -m tests.benchmarks.larger_data [--times 10]

makes of each of MNIST's 70 000 images ten, turned by up to 15° and moved by up to three pixels, and runs the
main line on them, an epoch of training a model, with `arithmetic: fast`: each stage as it is, and again with
every array in memory. A stage is a fresh process, as with DVC, in a scratch folder. Writes
`reports/mnist/larger_data.json`; `python -m tests.write_pages` makes the page of it. Needs MNIST in
data/downloads, or the network, and 15 GB of the disk.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8
from torch.nn import functional
from tqdm import tqdm

from stages.common.artifacts import load_arrays, save_arrays, save_json
from stages.common.large_arrays import filled
from stages.images.downloads import published
from stages.images.pixels import to_bytes, to_unit
from tests.benchmarks.full_mnist import EVERYTHING, write_params
from tests.benchmarks.records import RECORDS, ROOT, machine

DEGREES, PIXELS = 15, 3  # turned and moved by at most
SIDE = 28
MODELS = ("ae", "vae", "wta")
SETTINGS = {
    "data.dataset": "own",
    "data.own": "larger.npz",
    "data.test_fraction": 1 / 7,  # as of MNIST
    "arithmetic": "fast",
    "embed.probe_c": [1.0],  # to choose it takes four times as long, and no more memory
} | {f"{model}.epochs": 1 for model in MODELS}
STAGES = [*EVERYTHING, "explore"]
WAYS = {"on disk": "", "in memory": "from stages.common import large_arrays; large_arrays.LARGE = 2**60; "}
RUN = "import runpy, sys; {way}sys.argv[1:] = {arguments}; runpy.run_module({module!r}, run_name='__main__')"


def main() -> None:
    """Make the images, run, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10, help="images made of each")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory(dir=ROOT / "data") as scratch:  # /tmp may lie in memory
        folder = Path(scratch)
        write_params(folder / "params.yaml", SETTINGS)
        make_images(folder / "larger.npz", times)
        costs = {
            stage: {way: measured(stage, code, folder) for way, code in WAYS.items()} for stage in STAGES
        }
        images = len(load_arrays(folder / "data/noisy/train.npz", "labels")["labels"])
        most = (folder / "params.yaml").read_text().partition("most_images: ")[2].split()[0]
    record = {"machine": machine(), "times": times, "train_images": images, "most_images": int(most)}
    save_json(RECORDS / "larger_data.json", record | {"costs": costs})


def make_images(path: Path, times: int) -> None:
    """Each of MNIST's images `times` times, turned and moved at random."""
    both, generator = published("mnist"), torch.Generator().manual_seed(0)
    images = np.concatenate([part.images for part in both])
    labels = np.concatenate([part.labels for part in both]).repeat(times)
    starts = tqdm(range(0, len(images), 1000), desc="making images")
    parts = (varied(images[start : start + 1000], times, generator) for start in starts)
    save_arrays(path, images=filled((len(labels), SIDE, SIDE), parts), labels=labels)


def varied(
    images: UInt8[np.ndarray, "n 28 28"], times: int, generator: torch.Generator
) -> UInt8[np.ndarray, "several 28 28"]:
    """`times` copies of each image, one behind the other."""
    inputs = to_unit(torch.from_numpy(images)).repeat_interleave(times, 0)[:, None]
    draws = 2 * torch.rand(3, len(inputs), generator=generator) - 1
    angle = torch.deg2rad(DEGREES * draws[0])
    x, y = PIXELS * draws[1:] / (SIDE / 2)
    rows = [torch.stack([angle.cos(), -angle.sin(), x], 1), torch.stack([angle.sin(), angle.cos(), y], 1)]
    grid = functional.affine_grid(torch.stack(rows, 1), list(inputs.shape), align_corners=False)
    return to_bytes(functional.grid_sample(inputs, grid, align_corners=False))[:, 0]


def measured(stage: str, way: str, folder: Path) -> dict[str, float]:
    """Run a stage in a process of its own: seconds, and peaks of its memory, looked at every 20 ms, in GB.

    `own_gigabytes` are those of no file; `resident_gigabytes` include what the system keeps of mapped files.
    """
    module, *arguments = stage.split()
    code = RUN.format(way=way, arguments=arguments, module=f"stages.{module}")
    print(f"\n== {stage} {way}", flush=True)
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    start, own, resident = time.perf_counter(), 0, 0
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=env)
    while process.poll() is None:
        found = memory(process.pid)
        own, resident = max(own, found.get("RssAnon", 0)), max(resident, found.get("VmHWM", 0))
        time.sleep(0.02)
    if process.returncode:
        sys.exit(f"{stage} failed")
    seconds = round(time.perf_counter() - start, 1)
    return {"seconds": seconds, "own_gigabytes": own / 1e6, "resident_gigabytes": resident / 1e6}


def memory(pid: int) -> dict[str, int]:
    """What Linux says of the memory of a process, in kilobytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has ended
        return {}
    return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}


if __name__ == "__main__":
    main()
