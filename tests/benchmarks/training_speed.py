"""Images per second of the project's training loop, beside the loop that most tutorials use.

    python -m tests.benchmarks.training_speed [--epochs 5] [--images 60000]

trains the same networks from the same weights, with Adam and the same batches of 128 in the same order (and
the same draws of the VAE's code), in four ways:

    plain      torchvision.datasets.MNIST → ToTensor → DataLoader; float32, default memory layout
    fast       stages.training.loop.fit with `arithmetic: fast`
    float32    the same, but in float32; only where `fast` takes bfloat16
    portable   the same with `arithmetic: portable`: one thread, instruction sets pinned

Target: where bfloat16 is fast, `fast` trains the convolutional autoencoder at least 4 times as fast as
`plain`.

Each way is a process of its own (`loops.py`), since what pins or speeds up a process is set for all of it;
they run an epoch each in turn, since the speed of a machine drifts. Operations are counted by PyTorch
(forward and backward) and set beside the fastest matrix product in the precision of `fast`, seen in the same
run. MNIST is taken from data/downloads; without it, the 5000 embedded digits are repeated. Prints a table,
and puts a run with all images into `reports/mnist/speed.json`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from stages.common.arithmetic import PINS
from stages.common.runtime import Runtime
from stages.images.datasets import Images
from stages.images.downloads import is_complete, published, raw_folder
from stages.images.sources import held_out, mnist_5k
from tests.benchmarks.loops import BATCH, NETWORKS
from tests.benchmarks.records import add, machine

IMAGES = 60_000
TARGET = 4  # times as fast as the plain loop


def main() -> None:
    """Measure every loop on every network, print, record."""
    arguments = parse_arguments()
    runtime = Runtime.choose("fast")
    peak = matrix_product_peak(runtime)
    kinds = ["plain", "fast", "float32", "portable"]
    if runtime.precision is torch.float32:
        kinds.remove("float32")
    networks = {}
    with tempfile.TemporaryDirectory() as folder:
        write_mnist(Path(folder), arguments.images)
        for name in NETWORKS:
            networks[name] = compare(name, kinds, folder, arguments, runtime, peak)
            print(table(name, networks[name]), flush=True)
    print(verdict(networks["conv AE"], runtime))
    if arguments.images == IMAGES:
        training = {
            "machine": machine(),
            "threads": torch.get_num_threads(),
            "epochs": arguments.epochs,
            "precision": str(runtime.precision).removeprefix("torch."),
            "peak_gflops": peak / 1e9,
            "networks": networks,
        }
        add("speed.json", {"training": training})


def compare(
    name: str, kinds: list[str], folder: str, arguments: argparse.Namespace, runtime: Runtime, peak: float
) -> dict[str, Any]:
    """Train in every way, an epoch of each in turn; rates, losses and operations."""
    command = [name, folder, str(arguments.epochs), str(runtime.device)]
    loops = {kind: Loop(kind, command) for kind in kinds}
    turns = [{kind: loop.epoch() for kind, loop in loops.items()} for _ in range(arguments.epochs)]
    losses = {kind: loop.loss() for kind, loop in loops.items()}
    seconds = {kind: np.array([turn[kind] for turn in turns]) for kind in kinds}
    operations = operations_per_image(NETWORKS[name](), runtime)
    rows = {}
    for kind in kinds:
        slowest, median, fastest = (arguments.images / np.quantile(seconds[kind], [1, 0.5, 0])).tolist()
        rows[kind] = {
            "images_per_second": {"median": median, "slowest": slowest, "fastest": fastest},
            "times_plain": float(np.median(seconds["plain"] / seconds[kind])),
            "loss": losses[kind],
            "loss_gap": losses[kind] / losses["plain"] - 1,
            "gflops": median * operations / 1e9,
            "share_of_peak": median * operations / peak,
        }
    return {"mflop_an_image": operations / 1e6, "loops": rows}


class Loop:
    """A process of `loops.py`."""

    def __init__(self, kind: str, command: list[str]) -> None:
        self.name = f"{kind}, {command[0]}"
        pins = PINS if kind == "portable" else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.loops", kind, *command],
            env=os.environ | {"TQDM_DISABLE": "1"} | pins,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.process.stdout.readline()  # it is ready

    def epoch(self) -> float:
        """The seconds of its next epoch, run now."""
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline() or sys.exit(f"{self.name} failed"))

    def loss(self) -> float:
        """The loss that it reached, when there are no more epochs; it ends."""
        return float(self.process.communicate("\n")[0] or sys.exit(f"{self.name} failed"))


def table(name: str, network: dict[str, Any]) -> str:
    """A line for each loop: the median of its epochs, and what the slowest and the fastest one reached."""
    lines = [
        f"\n{name}, {network['mflop_an_image']:.3g} MFLOP an image",
        f"{'':10}images/s   slowest to fastest   × plain   loss differs by   GFLOP/s   of peak",
    ]
    for kind, row in network["loops"].items():
        rate = row["images_per_second"]
        spread = f"{rate['slowest']:.0f} to {rate['fastest']:.0f}"
        lines.append(
            f"{kind:8}{rate['median']:10.0f}{spread:>21}{row['times_plain']:10.2f}{row['loss_gap']:18.3%}"
            f"{row['gflops']:10.0f}{row['share_of_peak']:10.1%}"
        )
    return "\n".join(lines)


def verdict(network: dict[str, Any], runtime: Runtime) -> str:
    """Whether the target was reached."""
    times = network["loops"]["fast"]["times_plain"]
    if runtime.precision is torch.float32:
        reached = "no target here, where bfloat16 is not fast"
    else:
        reached = f"the target, {TARGET}, is {'reached' if times >= TARGET else 'MISSED'}"
    return f"\nconv AE: `fast` is {times:.2f} times as fast as the plain loop; {reached}"


def write_mnist(folder: Path, count: int) -> None:
    """Write `count` images to train on, and at most 10 000 to compare losses on, in torchvision's layout."""
    if is_complete(raw_folder("mnist")):
        parts = published("mnist")
    else:
        print("data/downloads has no MNIST: the embedded digits are repeated")
        parts = held_out(mnist_5k(), 0.2, seed=0)
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, part, size in zip(("train", "t10k"), parts, (count, min(count, 10_000)), strict=True):
        write_part(raw, name, part[np.arange(size) % len(part)])


def write_part(raw: Path, name: str, part: Images) -> None:
    """Write bytes in MNIST's format."""
    for kind, values in (("images-idx3", part.images), ("labels-idx1", part.labels)):
        header = np.array([0x0800 + values.ndim, *values.shape], ">u4")
        (raw / f"{name}-{kind}-ubyte").write_bytes(header.tobytes() + values.tobytes())


def operations_per_image(model: nn.Module, runtime: Runtime) -> float:
    """Floating-point operations of loss and gradients; a multiplication and an addition count as two."""
    batch = torch.zeros(BATCH, 1, 28, 28, device=runtime.device)
    model.to(runtime.device)
    with FlopCounterMode(display=False) as counter:
        model.loss(batch, batch, runtime.generator(0, "counting"))["loss"].backward()
    return counter.get_total_flops() / BATCH


def matrix_product_peak(runtime: Runtime, size: int = 2048, repeats: int = 10) -> float:
    """The fastest of several products of square matrices, in operations per second."""
    a = torch.randn(size, size, device=runtime.device).to(runtime.precision)
    return max(2 * size**3 / seconds_of_product(a) for _ in range(repeats))


def seconds_of_product(a: torch.Tensor) -> float:
    """a @ a, finished."""
    start = time.perf_counter()
    product = a @ a
    product[0, 0].item()  # waits for an accelerator
    return time.perf_counter() - start


def parse_arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--images", type=int, default=IMAGES, help="fewer: to try it; not recorded")
    return parser.parse_args()


if __name__ == "__main__":
    main()
