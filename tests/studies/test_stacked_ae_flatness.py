import pytest

from stages.studies.stacked_ae.flatness import flat_share
from tests.small import CPU, build


def test_without_hidden_layers_logits_are_flat(digits):
    model = build("ae", architecture="dense", hidden=[], latent=3).eval()
    assert flat_share(model, digits.test.clean, CPU) == pytest.approx(1, abs=1e-5)


def test_hidden_layers_bend_them(digits):
    model = build("ae", architecture="dense", hidden=[30], latent=3, initialisation_std=0.5).eval()
    assert flat_share(model, digits.test.clean, CPU) < 0.99
