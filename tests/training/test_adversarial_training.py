import pytest
import torch
from torch import nn
from torch.nn import functional as F

from stages.common.errors import StudyError
from stages.common.runtime import seeded_weights
from stages.models import gan
from stages.training.adversarial import fit_adversarial
from tests.small import CPU

SETTINGS = gan.Settings(
    channels=(4, 6),
    epochs=2,
    batch_size=20,
    discriminator_rate=0.01,
    generator_rate=0.01,
    beta_1=0.5,
    batch_normalisation=True,
)
BLACK = torch.zeros(50, 1, 28, 28, dtype=torch.uint8)


def trained(images=BLACK, seed=0, **changes):
    with seeded_weights(0):
        model = gan.build(SETTINGS, latent=3)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    history = fit_adversarial(model, images, SETTINGS.model_copy(update=changes), CPU, seed)
    return model, history, before


class Brightness(nn.Module):
    """Two players of one number each: pictures are evenly grey, and D judges them by their grey."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = Grey()
        self.discriminator = nn.Sequential(nn.Flatten(), nn.AvgPool1d(784), nn.Linear(1, 1))
        nn.init.zeros_(self.discriminator[2].weight)  # it has no opinion yet

    def codes(self, count, generator):
        return torch.empty(count, 1).normal_(generator=generator)

    def discriminator_loss(self, real, made):
        return {
            "loss": F.softplus(-self.discriminator(real)).mean() + F.softplus(self.discriminator(made)).mean()
        }

    def generator_loss(self, made):
        return {"loss": F.softplus(-self.discriminator(made)).mean()}


class Grey(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.level = nn.Parameter(torch.zeros(1))

    def forward(self, codes):
        return self.level.sigmoid().expand(len(codes), 784).unflatten(1, (1, 28, 28))


def test_the_generator_goes_to_where_the_discriminator_has_seen_the_data():
    white = torch.full((40, 1, 28, 28), 255, dtype=torch.uint8)
    for images, sign in ((white, 1), (BLACK, -1)):
        with seeded_weights(0):
            model = Brightness()
        fit_adversarial(model, images, SETTINGS.model_copy(update={"epochs": 30}), CPU, 0)
        assert sign * model.generator.level.item() > 0.2


def test_a_row_an_epoch_has_the_terms_of_both_players():
    _, history, _ = trained()
    assert [row["epoch"] for row in history] == [1, 2]
    names = {"discriminator_loss", "discriminator_real_right", "discriminator_made_right", "generator_loss"}
    assert set(history[0]) == {"epoch"} | names


def test_each_player_moves_at_its_own_rate():
    slow = 1e-9
    for player, rate in (("discriminator", "discriminator_rate"), ("generator", "generator_rate")):
        model, _, before = trained(**{rate: slow})
        start = dict(zip((name for name, _ in model.named_parameters()), before, strict=True))
        moved = {
            name: (parameter - start[name]).abs().max().item() for name, parameter in model.named_parameters()
        }
        still = [change for name, change in moved.items() if name.startswith(player)]
        others = [change for name, change in moved.items() if not name.startswith(player)]
        assert max(still) < 1e-6
        assert min(others) > 1e-4


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    _, first, _ = trained()
    _, again, _ = trained()
    _, other, _ = trained(seed=1)
    assert first == again
    assert first != other


def test_only_whole_batches_are_used():
    seen = []

    class Counting(Brightness):
        def discriminator_loss(self, real, made):
            seen.append((len(real), len(made)))
            return super().discriminator_loss(real, made)

    fit_adversarial(Counting(), BLACK, SETTINGS.model_copy(update={"epochs": 1}), CPU, 0)
    assert seen == [(20, 20), (20, 20)]


def test_fewer_images_than_a_batch_are_refused_in_one_line():
    with pytest.raises(StudyError, match="batch_size is 100; it should be at most 50"):
        trained(batch_size=100)
