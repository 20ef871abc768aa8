"""The code sizes of the studies on all of MNIST, trained until it stops paying: code_sizes.json.

    python -m tests.benchmarks.code_sizes [linear relu_code single ...]

trains the networks of linear-ae-is-pca, nonlinear-ae, stacked-ae and vae-latent-size at every code size k,
and the denoiser of denoising-capacity at the largest, on 54 000 images, and measures each once on the 10 000
test images. Each is trained for `LENGTHS[0]` epochs at each of its network's learning rates. At the one that
does best on the 6000 validation images it is trained from the start for twice as many epochs, and so on,
until doubling lowers the validation loss by less than `SETTLED`, or the last length is reached; what the last
doubling gained is in the record. The best of these on validation images is what is measured.

One seed. Computes as `arithmetic: portable` does, on one core. A finished cell is written at once, and not
computed again as long as the record has it and further lengths could not change it. Needs MNIST in
data/downloads, or the network.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from stages.analyses.pca import fit_pca
from stages.analyses.reconstruction import reconstruction_error
from stages.common.artifacts import load_json
from stages.common.metrics import reconstruction_metrics
from stages.common.runtime import Runtime
from stages.common.training_settings import TrainingSettings
from stages.images.downloads import published
from stages.images.noise import NoiseSettings
from stages.images.parts import Parts
from stages.models import ae, vae
from stages.models.architecture import Dense
from stages.models.interface import Autoencoder
from stages.models.vae import VariationalAutoencoder
from stages.studies.denoising_capacity.linear_denoiser import fit_linear_denoiser
from stages.studies.linear_ae_is_pca.subspaces import overlap, pca_optimum
from stages.studies.nonlinear_ae import relu_code
from stages.studies.vae_latent_size.posterior import kl_of_units, posterior
from stages.training.loop import evaluate
from stages.training.trials import Trained, train
from tests.benchmarks.records import RECORDS, add, machine

FILE = "code_sizes.json"
SEED = 0
SIZES = (2, 5, 10, 50, 100)
LENGTHS = (10, 20, 40)  # epochs
SETTLED = 0.01  # of the validation loss
NOISE_LEVELS = (0.4, 0.2, 0.5)  # of the denoiser
DRAWS = 2  # of noise on every image that the best linear map is fitted to
USED = 0.1  # nats in a coordinate that count as its being used
RUNTIME = Runtime(torch.device("cpu"), torch.float32)

COMMON = {
    "architecture": "dense",
    "epochs": LENGTHS[0],
    "batch_size": 200,
    "learning_rate": 1.0,  # chosen
    "schedule": "one-cycle",
    "optimizer": "adam",
}


def plain(hidden: tuple[int, ...], **others: Any) -> ae.Settings:
    """An autoencoder of the studies."""
    usual = {"activation": "relu", "output": "sigmoid", "objective": "cross-entropy"}
    return ae.Settings(dense=Dense(hidden=hidden), **COMMON | usual | others)


def variational(decoder_activation: str) -> vae.Settings:
    """784-512-k-512-784."""
    kinds = {"activation": "relu", "decoder_activation": decoder_activation, "beta": 1.0}
    return vae.Settings(dense=Dense(hidden=(512,)), **COMMON | kinds)


@dataclass(frozen=True)
class Network:
    """What is trained: how it is built, with which settings, and the learning rates to choose from."""

    build: Callable[[Any, int], Autoencoder]
    settings: TrainingSettings
    rates: tuple[float, ...]
    sizes: tuple[int, ...] = SIZES
    noise: float | None = None  # std on its input, drawn anew in every epoch


LINEAR = {"activation": "linear", "output": "linear", "objective": "mean-squared-error"}
NETWORKS = {
    "linear": Network(ae.build, plain((), initialisation_std=0.03, **LINEAR), (0.002, 0.005, 0.01)),
    "relu_code": Network(relu_code.build, plain((), initialisation_std=0.1), (0.01, 0.03, 0.1)),
    "single": Network(ae.build, plain((), initialisation_std=0.1), (0.01, 0.03, 0.1)),
    "256": Network(ae.build, plain((256,), initialisation_std=0.08), (0.002, 0.005, 0.01)),
    "vae": Network(vae.build, variational("sigmoid"), (0.005, 0.01, 0.02)),
    "256-192-128": Network(ae.build, plain((256, 192, 128), initialisation_std=0.08), (0.005, 0.01)),
}
DENOISER = plain((512,), initialisation_std=None)
NETWORKS |= {
    f"denoiser_{level}": Network(ae.build, DENOISER, (0.002, 0.005, 0.01), SIZES[-1:], level)
    for level in NOISE_LEVELS
}
NETWORKS["vae_relu"] = Network(vae.build, variational("relu"), (0.005, 0.01, 0.02))


def main() -> None:
    """Train and measure what the record lacks of what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", choices=[*NETWORKS, []], help="default: all")
    names = parser.parse_args().networks or NETWORKS
    known, test = published("mnist")
    parts = Parts.of(known, test, SEED, validation_fraction=0.1)
    add(FILE, setting())
    if not recorded("pca"):
        add(FILE, {"pca": {str(k): of_pca(parts, k) for k in SIZES}})
    for name in names:
        network = NETWORKS[name]
        for k in network.sizes:
            if not is_finished(recorded(name).get(str(k))):
                start = time.process_time()
                cell = trained_and_measured(network, k, parts)
                cell["seconds"] = round(time.process_time() - start, 1)
                add(FILE, {name: recorded(name) | {str(k): cell}})
                print(name, k, cell, flush=True)


def recorded(name: str) -> dict[str, Any]:
    """What the record has under `name`."""
    path = RECORDS / FILE
    return load_json(path).get(name, {}) if path.exists() else {}


def is_finished(cell: dict[str, Any] | None) -> bool:
    """Whether training on would not be tried, either because it stopped paying or for its length."""
    return bool(cell) and (cell["gain_of_doubling"] < SETTLED or str(LENGTHS[-1]) in cell["validation_loss"])


def setting() -> dict[str, Any]:
    """What all cells have in common."""
    images = {"train": 54000, "validation": 6000, "test": 10000}
    common = {"seed": SEED, "sizes": SIZES, "lengths": LENGTHS, "settled": SETTLED, "images": images}
    return {"setting": common | COMMON | {"arithmetic": "portable"}, "machine": machine()}


def trained_and_measured(network: Network, k: int, parts: Parts) -> dict[str, Any]:
    """One cell of the record."""
    noise = noise_of(network)
    if noise:
        parts = parts.with_noise(noise, SEED)
    trials = {rate: run(network, rate, LENGTHS[0], k, parts) for rate in network.rates}
    rate = min(trials, key=lambda tried: loss_of(trials[tried]))
    runs, gain = {LENGTHS[0]: trials[rate]}, 1.0
    for epochs in LENGTHS[1:]:
        before = min(map(loss_of, runs.values()))
        runs[epochs] = run(network, rate, epochs, k, parts)
        gain = 1 - loss_of(runs[epochs]) / before
        if gain < SETTLED:
            break
    best = min(runs, key=lambda epochs: loss_of(runs[epochs]))
    model = runs[best].model
    return {
        "rate": rate,
        "trials": {str(tried): loss_of(one) for tried, one in trials.items()},
        "validation_loss": {str(epochs): loss_of(one) for epochs, one in runs.items()},
        "gain_of_doubling": gain,
        "epochs": best,
        "test": reconstruction_error(model, parts.test, RUNTIME),
    } | of_kind(network, model, k, parts)


def run(network: Network, rate: float, epochs: int, k: int, parts: Parts) -> Trained:
    """One training from the start."""
    settings = network.settings.model_copy(update={"learning_rate": rate, "epochs": epochs})
    return train(network.build, settings, k, parts, RUNTIME, SEED, noise_of(network))


def loss_of(trained: Trained) -> float:
    """The validation loss at the end."""
    return trained.history[-1]["validation_loss"]


def noise_of(network: Network) -> NoiseSettings | None:
    """Gaussian noise of the network's level."""
    if network.noise is None:
        return None
    return NoiseSettings(kind="gaussian", amount=network.noise, fresh=True, validation_fraction=0.1)


def of_kind(network: Network, model: Autoencoder, k: int, parts: Parts) -> dict[str, Any]:
    """What is measured of some networks only."""
    if isinstance(model, VariationalAutoencoder):
        terms = evaluate(model, parts.test, RUNTIME, SEED).means()
        units = kl_of_units(*posterior(model, parts.train.clean, RUNTIME))
        return {"test_terms": terms, "used_units": int((units > USED).sum())}
    if network.noise is not None:
        return {"best_linear": of_best_linear(network, k, parts)}
    if network.settings.output == "linear":
        return of_linear(model, k, parts)
    return {}


def of_linear(model: Autoencoder, k: int, parts: Parts) -> dict[str, float]:
    """How near a linear autoencoder comes to PCA: in training error, and in the span of its columns."""
    error = reconstruction_error(model, parts.train, RUNTIME, clip=False)["mse"]
    principal = fit_pca(parts.train.clean, k)
    return {
        "excess": error / float(pca_optimum(parts.train.clean, (k,))[0]) - 1,
        "overlap": overlap(model.decoder[0].weight.numpy(), principal.components.T),
    }


def of_pca(parts: Parts, k: int) -> Mapping[str, float]:
    """Test errors of PCA's reconstructions, clipped to [0, 1]."""
    return on_test(fit_pca(parts.train.clean, k).reconstruct(parts.test.clean), parts)


def of_best_linear(network: Network, k: int, parts: Parts) -> Mapping[str, float]:
    """Test errors of the best linear map from noisy to clean images through k numbers."""
    noise = noise_of(network)
    drawn = [parts.with_noise(noise, SEED + 1 + draw).train for draw in range(DRAWS)]
    clean, noisy = (np.concatenate([getattr(part, side) for part in drawn]) for side in ("clean", "noisy"))
    return on_test(fit_linear_denoiser(clean, noisy, k).reconstruct(parts.test.noisy), parts)


def on_test(outputs: np.ndarray, parts: Parts) -> Mapping[str, float]:
    """Errors of `outputs` for the test images."""
    return reconstruction_metrics(parts.test.clean / np.float32(255), outputs.clip(0, 1))


if __name__ == "__main__":
    main()
