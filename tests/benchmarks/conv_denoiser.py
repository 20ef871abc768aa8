"""Keras's convolutional denoiser on all of MNIST: test cross-entropy beside the published 0.0839 a pixel.

    python -m tests.benchmarks.conv_denoiser [--epochs 16]

trains `stages/models/conv_denoiser.py` on the 60 000 training images with fresh noise (std 0.4, clipped to
[0, 1]) with `arithmetic: fast`, measures the mean cross-entropy a pixel on the 10 000 test images with noise
drawn once, and writes `reports/mnist/conv_denoiser.json`: settings, results, seconds and the machine. The
learning rate is the one of `RATES` that does best on held-out training images, after short runs on some of
the others; the record's is the largest of them, so a larger one may do better. Needs MNIST in data/downloads,
or the network.

The published figure: 50 epochs on clean images, then 100 on noisy ones, Adam at a constant 0.001, batches of
128, one draw of noise for training and for test images, validated on the test images after every epoch.
Here noise is drawn anew in every epoch, and the test images are looked at once, at the end. It is one seed:
a difference of a few 0.0001 nats ranks neither protocol.
"""

import argparse
import time

import numpy as np
import torch

from stages.common.artifacts import save_json
from stages.common.metrics import cross_entropy
from stages.common.runtime import Runtime, seeded_weights
from stages.images.datasets import Images, NoisyImages, split_by_class
from stages.images.downloads import published
from stages.images.noise import NoiseSettings
from stages.images.parts import with_noise
from stages.models import conv_denoiser
from stages.models.conv_denoiser import ConvDenoiser
from stages.models.networks import PIXELS
from stages.training.loop import evaluate, fit
from tests.benchmarks.records import RECORDS, machine

ARITHMETIC = "fast"
PUBLISHED = 0.0839  # validation cross-entropy a pixel, keras.io/examples/vision/autoencoder

SEED = 0
NOISE = NoiseSettings(kind="gaussian", amount=0.4, fresh=True, validation_fraction=0.1)
RATES = (0.006, 0.012, 0.024)  # maxima of one-cycle
TRIAL_EPOCHS, TRIAL_FRACTION = 2, 0.4  # of the runs that choose the rate; share of the images they learn from
SETTINGS = conv_denoiser.Settings(
    filters=32,
    epochs=16,
    batch_size=64,
    learning_rate=RATES[0],
    schedule="one-cycle",
    optimizer="adam",
)
EXACT = Runtime(torch.device("cpu"), torch.float32)  # results are measured without rounding


def main() -> None:
    """Choose the rate, train on everything, measure, record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=SETTINGS.epochs)
    arguments = parser.parse_args()
    known, test = published("mnist")
    runtime = Runtime.choose(ARITHMETIC)
    start = time.perf_counter()
    trials = {rate: trial(rate, known, runtime) for rate in RATES}
    chosen = min(trials, key=trials.__getitem__)
    print("held-out cross-entropy:", trials, flush=True)
    settings = SETTINGS.model_copy(update={"learning_rate": chosen, "epochs": arguments.epochs})
    model, history = trained(settings, noisy(known, SEED), noisy(known, SEED + 1, first=2000), runtime)
    seconds = time.perf_counter() - start
    others = {"seed": SEED, "noise_std": NOISE.amount, "arithmetic": ARITHMETIC}
    record = {
        "settings": settings.model_dump(mode="json") | others,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trials": {str(rate): value for rate, value in trials.items()},
        "train_cross_entropy": history[-1]["train_loss"] / PIXELS,
        **on_test_images(model, test),
        "published": PUBLISHED,
        "seconds": round(seconds, 1),
        "precision": str(runtime.precision).removeprefix("torch."),
        "machine": machine(),
    }
    save_json(RECORDS / "conv_denoiser.json", record)
    print(f"test cross-entropy {record['test_cross_entropy']:.4f}, published {PUBLISHED}; {seconds:.0f} s")


def trial(rate: float, known: Images, runtime: Runtime) -> float:
    """Cross-entropy a pixel on held-out training images, after a short run on some of the others."""
    some, held_out = split_by_class(known.labels, 0.1, np.random.default_rng(SEED))
    some = some[: round(TRIAL_FRACTION * len(some))]
    settings = SETTINGS.model_copy(update={"learning_rate": rate, "epochs": TRIAL_EPOCHS})
    validation = noisy(known[held_out], SEED)
    _, history = trained(settings, noisy(known[some], SEED), validation, runtime)
    return history[-1]["validation_loss"] / PIXELS


def trained(
    settings: conv_denoiser.Settings, train: NoisyImages, validation: NoisyImages, runtime: Runtime
) -> tuple[ConvDenoiser, list[dict[str, float]]]:
    """A model from `SEED`, and its losses; training draws new noise in every epoch."""
    with seeded_weights(SEED):
        model = conv_denoiser.build(settings)
    history = fit(model, train, validation, settings, runtime, SEED, NOISE)
    return model.eval(), history


def on_test_images(model: ConvDenoiser, test: Images) -> dict[str, float]:
    """Cross-entropy a pixel: of the model, and the entropy of the clean pixels, its floor."""
    model.to("cpu")
    loss = evaluate(model, noisy(test, SEED), EXACT, SEED).means()["loss"]
    clean = test.images / np.float32(255)
    return {
        "test_cross_entropy": loss / PIXELS,
        "entropy_floor": float(cross_entropy(clean, clean).mean()),
    }


def noisy(images: Images, seed: int, first: int | None = None) -> NoisyImages:
    """Noisy copies beside clean images, all or the `first` ones."""
    part = Images(images.images[:first].copy(), images.labels[:first])  # torch wants writable arrays
    return with_noise(part, NOISE, torch.Generator().manual_seed(seed))


if __name__ == "__main__":
    main()
