from pathlib import Path

import torch
from torch.nn import functional as F

from stages.common.runtime import seeded_weights
from stages.common.settings import validated
from stages.images.datasets import Images
from stages.models import classifier
from stages.training.loop import fit
from tests.small import CPU, NETWORK, as_images, random_images

SETTINGS = NETWORK | {"architecture": "conv", "conv": {"channels": [8, 8]}, "dense": {"hidden": [32]}}


def build(**changes):
    settings = validated(classifier.Settings, SETTINGS | changes, Path("test"))
    with seeded_weights(0):
        return classifier.build(settings, 12), settings


def test_every_architecture_gives_a_code_and_a_distribution_over_ten_classes():
    for architecture in ("conv", "conv-pool", "dense"):
        model, _ = build(architecture=architecture)
        images = random_images(5)
        assert model.encode(images).shape == (5, 12)
        torch.testing.assert_close(model.probabilities(images).sum(dim=1), torch.ones(5))


def test_the_loss_is_the_negative_log_probability_of_the_label():
    model, _ = build()
    images, labels = random_images(5), torch.tensor([0, 3, 9, 1, 3])
    terms = model.loss(images, labels)
    expected = -model.probabilities(images)[torch.arange(5), labels].log().mean()
    torch.testing.assert_close(terms["loss"], expected)
    torch.testing.assert_close(terms["loss"], F.cross_entropy(model(images), labels))


def test_fit_takes_labels_as_targets_and_the_classifier_learns_digits(digits):
    model, settings = build(epochs=15, learning_rate=0.01)
    train, validation = (Images(part.clean, part.labels) for part in (digits.train, digits.validation))
    history = fit(model, train, validation, settings, CPU, seed=0)
    assert history[0]["validation_error"] > history[-1]["validation_error"]
    assert history[-1]["validation_error"] < 0.25
    found = model(as_images(digits.test.clean)).argmax(dim=1).numpy()
    assert (found != digits.test.labels).mean() < 0.25
