"""A training loop in a process of its own, which runs an epoch whenever `training_speed.py` asks for one.

    python -m tests.benchmarks.loops KIND NETWORK FOLDER EPOCHS DEVICE

It says that it is ready, and then answers each line that it is sent: by the seconds of an epoch, and after
the last one by the loss, in float32, of images not trained on. FOLDER is one of `torchvision.datasets.MNIST`.

Nothing here may import `stages.common.runtime` before the plain loop has ended: that sets how a process keeps
memory, which is a part of what is compared.
"""

import sys
import time
from collections.abc import Callable

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from stages.common.seeds import derived
from stages.common.settings import PARAMS, read_yaml, validated
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import NoisyImages
from stages.models import ae, vae

BATCH = 128
RATE = 1e-3


def conv_autoencoder() -> nn.Module:
    """The default of the section `ae`."""
    return ae.build(validated(ae.Settings, read_yaml(PARAMS)["ae"], PARAMS), latent=10)


def dense_vae() -> nn.Module:
    """The tutorials' 784-400-20."""
    settings = read_yaml(PARAMS)["vae"] | {"architecture": "dense", "dense": {"hidden": (400,)}}
    return vae.build(validated(vae.Settings, settings, PARAMS), latent=20)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "conv AE": conv_autoencoder,
    "dense VAE 784-400-20": dense_vae,
}


def main() -> None:
    """Train as the command line says."""
    kind, network, folder, epochs, device = sys.argv[1:]
    torch.manual_seed(0)
    model = NETWORKS[network]()
    if kind == "plain":
        plain(model, folder, int(epochs), torch.device(device))
    else:
        ours(kind, model, folder, int(epochs))
    print(exact_loss(model, folder))


class Turns:
    """Answers a line from stdin by the seconds of the epoch that it asked for; ends when nobody asks."""

    def __init__(self) -> None:
        self._answer("ready")

    def done(self, _: nn.Module | None = None) -> None:
        """The epoch is over, and with it all queued work; wait until the next one is asked for."""
        if torch.accelerator.is_available():
            torch.accelerator.synchronize()
        self._answer(str(time.perf_counter() - self.start))

    def _answer(self, text: str) -> None:
        print(text, flush=True)
        sys.stdin.readline() or sys.exit()
        self.start = time.perf_counter()


def plain(model: nn.Module, folder: str, epochs: int, device: torch.device) -> None:
    """As most tutorials write it, but for the order of the images: it is drawn as `fit` does."""
    generator = torch.Generator(device).manual_seed(derived(0, "batches, their noise and draws"))
    dataset = MNIST(folder, train=True, transform=ToTensor())
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    turns = Turns()
    for _ in range(epochs):
        order = torch.randperm(len(dataset), generator=generator, device=device).tolist()
        model.train()
        for batch, _ in DataLoader(dataset, BATCH, sampler=order):
            batch = batch.to(device)
            loss = model.loss(batch, batch, generator)["loss"]
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        turns.done()


def ours(kind: str, model: nn.Module, folder: str, epochs: int) -> None:
    """As the stages do it: `fast`, `float32` (the same without bfloat16), or `portable`."""
    from stages.common.runtime import Runtime
    from stages.training.loop import fit

    runtime = Runtime.choose("portable" if kind == "portable" else "fast")
    if kind == "float32":
        runtime = Runtime(runtime.device, torch.float32)
    settings = TrainingSettings(
        epochs=epochs, batch_size=BATCH, learning_rate=RATE, schedule="constant", optimizer="adam"
    )
    train, little = images(folder, train=True), images(folder, train=True, first=1)  # plain validates nothing
    fit(model, train, little, settings, runtime, seed=0, after_epoch=Turns().done)


def exact_loss(model: nn.Module, folder: str) -> float:
    """On images not trained on, in float32."""
    from stages.common.runtime import Runtime
    from stages.training.loop import evaluate

    exact = Runtime(next(model.parameters()).device, torch.float32)
    return evaluate(model.eval(), images(folder, train=False), exact, seed=0).means()["loss"]


def images(folder: str, train: bool, first: int | None = None) -> NoisyImages:
    """The images below `folder`, all or the `first` ones, without noise."""
    dataset = MNIST(folder, train=train)
    pixels, labels = dataset.data[:first].numpy(), dataset.targets[:first].numpy().astype("uint8")
    return NoisyImages(pixels, pixels, labels)


if __name__ == "__main__":
    main()
