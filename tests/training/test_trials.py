import torch

from stages.models import ae
from stages.training.trials import train
from tests.small import CPU, model_settings


def trained(digits, seed):
    return train(ae.build, model_settings("ae", epochs=3), 4, digits, CPU, seed)


def test_a_trial_trains_a_model_and_hands_it_over_ready_for_use(digits):
    result = trained(digits, seed=0)
    assert [row["epoch"] for row in result.history] == [1, 2, 3]
    assert result.history[-1]["train_loss"] < result.history[0]["train_loss"]
    assert not result.model.training
    assert not any(parameter.requires_grad for parameter in result.model.parameters())


def test_the_seed_decides_everything(digits):
    one, same, other = (trained(digits, seed).model.state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)
