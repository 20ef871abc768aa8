import pytest
import torch
from torch import nn
from torch.nn import functional as F

from stages.models import gan
from stages.models.gan import Gan
from tests.small import generator, random_images

SETTINGS = gan.Settings(
    channels=(4, 6),
    epochs=1,
    batch_size=10,
    discriminator_rate=0.001,
    generator_rate=0.001,
    beta_1=0.5,
    batch_normalisation=True,
)


class Constant(nn.Module):
    """A discriminator that gives every image the same logit."""

    def __init__(self, logit: float) -> None:
        super().__init__()
        self.logit = nn.Parameter(torch.tensor(logit))

    def forward(self, images):
        return self.logit.expand(len(images), 1)


def with_logit(logit: float) -> Gan:
    return Gan(nn.Identity(), Constant(logit), latent=3)


def test_codes_become_images_in_the_unit_interval_and_images_one_logit():
    model = gan.build(SETTINGS, latent=5)
    made = model.decode(model.codes(7, generator()))
    assert made.shape == (7, 1, 28, 28)
    assert made.min() > 0
    assert made.max() < 1
    assert model.logits(made).shape == (7,)


def test_a_discriminator_that_cannot_tell_pays_log_4_and_its_opponent_log_2():
    images = random_images(6)
    model = with_logit(0.0)
    assert model.discriminator_loss(images, images)["loss"].item() == pytest.approx(1.386294, rel=1e-5)
    assert model.generator_loss(images)["loss"].item() == pytest.approx(0.693147, rel=1e-5)


def test_both_losses_are_the_cross_entropies_of_the_papers_game():
    model = gan.build(SETTINGS, latent=5)
    real, made = random_images(6), random_images(6, seed=1)
    of_real, of_made = model.logits(real), model.logits(made)
    ones, zeros = torch.ones(6), torch.zeros(6)
    expected = F.binary_cross_entropy(of_real.sigmoid(), ones) + F.binary_cross_entropy(
        of_made.sigmoid(), zeros
    )
    torch.testing.assert_close(model.discriminator_loss(real, made)["loss"], expected)
    torch.testing.assert_close(
        model.generator_loss(made)["loss"], F.binary_cross_entropy(of_made.sigmoid(), ones)
    )


@pytest.mark.parametrize(("logit", "real_right", "made_right"), [(2.0, 1, 0), (-2.0, 0, 1)])
def test_the_shares_put_right_are_those_on_the_right_side_of_a_half(logit, real_right, made_right):
    terms = with_logit(logit).discriminator_loss(random_images(), random_images())
    assert (terms["real_right"], terms["made_right"]) == (real_right, made_right)


def test_the_non_saturating_loss_has_a_gradient_where_the_saturating_one_has_none():
    sure = torch.tensor([-20.0], requires_grad=True)  # the logit of a picture that D is sure is made
    (of_saturating,) = torch.autograd.grad((-F.softplus(sure)).sum(), sure)  # log(1 − σ(s))
    model = with_logit(-20.0)
    model.generator_loss(random_images(1))["loss"].backward()
    assert abs(of_saturating.item()) < 1e-8
    assert model.discriminator.logit.grad.item() == pytest.approx(-1, abs=1e-6)


def test_weights_start_with_the_papers_spread():
    model = gan.build(SETTINGS.model_copy(update={"channels": (32, 64)}), latent=50)
    kernels = [parameter for parameter in model.parameters() if parameter.dim() > 1]
    assert len(kernels) == 6
    for kernel in kernels:
        assert kernel.std().item() == pytest.approx(0.02, rel=0.1)


@pytest.mark.parametrize("wanted", [True, False])
def test_batch_normalisation_is_in_both_players_or_in_none(wanted):
    model = gan.build(SETTINGS.model_copy(update={"batch_normalisation": wanted}), latent=5)
    for player, layers in ((model.generator, 2), (model.discriminator, 1)):
        assert sum(isinstance(layer, nn.BatchNorm2d) for layer in player) == layers * wanted
    assert model.decode(model.codes(3, generator())).shape == (3, 1, 28, 28)
