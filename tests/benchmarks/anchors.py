"""Published figures on the full MNIST, met on their own protocol: `reports/mnist/anchors.json`.

    python -m tests.benchmarks.anchors [vae-tutorial vae-better]

vae-tutorial: the VAE of PyTorch's examples (784-400-20, ReLU; Adam at a constant 0.001, batches of 128, ten
epochs, no noise, grey pixels), trained on all 60 000 images. Reported for it: a test loss of 105.6 nats an
image (cross-entropy + KL with one draw of z an image, mean over the 10 000 test images).

vae-better: the same network and as many epochs, with a one-cycle rate. Batch and rate are those of `RECIPES`
that do best on held-out training images; the test images are looked at once, at the end.

Every anchor is a function of the training and the test set that gives its record; `ANCHORS` lists them. They
compute as `arithmetic: fast` does, but in float32. Needs MNIST in data/downloads, or the network.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from stages.common.runtime import Runtime, seeded_weights
from stages.images.datasets import Images, NoisyImages, split_by_class
from stages.images.downloads import published
from stages.models import vae
from stages.models.architecture import Dense
from stages.training.loop import evaluate, fit
from stages.training.parallel import in_parallel
from tests.benchmarks.records import add, machine

EXACT = Runtime(torch.device("cpu"), torch.float32)  # as the tutorial computes

VAE_PUBLISHED = 105.6  # nats an image: others' runs of that example (105.589, 105.614), not its own text
VAE_LATENT = 20
VAE_TUTORIAL = vae.Settings(
    architecture="dense",
    dense=Dense(hidden=(400,)),
    activation="relu",
    decoder_activation="relu",
    beta=1.0,
    epochs=10,
    batch_size=128,
    learning_rate=0.001,
    schedule="constant",
    optimizer="adam",
)
RECIPES = (  # batch, and maximum of one-cycle
    {"schedule": "one-cycle", "batch_size": 64, "learning_rate": 0.002},
    {"schedule": "one-cycle", "batch_size": 64, "learning_rate": 0.004},
    {"schedule": "one-cycle", "batch_size": 128, "learning_rate": 0.005},
)
TRIAL_EPOCHS = 5  # of the runs that choose among them
SEEDS = (0, 1)


def main() -> None:
    """Run the anchors that were asked for and record them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("anchors", nargs="*", choices=[*ANCHORS, []], help="default: all")
    arguments = parser.parse_args()
    known, test = published("mnist")
    for name in arguments.anchors or ANCHORS:
        start = time.perf_counter()
        result = ANCHORS[name](known, test)
        result |= {"seconds": round(time.perf_counter() - start, 1), "machine": machine()}
        add("anchors.json", {name: result})
        print(name, result, flush=True)


def vae_tutorial(known: Images, test: Images) -> dict[str, Any]:
    """The tutorial's recipe."""
    return vae_runs(VAE_TUTORIAL, known, test)


def vae_better(known: Images, test: Images) -> dict[str, Any]:
    """The best of `RECIPES`."""
    rest, held_out = split_by_class(known.labels, 0.1, np.random.default_rng(0))
    settings = [VAE_TUTORIAL.model_copy(update=recipe) for recipe in RECIPES]
    short = [recipe.model_copy(update={"epochs": TRIAL_EPOCHS}) for recipe in settings]
    jobs = [(recipe, known[rest], known[held_out], 0) for recipe in short]
    losses = [terms["loss"] for terms in in_parallel(vae_run, jobs, "trials")]
    result = vae_runs(settings[int(np.argmin(losses))], known, test)
    trials = [recipe | {"held_out_loss": loss} for recipe, loss in zip(RECIPES, losses, strict=True)]
    return result | {"trial_epochs": TRIAL_EPOCHS, "trials": trials}


def vae_runs(settings: vae.Settings, known: Images, test: Images) -> dict[str, Any]:
    """Test loss of several seeds, in nats an image."""
    runs = in_parallel(vae_run, [(settings, known, test, seed) for seed in SEEDS], "VAEs on 60 000 images")
    others = {"latent": VAE_LATENT, "images": len(known), "arithmetic": "fast"}
    return {
        "settings": settings.model_dump(mode="json") | others,
        "published": VAE_PUBLISHED,
        "test_loss": float(np.mean([run["loss"] for run in runs])),
        "runs": {f"seed{seed}": run for seed, run in zip(SEEDS, runs, strict=True)},
    }


def vae_run(settings: vae.Settings, known: Images, unseen: Images, seed: int) -> dict[str, float]:
    """Train on `known`; `loss` (−ELBO), `cross_entropy` and `kl` of `unseen`, and the seconds of training."""
    with seeded_weights(seed):
        model = vae.build(settings, VAE_LATENT)
    start = time.perf_counter()
    fit(model, noiseless(known), noiseless(known[np.arange(1000)]), settings, EXACT, seed)
    seconds = time.perf_counter() - start
    return evaluate(model, noiseless(unseen), EXACT, seed).means() | {"seconds": round(seconds, 1)}


def noiseless(images: Images) -> NoisyImages:
    """The clean images as input too."""
    return NoisyImages(images.images, images.images, images.labels)


ANCHORS: dict[str, Callable[[Images, Images], dict[str, Any]]] = {
    "vae-tutorial": vae_tutorial,
    "vae-better": vae_better,
}

if __name__ == "__main__":
    main()
