import pytest
import torch

from stages.models import critic

SETTINGS = dict(
    architecture="dense",
    dense={"hidden": (8,)},
    activation="relu",
    epochs=1,
    batch_size=4,
    learning_rate=0.01,
    schedule="constant",
    optimizer="adam",
)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return critic.build(critic.Settings(**SETTINGS), 5)


def test_the_loss_is_the_cross_entropy_of_the_scores(model):
    images, real = torch.rand(6, 1, 28, 28), torch.tensor([1, 0, 1, 1, 0, 0])
    probabilities = torch.sigmoid(model(images))
    expected = -torch.where(real == 1, probabilities, 1 - probabilities).log().mean()
    torch.testing.assert_close(model.loss(images, real)["loss"], expected)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95])
def test_the_threshold_accepts_just_the_wanted_share(model, share):
    images = torch.rand(200, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        model.set_threshold(model(images), share)
        accepted = model.accepts(images).float().mean().item()
    assert accepted == pytest.approx(share, abs=0.01)


def test_the_threshold_is_kept_with_the_weights(model):
    model.set_threshold(torch.tensor([1.0, 2.0, 3.0]), 0.5)
    other = critic.build(critic.Settings(**SETTINGS), 5)
    other.load_state_dict(model.state_dict())
    assert other.threshold == model.threshold == 2
