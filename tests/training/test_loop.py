"""The one loop: it learns, it is a function of its seed, and it stops when the loss is no number."""

import csv

import numpy as np
import pytest
import torch
from torch import nn

from stages.analyses.batches import map_images
from stages.analyses.probes import knn_error
from stages.common.errors import StudyError
from stages.images.pixels import to_bytes, to_unit
from stages.training.loop import Sums, batches, evaluate, fit, make_optimizer, save_history
from tests.small import CPU, as_images, build, generator, model_settings, noise_settings, small_digits

FRESH = noise_settings(fresh=True)


def learned(name: str, digits, seed: int = 0, fresh=None, **changes):
    """A trained model, always from the same weights, and its history."""
    model, settings = build(name, **changes), model_settings(name, **changes)
    return model, fit(model, digits.train, digits.validation, settings, CPU, seed, fresh)


def knn_error_of(model, digits) -> float:
    codes, test_codes = (map_images(model.features, part.clean, CPU) for part in (digits.train, digits.test))
    return knn_error(codes, digits.train.labels, test_codes, digits.test.labels, neighbours=1)


# --- it learns


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
def test_training_lowers_the_loss_on_images_it_has_not_seen(name, digits):
    _, history = learned(name, digits, epochs=8)
    assert history[-1]["train_loss"] < 0.8 * history[0]["train_loss"]
    assert history[-1]["validation_loss"] < history[0]["validation_loss"]


@pytest.fixture(scope="module")
def long_trained():
    """An autoencoder before and after learning from a thousand digits, and those digits."""
    changes = {"hidden": [256], "objective": "cross-entropy"}
    schedule = {"epochs": 15, "batch_size": 20, "learning_rate": 0.005, "schedule": "one-cycle"}
    digits = small_digits(train=100, test=40)
    before, after = (build("ae", latent=16, **changes) for _ in range(2))
    settings = model_settings("ae", **changes, **schedule)
    fit(after, digits.train, digits.validation, settings, CPU, 0, FRESH)
    return before, after, digits


def test_nearest_neighbours_in_code_space_err_below_20_percent_after_training_and_over_40_before(
    long_trained,
):
    before, after, digits = long_trained
    assert knn_error_of(before, digits) > 0.4
    assert knn_error_of(after, digits) < 0.2


def test_a_denoising_autoencoder_gives_cleaner_images_than_it_gets(long_trained):
    _, model, digits = long_trained
    noisy, clean = as_images(digits.test.noisy), as_images(digits.test.clean)
    error_in = (noisy - clean).square().mean()
    error_out = (model.reconstruct(noisy) - clean).square().mean()
    assert float(error_out) < 0.75 * float(error_in)


# --- it is a function of its seed


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
def test_the_same_seed_gives_the_same_weights_and_history_to_the_last_bit(name, digits):
    (one, history), (two, same) = (learned(name, digits, seed=3, fresh=FRESH) for _ in range(2))
    assert history == same
    assert all(torch.equal(value, two.state_dict()[key]) for key, value in one.state_dict().items())


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
def test_another_seed_gives_another_run_of_the_same_weights(name, digits):
    assert learned(name, digits, seed=3)[1] != learned(name, digits, seed=4)[1]


def test_the_global_generators_play_no_part_in_training(digits):
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002
    first = learned("vae", digits, fresh=FRESH)[1]
    torch.manual_seed(2)
    np.random.seed(2)  # noqa: NPY002
    assert learned("vae", digits, fresh=FRESH)[1] == first


# --- batches and noise


def tensors(digits, count: int = 50) -> tuple[torch.Tensor, torch.Tensor]:
    return tuple(torch.from_numpy(part[:count]) for part in (digits.train.noisy, digits.train.clean))


def test_batches_are_every_image_once_in_a_new_order(digits):
    noisy, clean = tensors(digits)
    draw = generator()
    first, second = ([target for _, target in batches(noisy, clean, 16, draw)] for _ in range(2))
    assert [len(batch) for batch in first] == [16, 16, 16, 2]

    def keys(epoch):
        return [image.numpy().tobytes() for batch in epoch for image in batch]

    assert sorted(keys(first)) == sorted(image.numpy().tobytes() for image in to_unit(clean))
    assert sorted(keys(first)) == sorted(keys(second))
    assert keys(first) != keys(second)


def by_image(noisy, clean, fresh, draw) -> dict[bytes, bytes]:
    """The noisy copy of each clean image in one epoch."""
    pairs = [pair for batch in batches(noisy, clean, 16, draw, fresh) for pair in zip(*batch, strict=True)]
    return {target.numpy().tobytes(): inputs.numpy().tobytes() for inputs, target in pairs}


def test_fresh_noise_differs_between_epochs_for_every_image(digits):
    draw = generator()
    first, second = (by_image(*tensors(digits), FRESH, draw) for _ in range(2))
    assert first.keys() == second.keys()
    assert all(first[image] != second[image] for image in first)


def test_fixed_noise_is_the_same_in_every_epoch_and_that_of_the_data(digits):
    noisy, clean = tensors(digits)
    draw = generator()
    first, second = (by_image(noisy, clean, None, draw) for _ in range(2))
    pairs = zip(to_unit(clean), to_unit(noisy), strict=True)
    assert first == second == {target.numpy().tobytes(): inputs.numpy().tobytes() for target, inputs in pairs}


def test_fresh_noise_has_the_kind_and_amount_of_the_settings(digits):
    masking = noise_settings(kind="masking", amount=0.25, fresh=True)
    (inputs, target), *_ = batches(*tensors(digits), 50, generator(), masking)
    ink = target > 0
    assert float((inputs[ink] == 0).float().mean()) == pytest.approx(0.25, abs=0.02)
    assert torch.equal(inputs[inputs > 0], target[inputs > 0])


def test_bytes_become_unit_range_and_come_back():
    values = torch.arange(256, dtype=torch.uint8)
    assert float(to_unit(values).max()) == 1
    np.testing.assert_array_equal(to_bytes(to_unit(values)), values.numpy())
    np.testing.assert_array_equal(to_bytes(torch.tensor([-0.5, 1.5, 0.5])), [0, 255, 128])


# --- history


@pytest.mark.parametrize(
    ("name", "terms"), [("ae", ["loss"]), ("vae", ["loss", "cross_entropy", "kl"]), ("wta", ["loss"])]
)
def test_history_has_a_row_an_epoch_with_the_terms_in_the_order_of_the_loss(name, terms, digits):
    _, history = learned(name, digits, epochs=3)
    columns = ["epoch", *(f"{part}_{term}" for part in ("train", "validation") for term in terms)]
    assert [list(row) for row in history] == [columns] * 3
    assert [row["epoch"] for row in history] == [1, 2, 3]


def test_validation_loss_is_the_loss_on_the_fixed_noise_of_all_validation_images(digits):
    model, history = learned("ae", digits)
    with torch.no_grad():
        loss = model.loss(as_images(digits.validation.noisy), as_images(digits.validation.clean))["loss"]
    assert history[-1]["validation_loss"] == pytest.approx(float(loss), rel=1e-5)


def test_evaluation_is_a_mean_over_images_whatever_the_batches(digits, monkeypatch):
    model = build("ae").eval()
    whole = evaluate(model, digits.test, CPU, seed=0).means()
    monkeypatch.setattr("stages.training.loop.EVALUATION_BATCH", 33)  # 200 = 6 · 33 + 2
    assert evaluate(model, digits.test, CPU, seed=0).means() == pytest.approx(whole, rel=1e-5)


def test_sums_weigh_a_batch_by_its_images():
    sums = Sums()
    sums.add({"loss": torch.tensor(1.0)}, 30)
    sums.add({"loss": torch.tensor(4.0)}, 10)
    assert sums.means("train_") == {"train_loss": 1.75}


def test_after_each_epoch_the_model_is_handed_over_in_evaluation_mode(digits):
    seen = []
    fit(
        build("ae"),
        digits.train,
        digits.validation,
        model_settings("ae", epochs=3),
        CPU,
        seed=0,
        after_epoch=lambda model: seen.append(model.training),
    )
    assert seen == [False] * 3


def test_history_as_csv_has_six_digits_and_epochs_that_count_on(tmp_path):
    layer = [
        {"epoch": 1, "train_loss": 1 / 3, "validation_loss": 123456.789},
        {"epoch": 2, "train_loss": 0.25, "validation_loss": 1.0},
    ]
    save_history(tmp_path / "history.csv", layer + layer)
    text = (tmp_path / "history.csv").read_text()
    assert text.startswith("epoch,train_loss,validation_loss\n1,0.333333,123457\n2,0.25,1\n")
    assert [row["epoch"] for row in csv.DictReader(text.splitlines())] == ["1", "2", "3", "4"]


# --- random layers


def test_dropout_draws_from_the_seed_and_leaves_the_global_generator_alone(digits):
    def masked(seed: int) -> torch.Tensor:
        model = build("ae")
        model.encoder.insert(1, nn.Dropout())
        fit(model, digits.train, digits.validation, model_settings("ae"), CPU, seed)
        return model.encoder[2].weight

    before = torch.get_rng_state()
    first = masked(0)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(7)
    assert torch.equal(masked(0), first)
    assert not torch.equal(masked(1), first)


# --- divergence


class Diverging(nn.Module):
    """A loss that becomes NaN, or infinite, in its third batch."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        self.value, self.calls = value, 0

    def loss(self, noisy, clean, generator):
        self.calls += self.training
        return {"loss": self.weight * (self.value if self.calls == 12 else 1.0)}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_with_the_epoch_and_advice(value, digits):
    settings = model_settings("ae", epochs=5)  # 8 batches an epoch: the 12th is in epoch 2
    with pytest.raises(
        StudyError, match=r"train_loss is (nan|inf) in epoch 2: .* a learning_rate below 0.005"
    ):
        fit(Diverging(value), digits.train, digits.validation, settings, CPU, seed=0)


def test_an_absurd_learning_rate_diverges_and_says_so(digits):
    with pytest.raises(StudyError, match="training diverged; try a learning_rate below 1e\\+06"):
        learned(
            "ae", digits, optimizer="sgd", sgd={"momentum": 0.9}, learning_rate=1e6, epochs=3, output="linear"
        )


# --- optimisers and schedules


def rates(schedule: str, updates: int = 20) -> list[float]:
    settings = model_settings("ae", schedule=schedule)
    optimizer, scheduler = make_optimizer(build("ae"), settings, updates)
    found = []
    for _ in range(updates):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def test_a_constant_rate_is_constant():
    assert rates("constant") == [0.005] * 20


def test_one_cycle_rises_to_the_rate_of_the_settings_and_falls_to_almost_nothing():
    found = rates("one-cycle", 100)
    top = int(np.argmax(found))
    assert max(found) == pytest.approx(0.005, rel=1e-3)
    assert found[: top + 1] == sorted(found[: top + 1])
    assert found[top:] == sorted(found[top:], reverse=True)
    assert found[-1] < 0.01 * max(found)


def test_sgd_has_the_momentum_of_the_settings():
    settings = model_settings("ae", optimizer="sgd", sgd={"momentum": 0.8}, learning_rate=0.1)
    model = nn.Linear(1, 1, bias=False)
    optimizer, _ = make_optimizer(model, settings, 5)
    start = model.weight.item()
    for _ in range(2):
        model.weight.grad = torch.ones(1, 1)
        optimizer.step()
    assert start - model.weight.item() == pytest.approx(0.1 * 1 + 0.1 * (1 + 0.8), rel=1e-5)


def test_frozen_weights_are_left_to_themselves():
    model = build("ae")
    model.encoder.requires_grad_(False)
    optimizer, _ = make_optimizer(model, model_settings("ae"), 5)
    assert len(optimizer.param_groups[0]["params"]) == len(list(model.decoder.parameters()))
