"""Winner-take-all autoencoders: weights, winners, thresholds, features and stacks."""

import pytest
import torch
from torch.nn import functional as F

from stages.common.errors import StudyError
from stages.models.sparsity import lifetime_sparsity, spatial_and_lifetime_sparsity, spatial_sparsity
from stages.training.loop import fit
from tests.small import CPU, as_images, build, generator, model_settings, random_images

CLEAN = random_images(20)
CONV = {"architecture": "conv"}
DENSE_ON_DENSE = {"stack": [{"architecture": "dense", "size": 30, "lifetime": 0.2}]}
CONV_ON_CONV = CONV | {"stack": [{"architecture": "conv", "size": 5, "lifetime": 0.2}]}
DENSE_ON_CONV = CONV | {"stack": [{"architecture": "dense", "size": 30, "lifetime": 0.2}]}
MODELS = {
    "dense": {},
    "tied": {"tied": True},
    "conv": CONV,
    "deep conv": CONV | {"encoder_kernels": [5, 3]},
    "dense on dense": DENSE_ON_DENSE,
    "tied dense on dense": {"tied": True} | DENSE_ON_DENSE,
    "conv on conv": CONV_ON_CONV,
    "dense on conv": DENSE_ON_CONV,
}
every_model = pytest.mark.parametrize("changes", MODELS.values(), ids=MODELS)
every_stack = pytest.mark.parametrize("changes", list(MODELS.values())[4:], ids=list(MODELS)[4:])


def train(changes: dict, digits, **training):
    """The model, its layers trained one after the other."""
    model = build("wta", **changes)
    settings = model_settings("wta", **changes, **training)
    for depth in range(1, len(model.layers) + 1):
        fit(model.upto(depth), digits.train, digits.validation, settings, CPU, seed=0)
    return model


# --- one fully connected layer


def test_the_dense_loss_is_the_squared_error_of_lifetime_sparse_codes():
    model = build("wta").train()
    encoder, decoder = model.top.encoder[0], model.top.decoder
    hidden = torch.relu(CLEAN.flatten(1) @ encoder.weight.T + encoder.bias)
    output = lifetime_sparsity(hidden, 0.1) @ decoder.weight.T + decoder.bias
    expected = (output - CLEAN.flatten(1)).square().sum(dim=1).mean()
    torch.testing.assert_close(model.loss(CLEAN, CLEAN)["loss"], expected)


def test_in_training_each_unit_fires_for_its_share_of_the_batch():
    model = build("wta", lifetime=0.25).train()
    hidden = model.top.activations(CLEAN)
    wanted = torch.minimum((hidden > 0).sum(dim=0), torch.tensor(5))  # 25 % of 20, if so many are positive
    assert torch.equal((model.encode(CLEAN) != 0).sum(dim=0), wanted)
    assert int(wanted.max()) == 5


def test_tied_weights_are_one_tensor():
    tied, untied = build("wta", tied=True), build("wta")
    assert tied.top.decoder.bias.shape == (784,)
    assert [name for name, _ in tied.top.decoder.named_parameters()] == ["bias"]
    count = {name: sum(p.numel() for p in model.parameters()) for name, model in (("t", tied), ("u", untied))}
    assert count["u"] - count["t"] == 784 * 100


def test_a_tied_decoder_is_the_encoder_transposed():
    model = build("wta", tied=True)
    codes = torch.rand(3, 100, generator=generator())
    weight = model.top.encoder[0].weight
    expected = codes @ weight + model.top.decoder.bias
    torch.testing.assert_close(model.decode(codes).flatten(1), expected)
    with torch.no_grad():
        weight.mul_(2)
    torch.testing.assert_close(model.decode(codes).flatten(1), codes @ weight + model.top.decoder.bias)


def test_tied_weights_get_gradients_from_both_sides():
    tied, untied = build("wta", tied=True).train(), build("wta").train()
    with torch.no_grad():
        untied.top.encoder[0].weight.copy_(tied.top.encoder[0].weight)
        untied.top.encoder[0].bias.copy_(tied.top.encoder[0].bias)
        untied.top.decoder.weight.copy_(tied.top.encoder[0].weight.T)
        untied.top.decoder.bias.copy_(tied.top.decoder.bias)
    for model in (tied, untied):
        model.loss(CLEAN, CLEAN)["loss"].backward()
    from_encoder, from_decoder = untied.top.encoder[0].weight.grad, untied.top.decoder.weight.grad.T
    assert from_encoder.any()
    assert from_decoder.any()
    torch.testing.assert_close(tied.top.encoder[0].weight.grad, from_encoder + from_decoder)


# --- one convolutional layer


def test_a_convolutional_code_has_maps_as_large_as_the_image():
    model = build("wta", **CONV | {"encoder_kernels": [5, 3]})
    assert model.encode(CLEAN).shape == (20, 6, 28, 28)
    assert model(CLEAN).shape == CLEAN.shape
    assert model.features(CLEAN).shape == (20, 6 * 7 * 7)


@pytest.mark.parametrize(
    ("lifetime", "sparsity"),
    [(1.0, spatial_sparsity), (0.2, lambda maps: spatial_and_lifetime_sparsity(maps, 0.2))],
)
def test_the_convolutional_loss_is_the_squared_error_of_its_winners_filters(lifetime, sparsity):
    model = build("wta", **CONV, lifetime=lifetime).train()
    conv, deconv = model.top.encoder[0], model.top.decoder
    winners = sparsity(torch.relu(F.conv2d(CLEAN, conv.weight, conv.bias, padding=2)))
    output = F.conv_transpose2d(winners, deconv.weight, deconv.bias, padding=3)
    expected = (output - CLEAN).square().sum(dim=(1, 2, 3)).mean()
    torch.testing.assert_close(model.loss(CLEAN, CLEAN)["loss"], expected)


def test_a_winner_draws_its_filter_where_it_stands():
    model = build("wta", **CONV)
    code = torch.zeros(1, 6, 28, 28)
    code[0, 2, 10, 15] = 3.0
    drawn = (model.decode(code) - model.decode(torch.zeros_like(code)))[0, 0]
    torch.testing.assert_close(drawn[7:14, 12:19], 3 * model.top.decoder.weight[2, 0], atol=1e-6, rtol=1e-4)
    drawn[7:14, 12:19] = 0
    assert float(drawn.detach().abs().max()) < 1e-6


def test_features_are_maps_without_sparsity_max_pooled():
    model = build("wta", **CONV)
    maps = model.top.activations(CLEAN)
    regions = maps.view(20, 6, 7, 4, 7, 4).amax(dim=(3, 5))
    assert torch.equal(model.features(CLEAN), regions.flatten(1))


# --- gradients, thresholds


@every_model
def test_the_top_layer_gets_gradients_and_those_below_none(changes):
    model = build("wta", **changes).train()
    top = model.upto(len(model.layers))
    top.loss(CLEAN, CLEAN)["loss"].backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in top.top.parameters())
    for layer in model.layers[:-1]:
        assert all(parameter.grad is None for parameter in layer.parameters())


def test_the_threshold_is_the_running_mean_of_each_units_weakest_winner():
    model = build("wta").train()
    expected = torch.zeros(100)
    for seed in range(3):
        images = random_images(20, seed)
        winners = model.winners(images).detach()
        for unit in range(100):
            fired = [float(value) for value in winners[:, unit] if value > 0]
            if fired:
                expected[unit] += 0.25 * (min(fired) - expected[unit])
        model.encode(images)
    torch.testing.assert_close(model.top.threshold, expected)


@torch.no_grad()
def test_after_ten_batches_the_threshold_has_caught_up_with_the_winners(digits):
    model = build("wta", tied=True, lifetime=0.2).train()
    batches = as_images(digits.train.clean).split(40)
    for batch in batches:
        model.encode(batch)
    winners = torch.stack([model.winners(batch) for batch in batches])  # (10, 40, 100)
    weakest = winners.masked_fill(winners <= 0, torch.inf).amin(dim=1)  # (10, 100)
    always = weakest.isfinite().all(dim=0)  # units that win in every batch
    settled = float(weakest[:, always].mean())
    assert float(model.top.threshold[always].mean()) == pytest.approx(settled, rel=0.1)


def test_the_threshold_moves_in_training_only():
    model = build("wta", **CONV).eval()
    model.loss(CLEAN, CLEAN)
    assert not model.top.threshold.any()
    model.train().loss(CLEAN, CLEAN)
    assert model.top.threshold.any()


def share_firing(model, images: torch.Tensor) -> float:
    """Share of (image, unit or map) pairs that the thresholds let through."""
    return float((strength(model.encode(images)) > 0).float().mean())


def strength(codes: torch.Tensor) -> torch.Tensor:
    return codes.flatten(2).amax(dim=2) if codes.dim() > 2 else codes


@pytest.mark.parametrize("changes", [{"tied": True}, CONV], ids=["dense", "conv"])
@torch.no_grad()
def test_once_settled_the_threshold_lets_a_unit_fire_for_its_share_of_fresh_images(changes, digits):
    model = build("wta", **changes, lifetime=0.2).train()
    fresh = as_images(digits.test.clean)
    wanted = torch.cat([strength(model.winners(batch)) > 0 for batch in fresh.split(50)]).float().mean()
    for _ in range(12):  # 96 batches: the running mean forgets its start at 0
        for batch in as_images(digits.train.clean).split(50):
            model.encode(batch)
    assert share_firing(model.eval(), fresh) == pytest.approx(float(wanted), rel=0.2)


def test_after_training_about_the_lifetime_share_of_fresh_images_makes_a_unit_fire(digits):
    changes = {"tied": True, "lifetime": 0.2}
    settings = model_settings("wta", **changes, epochs=15, schedule="one-cycle")
    model = build("wta", **changes)
    fit(model, digits.train.without_noise(), digits.validation, settings, CPU, seed=0)
    assert share_firing(model, as_images(digits.test.clean)) == pytest.approx(0.2, abs=0.03)


def test_the_code_of_an_image_does_not_depend_on_its_company(digits):
    model = train({}, digits, epochs=1)
    images = as_images(digits.test.clean[:10])
    torch.testing.assert_close(model.encode(images)[:1], model.encode(images[:1]))


def test_without_lifetime_sparsity_there_is_no_threshold():
    model = build("wta", lifetime=1.0).train()
    assert torch.equal(model.encode(CLEAN), model.top.activations(CLEAN))
    assert not model.top.threshold.any()


@pytest.mark.parametrize(("changes", "back"), [({"tied": True}, 3), (CONV, 1)], ids=["dense", "conv"])
def test_units_that_no_image_excites_come_back(changes, back, digits):
    """With tied weights all of three; else those whose decoder draws something that is missing."""
    changes = changes | {"lifetime": 0.2}
    model = build("wta", **changes)
    with torch.no_grad():
        model.top.encoder[0].bias[:3] = -3
    images = as_images(digits.train.clean)
    assert not model.top.activations(images)[:, :3].any()
    settings = model_settings("wta", **changes, epochs=15)
    fit(model, digits.train.without_noise(), digits.validation, settings, CPU, seed=0)
    strongest = strength(model.top.activations(images).detach())[:, :3].amax(dim=0)
    assert int((strongest > 0).sum()) >= back


# --- all models, and stacks


@every_model
def test_codes_decode_to_images_and_features_are_flat(changes):
    model = build("wta", **changes).eval()
    assert model.decode(model.encode(CLEAN)).shape == CLEAN.shape
    assert model.features(CLEAN).dim() == 2
    assert model.reconstruct(CLEAN).shape == CLEAN.shape


@every_model
def test_a_batch_of_one_can_be_encoded_and_trained_on(changes):
    model = build("wta", **changes)
    assert model.train().loss(CLEAN[:1], CLEAN[:1])["loss"].isfinite()
    assert model.eval().reconstruct(CLEAN[:1]).shape == (1, 1, 28, 28)


@every_stack
def test_training_the_upper_layer_leaves_the_lower_untouched(changes, digits):
    model = build("wta", **changes)
    settings = model_settings("wta", **changes, epochs=1)
    fit(model.upto(1), digits.train, digits.validation, settings, CPU, seed=0)
    lower = {name: value.clone() for name, value in model.layers[0].state_dict().items()}
    upper = {name: value.clone() for name, value in model.layers[1].state_dict().items()}
    fit(model.upto(2), digits.train, digits.validation, settings, CPU, seed=0)
    assert all(torch.equal(value, lower[name]) for name, value in model.layers[0].state_dict().items())
    assert not any(torch.equal(value, upper[name]) for name, value in model.layers[1].state_dict().items())


@every_stack
def test_the_upper_layers_data_are_the_lower_layers_features(changes):
    model = build("wta", **changes).train()
    below = model.layers[0].features(CLEAN).detach()
    output = model.top.decode(model.top.winners(below))
    expected = (output - below).square().flatten(1).sum(dim=1).mean()
    torch.testing.assert_close(model.loss(CLEAN, CLEAN)["loss"], expected)


def test_the_first_layer_trains_to_a_lower_loss(digits):
    settings = model_settings("wta", epochs=6)
    history = fit(build("wta"), digits.train, digits.validation, settings, CPU, seed=0)
    assert history[-1]["train_loss"] < 0.7 * history[0]["train_loss"]
    assert history[-1]["validation_loss"] < history[0]["validation_loss"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoder_kernels": [4]}, "conv.encoder_kernels.0 is 4; it should be odd"),
        ({"decoder_kernel": 6}, "conv.decoder_kernel is 6; it should be odd"),
        ({"lifetime": 0.0}, "lifetime is 0.0"),
        ({"lifetime": 1.5}, "lifetime is 1.5"),
        (
            {"stack": [{"architecture": "conv", "size": 5, "lifetime": 0.2}]},
            "no conv layer above a dense one",
        ),
        (DENSE_ON_CONV | {"dense": None}, "its dense layer is tied or not as the section `dense` says"),
    ],
)
def test_impossible_settings_are_refused(changes, message):
    with pytest.raises(StudyError, match=message):
        model_settings("wta", **changes)
