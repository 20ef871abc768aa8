import pytest
import torch

from stages.models import ae
from stages.studies.stacked_ae import layerwise
from stages.studies.stacked_ae.layerwise import train_layerwise
from stages.training.loop import fit
from stages.training.trials import train
from tests.small import CPU, model_settings

SETTINGS = model_settings("ae", hidden=[30, 20], epochs=5)


@pytest.fixture
def phases(monkeypatch):
    """Kind and epochs of each call of `fit`."""
    seen = []

    def watched(model, train, validation, settings, runtime, seed):
        seen.append((type(model).__name__, settings.epochs))
        return fit(model, train, validation, settings, runtime, seed)

    monkeypatch.setattr(layerwise, "fit", watched)
    return seen


def test_layers_are_trained_one_by_one_and_the_rest_of_the_epochs_fine_tunes(digits, phases):
    trained = train_layerwise(ae.build, SETTINGS, 5, digits, CPU, 0, layer_epochs=1)
    assert phases == [("LayerAutoencoder", 1)] * 3 + [("DenoisingAutoencoder", 2)]
    assert len(trained.history) == 2


def test_greedy_training_alone_already_restores_more_than_random_weights_do(digits):
    longer = SETTINGS.model_copy(update={"epochs": 31})
    trained = train_layerwise(ae.build, longer, 5, digits, CPU, 0, layer_epochs=10)
    images = torch.from_numpy(digits.test.clean).unsqueeze(1) / 255
    untrained = train(ae.build, SETTINGS.model_copy(update={"learning_rate": 1e-9}), 5, digits, CPU, 0)
    blank, greedy, tuned = (
        float(model.loss(images, images)["loss"])
        for model in (untrained.model, trained.pretrained, trained.model)
    )
    assert tuned < greedy < 0.7 * blank


def test_what_is_kept_of_the_greedy_phase_is_not_changed_by_fine_tuning(digits):
    trained = train_layerwise(ae.build, SETTINGS, 5, digits, CPU, 0, layer_epochs=1)
    before, after = (next(model.parameters()) for model in (trained.pretrained, trained.model))
    assert not torch.equal(before, after)
    assert not any(weights.requires_grad for weights in (before, after))
    assert not any(model.training for model in (trained.pretrained, trained.model))
