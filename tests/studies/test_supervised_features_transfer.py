"""Trunks that models share: what one computes after it was given another's."""

from pathlib import Path

import pytest
import torch

from stages.common.runtime import seeded_weights
from stages.common.settings import validated
from stages.models import classifier, wta
from stages.studies.supervised_features.transfer import copy_trunk, matching_classifier, trunk
from tests.small import TRAINING, build, changed, model_settings, random_images

IMAGES = random_images(3)


def build_classifier(**changes):
    sizes = {"conv": {"channels": [4, 6]}, "dense": {"hidden": []}}
    section = changed(TRAINING | {"architecture": "conv", "activation": "relu"} | sizes, changes)
    with seeded_weights(1):
        return classifier.build(validated(classifier.Settings, section, Path("test")), 10)


@pytest.mark.parametrize(
    ("name", "changes", "target"),
    [
        ("ae", {"architecture": "conv"}, {}),
        ("ae", {"architecture": "dense"}, {"architecture": "dense", "hidden": [64]}),
        ("vae", {"architecture": "conv"}, {}),
        ("wta", {}, {"architecture": "dense", "hidden": [100]}),
    ],
)
def test_a_classifier_with_anothers_trunk_has_its_hidden_vectors(name, changes, target):
    source, model = build(name, **changes), build_classifier(**target)
    before = trunk(model)(IMAGES)
    copy_trunk(source, model)
    torch.testing.assert_close(trunk(model)(IMAGES), trunk(source)(IMAGES))
    assert (before - trunk(model)(IMAGES)).abs().max() > 1e-3


def test_the_trunk_ends_before_the_code():
    model = build("ae", architecture="conv")
    torch.testing.assert_close(model.encoder[-1](trunk(model)(IMAGES)), model.encode(IMAGES))
    vae = build("vae", architecture="conv")
    torch.testing.assert_close(vae.encoder.to_mean(trunk(vae)(IMAGES)), vae.encode(IMAGES))


@pytest.mark.parametrize("architecture", ["dense", "conv"])
def test_the_trunk_of_a_winner_take_all_layer_gives_its_features(architecture):
    model = build("wta", architecture=architecture)
    torch.testing.assert_close(trunk(model)(IMAGES), model.features(IMAGES))


@pytest.mark.parametrize("architecture", ["dense", "conv"])
def test_a_matching_classifier_starts_as_the_winner_take_all_layer_does(architecture):
    settings = model_settings("wta", architecture=architecture)
    with seeded_weights(1):
        layer = wta.build(settings)
    with seeded_weights(1):
        model = matching_classifier(settings, 5)
    assert model(IMAGES).shape == (3, 10)
    torch.testing.assert_close(trunk(model)(IMAGES), layer.features(IMAGES))


def test_taking_over_copies_and_does_not_share():
    source, model = build("ae", architecture="conv"), build_classifier()
    copy_trunk(source, model)
    with torch.no_grad():
        trunk(model)[0].weight.add_(1)
    assert (trunk(source)[0].weight - trunk(model)[0].weight).abs().min() > 0.5


def test_another_shape_is_refused():
    with pytest.raises(RuntimeError, match="size mismatch"):
        copy_trunk(build("ae", architecture="conv"), build_classifier(channels=[4, 8]))
