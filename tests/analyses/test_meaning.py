"""What the coordinates of a decoder that draws bars mean is known; a random direction means less."""

import numpy as np
import pandas as pd
import pytest
import torch

from stages.analyses.filters import decoder_filters
from stages.analyses.meaning import meaning, meaning_of
from stages.analyses.meaning_rows import rows
from stages.analyses.units import WORDS, filters_by_kind, places, units
from stages.images.datasets import NoisyImages
from stages.models.interface import Autoencoder
from tests import small


class Bars(Autoencoder):
    """Draws a bar: coordinate 0 says how high, 1 how far to the right its top leans; the rest say nothing."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def encode(self, images):
        return 4 * images.flatten(1)[:, : self.size] - 2

    def decode(self, codes):
        side = torch.arange(28) + 0.5 - 14
        rows, columns = torch.meshgrid(side, side, indexing="ij")
        height, lean = (codes[:, index, None, None] for index in (0, 1))
        covered = (2.5 - (columns + 0.3 * lean.tanh() * rows).abs()).clip(0, 1)
        return (covered * (6 + 3 * height.tanh() - rows.abs()).clip(0, 1))[:, None]


def images(count=30):
    pixels = np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return NoisyImages(pixels, pixels, (np.arange(count) % 10).astype(np.uint8))


@pytest.fixture(scope="module")
def found():
    codes = np.random.default_rng(1).standard_normal((200, 8)).astype(np.float32)
    return meaning(Bars(8), codes, images(), small.CPU, np.random.default_rng(2))


def test_a_coordinate_is_named_after_what_it_does(found):
    table, _ = found
    height, lean = table.iloc[0], table.iloc[1]
    assert height.measure in ("height", "ink")  # of a bar they are the same
    assert lean.measure == "slant"
    assert (height.sign, lean.sign) == (1, 1)
    assert min(height.share, lean.share) > 0.8
    assert (height.classes_agreeing, lean.classes_agreeing, lean.classes) == (10, 10, 10)


def test_what_is_named_is_above_what_random_directions_reach(found):
    table, _ = found
    assert (table.named == (table.share > table.limit)).all()
    assert table.limit.between(0, 1).all()


def test_a_coordinate_that_does_nothing_is_not_named(found):
    table, metrics = found
    assert table.named.tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
    assert table.share[2:].max() < 0.01
    assert metrics["named"] == 2 / 8


def test_random_directions_are_named_less_often_than_axes_with_a_meaning(found):
    _, metrics = found
    assert metrics["random_named"] < metrics["named"]


def test_a_winner_take_all_model_has_a_row_a_unit_and_shares_of_kinds():
    parts, model = small.small_digits(10, 2, 2), small.build("wta", units=30)
    table, metrics = meaning_of(model, np.zeros((1, 30), np.float32), parts, small.CPU, 0)
    assert table.unit.tolist() == list(range(30))
    assert set(metrics["units"]) == set(WORDS)
    assert sum(metrics["units"].values()) == pytest.approx(1)
    assert metrics["units"]["noise"] > 0.9  # nothing was learned yet


def test_a_unit_lies_where_its_largest_weight_does():
    filters = np.zeros((2, 28, 28), np.float32)
    filters[0, 2, 25] = filters[1, 14, 14] = 1
    assert places(filters) == ["upper right", "middle"]


def test_filters_of_a_kind_are_at_even_steps_from_strong_to_weak():
    model = small.build("wta", units=100)
    table = units(model, images().clean)[0].assign(kind=["whole"] * 5 + ["noise"] * 95)
    found = filters_by_kind(model, table)
    assert {name: len(own) for name, own in found.items()} == {
        "units_whole": 5,
        "units_part": 0,
        "units_stroke": 0,
        "units_noise": 28,
    }
    filters = decoder_filters(model).numpy()
    strength = np.square(filters[5:]).sum(axis=(1, 2))
    shown = np.square(found["units_noise"]).sum(axis=(1, 2))
    assert (np.diff(shown) <= 0).all()
    assert (shown[0], shown[-1]) == pytest.approx((strength.max(), strength.min()))


def test_of_units_there_is_a_row_a_kind_with_their_place_and_slant():
    table = pd.DataFrame(
        {
            "kind": ["stroke"] * 3 + ["noise"],
            "where": ["top", "left", "top", "left"],
            "slant": [-8.0, 0, 4, 1],
        }
    )
    noise, stroke = rows(table)["units"]["each"]
    assert stroke == {"kind": "stroke", "count": 3, "where": "top", "there": 2 / 3, "slant": [-4, 0, 2]}
    assert (noise["kind"], noise["count"], noise["there"]) == ("noise", 1, 1)


def test_a_kernel_has_no_place():
    model = small.build("wta", architecture="conv", maps=6)
    assert set(units(model, images().clean)[0]["where"]) == {"anywhere"}
