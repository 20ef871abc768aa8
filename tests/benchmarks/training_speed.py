"""Images per second of the project's training loop, beside the loop that most tutorials use.

    python -m tests.benchmarks.training_speed [--epochs 3] [--threads N]

Both train the same networks from the same weights on 60 000 images, with Adam and the same batches of 128
in the same order (and the same draws of the VAE's code):

    plain   torchvision.datasets.MNIST → ToTensor → DataLoader; float32, default memory layout
    ours    stages.training.loop.fit, with `device: auto` and `precision: auto`

epoch by epoch in turn, since the speed of a machine drifts, but in two processes, since `fit` sets how its
process keeps memory. The losses that both reach are computed in
float32 on 10 000 held-out images. Operations are counted by PyTorch (forward and backward) and set beside
the fastest matrix product that this machine was seen to do in the same run. MNIST is taken from
data/downloads; without it, the 5000 embedded digits are repeated. Writes `reports/speed.json`;
`python -m tests.readme_tables` puts it into the README.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torch.utils.flop_counter import FlopCounterMode

from stages.common.artifacts import save_json
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import PARAMS, read_yaml, validated
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.images.downloads import is_complete, published, raw_folder
from stages.images.sources import held_out, mnist_5k
from stages.models import ae, vae
from stages.training.loop import evaluate, fit
from tests.benchmarks.full_mnist import machine
from tests.readme_tables import SPEED, speed_record

BATCH = 128
RATE = 1e-3
IMAGES = 60_000


def main() -> None:
    """Measure both loops on both networks, and record them."""
    arguments = parse_arguments()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    runtime = Runtime.choose("auto", "auto")
    peak = matrix_product_peak(runtime, runtime.precision)
    train, held = images()
    with tempfile.TemporaryDirectory() as folder:
        write_mnist(train, Path(folder))
        networks = {
            name: compare(name, build, train, held, folder, arguments.epochs, runtime, peak)
            for name, build in (("conv AE", conv_autoencoder), ("dense VAE 784-400-20", dense_vae))
        }
    training = {
        "machine": machine(),
        "threads": torch.get_num_threads(),
        "precision": str(runtime.precision).removeprefix("torch."),
        "peak_gflops": peak / 1e9,
        "networks": networks,
    }
    save_json(SPEED, speed_record() | {"training": training})


def compare(
    name: str,
    build: Callable[[], nn.Module],
    train: NoisyImages,
    held: NoisyImages,
    folder: str,
    epochs: int,
    runtime: Runtime,
    peak: float,
) -> dict[str, Any]:
    """Train twice from the same weights, an epoch of each in turn; rates, losses and operations."""
    spawn = get_context("spawn")
    pipe, far_end = spawn.Pipe()
    arguments = (far_end, build, folder, held, torch.get_num_threads())
    plain = spawn.Process(target=plain_loop, args=arguments, daemon=True)  # ends with this one at the latest
    plain.start()
    pipe.recv()  # it is ready
    ours = build()
    seconds: dict[str, list[float]] = {"plain": [], "ours": []}
    start = time.perf_counter()

    def in_turn(_: nn.Module) -> None:
        nonlocal start
        seconds["ours"].append(elapsed(start))
        pipe.send("epoch")
        seconds["plain"].append(pipe.recv())
        start = time.perf_counter()

    settings = TrainingSettings(
        epochs=epochs,
        batch_size=BATCH,
        learning_rate=RATE,
        schedule="constant",
        optimizer="adam",
        momentum=0.9,
    )
    little = NoisyImages(
        held.clean[:BATCH], held.noisy[:BATCH], held.labels[:BATCH]
    )  # plain validates nothing
    fit(ours, train, little, settings, runtime, seed=0, after_epoch=in_turn)
    pipe.send("loss")
    losses = {"plain": pipe.recv(), "ours": exact_loss(ours, held, runtime)}
    plain.join()
    operations = operations_per_image(build(), runtime)
    result: dict[str, Any] = {
        "mflop_an_image": operations / 1e6,
        "ratio": float(np.median(np.array(seconds["plain"]) / np.array(seconds["ours"]))),
        "loss_gap": losses["ours"] / losses["plain"] - 1,
    }
    for key, times in seconds.items():
        rate = IMAGES / float(np.median(times))
        result[key] = {
            "images_per_second": rate,
            "epoch_seconds": times,
            "loss": losses[key],
            "gflops": rate * operations / 1e9,
            "share_of_peak": rate * operations / peak,
        }
    print(name, json.dumps(result, indent=1), flush=True)
    return result


def plain_loop(
    pipe: Connection, build: Callable[[], nn.Module], folder: str, held: NoisyImages, threads: int
) -> None:
    """A process of its own: an epoch whenever one is asked for, answered by its seconds; last the loss."""
    torch.set_num_threads(threads)
    runtime = Runtime.choose("auto", "float32")
    dataset = torchvision.datasets.MNIST(folder, train=True, transform=torchvision.transforms.ToTensor())
    model, generator = build().to(runtime.device), runtime.generator(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    pipe.send("ready")
    while pipe.recv() == "epoch":
        start = time.perf_counter()
        plain_epoch(model, optimizer, dataset, generator)
        pipe.send(elapsed(start))
    pipe.send(exact_loss(model, held, runtime))


def plain_epoch(
    model: nn.Module, optimizer: torch.optim.Optimizer, dataset: Dataset, generator: torch.Generator
) -> None:
    """One epoch as most tutorials write it, but for the order of the images: it is drawn as `fit` does."""
    order = torch.randperm(IMAGES, generator=generator, device=generator.device).tolist()
    model.train()
    for batch, _ in DataLoader(dataset, BATCH, sampler=order):
        batch = batch.to(generator.device)
        loss = model.loss(batch, batch, generator)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def exact_loss(model: nn.Module, held: NoisyImages, runtime: Runtime) -> float:
    """On images not trained on, in float32."""
    exact = Runtime(runtime.device, torch.float32)
    return evaluate(model.eval(), held, exact, seed=0).means()["loss"]


def elapsed(start: float) -> float:
    """Seconds since `start`, all queued work done."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def images() -> tuple[NoisyImages, NoisyImages]:
    """60 000 images to train on and 10 000 to compare losses on, without noise."""
    if is_complete(raw_folder("mnist")):
        parts = published("mnist")
    else:
        print("data/downloads has no MNIST: the embedded digits are repeated")
        parts = held_out(mnist_5k(), 0.2, seed=0)
    sizes = (IMAGES, 10_000)
    repeated = (part[np.arange(size) % len(part)] for part, size in zip(parts, sizes, strict=True))
    train, held = (NoisyImages(part.images, part.images, part.labels) for part in repeated)
    return train, held


def write_mnist(train: NoisyImages, folder: Path) -> None:
    """Write the images in the layout of `torchvision.datasets.MNIST`."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        write_idx(raw / f"{part}-images-idx3-ubyte", train.clean)
        write_idx(raw / f"{part}-labels-idx1-ubyte", train.labels)


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write bytes in MNIST's format."""
    header = np.array([0x0800 + values.ndim, *values.shape], ">u4")
    path.write_bytes(header.tobytes() + values.tobytes())


def conv_autoencoder() -> nn.Module:
    """The default of the section `ae`."""
    with seeded_weights(0):
        return ae.build(validated(ae.Settings, read_yaml(PARAMS)["ae"], PARAMS), latent=10)


def dense_vae() -> nn.Module:
    """The tutorials' 784-400-20."""
    settings = read_yaml(PARAMS)["vae"] | {"architecture": "dense", "dense": {"hidden": (400,)}}
    with seeded_weights(0):
        return vae.build(validated(vae.Settings, settings, PARAMS), latent=20)


def operations_per_image(model: nn.Module, runtime: Runtime) -> float:
    """Floating-point operations of loss and gradients; a multiplication and an addition count as two."""
    batch = torch.zeros(BATCH, 1, 28, 28, device=runtime.device)
    model.to(runtime.device)
    with FlopCounterMode(display=False) as counter:
        model.loss(batch, batch, runtime.generator(0))["loss"].backward()
    return counter.get_total_flops() / BATCH


def matrix_product_peak(runtime: Runtime, dtype: torch.dtype, size: int = 2048, repeats: int = 10) -> float:
    """The fastest of several products of square matrices, in operations per second."""
    a = torch.randn(size, size, device=runtime.device).to(dtype)
    rates = []
    for _ in range(repeats):
        start = time.perf_counter()
        a @ a
        rates.append(2 * size**3 / elapsed(start))
    return max(rates)


def parse_arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="default: PyTorch's choice")
    return parser.parse_args()


if __name__ == "__main__":
    main()
