import numpy as np
import pytest

from stages.analyses.gallery import gallery, gallery_table
from tests.small import CPU, build


@pytest.fixture(scope="module")
def galleries(digits):
    model = build("ae", latent=4).eval()
    return {4: gallery(model, digits, CPU, np.random.default_rng(0))}


def test_a_gallery_has_ten_of_each_kind_and_two_hundred_to_measure(galleries):
    arrays = galleries[4]
    assert {len(arrays[name]) for name in arrays if not name.startswith("measured")} == {10}
    assert arrays["interpolation"].shape == (10, 10, 28, 28)
    assert len(arrays["measured_prior"]) == 200
    assert len(arrays["measured_middles"]) == 100  # as many lines as there are validation images


def test_the_table_measures_middles_against_a_fade_of_their_ends(galleries, digits):
    table = gallery_table(galleries, digits)
    assert list(table.columns) == ["k", "midpoint", "crossfade", "random"]
    assert table.k.tolist() == [4]
    assert (table[["midpoint", "crossfade", "random"]] > 0).all(axis=None)
