import numpy as np
import pytest

from stages.studies.ae_or_vae import same_pairs
from tests.figures.pictures import images

WAYS = {"one way": images(2, 5, seed=1), "another": images(2, 5, seed=2)}


def drawn():
    ends = images(2, seed=3), images(2, seed=4)
    return same_pairs.draw(ends[0], WAYS, ends[1], ["#0075d6", "#c8500a"], "Title"), ends


def test_a_block_holds_the_pair_and_what_each_way_makes_of_it():
    figure, (starts, ends) = drawn()
    assert len(figure.axes) == 2
    for pair, axes in enumerate(figure.axes):
        sheet = np.asarray(axes.images[0].get_array())
        step = 28 + same_pairs.GAP
        for row, way in enumerate(WAYS.values()):
            cells = [sheet[row * step : row * step + 28, c * step : c * step + 28] for c in range(7)]
            np.testing.assert_array_equal(cells, [starts[pair], *way[pair], ends[pair]])


def test_rows_are_named_and_columns_say_the_share_of_the_way():
    texts = [text.get_text() for text in drawn()[0].texts]
    assert [texts.count(name) for name in WAYS] == [2, 2]
    assert {"start", "0 %", "25 %", "50 %", "75 %", "100 %", "end"} <= set(texts)


@pytest.mark.parametrize("steps", [5, 11])
def test_all_columns_are_on_the_page(steps):
    one = images(1, seed=0)
    figure = same_pairs.draw(one, {"a way": images(1, steps)}, one, ["#0075d6"], "Title")
    assert figure.axes[0].get_position().x1 <= 1
