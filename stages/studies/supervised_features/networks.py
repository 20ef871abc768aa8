"""The networks that supervised-features compares: trained without labels, with all labels, or not at all."""

from dataclasses import dataclass

from torch import nn

from stages.common.runtime import seeded_weights
from stages.images.datasets import Images, NoisyImages
from stages.models import ae, classifier, vae, wta
from stages.models.classifier import Classifier
from stages.studies.bench import Bench
from stages.studies.supervised_features.section import Supervised
from stages.studies.supervised_features.transfer import copy_trunk, matching_classifier
from stages.training.loop import History, fit
from stages.training.trials import train

UNLABELLED = {"ae": ae, "vae": vae, "wta": wta, "conv_wta": wta}
CLASSIFIERS = {  # and the random weights that they start from
    "classifier": "random",
    "dense_classifier": "random_dense",
    "conv_classifier": "random_conv",
}


@dataclass(frozen=True)
class Trained:
    """A network of any kind, in evaluation mode and on the CPU, and its losses over the epochs."""

    model: nn.Module
    history: History


def network(kind: str, section: Supervised, bench: Bench, seed: int) -> Trained:
    """One of `UNLABELLED`, of `CLASSIFIERS`, or a classifier as it is before training: `random`."""
    if kind in CLASSIFIERS:
        return learn(CLASSIFIERS[kind], None, labelled(bench.parts.train), section, bench, seed)
    if kind in UNLABELLED:
        build = UNLABELLED[kind].build
        found = train(build, getattr(section, kind), section.latent, bench.parts, bench.runtime, seed)
        return Trained(found.model, found.history)
    return Trained(untrained(kind, section, seed).eval().requires_grad_(False), [])


def learn(
    weights: str, source: nn.Module | None, images: Images, section: Supervised, bench: Bench, seed: int
) -> Trained:
    """A classifier that learns `images`, from random `weights` or with the trunk of `source`."""
    model = untrained(weights, section, seed)
    if source is not None:
        copy_trunk(source, model)
    epochs = max(section.classifier.epochs, -(-section.presented // len(images)))
    settings = section.classifier.model_copy(update={"epochs": epochs})
    history = fit(model, images, labelled(bench.parts.validation), settings, bench.runtime, seed)
    return Trained(model.cpu().eval().requires_grad_(False), history)


def untrained(weights: str, section: Supervised, seed: int) -> Classifier:
    """A classifier as it starts: `random`, `random_dense` or `random_conv`, by its architecture."""
    with seeded_weights(seed):
        if weights == "random":
            return classifier.build(section.classifier, section.latent)
        like = {"random_dense": section.wta, "random_conv": section.conv_wta}[weights]
        return matching_classifier(like, section.latent)


def labelled(images: NoisyImages) -> Images:
    """Clean images with labels as what is to be learned."""
    return Images(images.clean, images.labels)
