from itertools import pairwise

import numpy as np
import pytest

from stages.figures import curves
from stages.figures.page import caption_of
from stages.figures.saving import pixels


def draw(runs=2, places=4, **options):
    values = np.arange(runs * places, dtype=float).reshape(runs, places) + 1
    lines = [
        curves.Line("ours", values, "#0075d6"),
        curves.Line("theirs", values[:1], "#000000", dashed=True),
    ]
    x = [str(k) for k in range(places)]
    return curves.draw({"left": lines, "right": lines}, x, "k", "Title", "A caption.", **options)


def test_every_run_is_a_dot_and_their_mean_a_line():
    panel = draw().axes[0]
    mean, *dots = [line.get_ydata() for line in panel.lines]
    np.testing.assert_allclose(mean, [3, 4, 5, 6])
    assert [list(values) for values in dots[:2]] == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_the_key_names_every_line_once():
    figure = draw()
    assert [text.get_text() for text in figure.axes[-1].get_legend().get_texts()] == ["ours", "theirs"]
    assert caption_of(figure) == "A caption."


def test_named_places_stand_evenly_spaced():
    panel = draw().axes[0]
    assert list(panel.get_xticks()) == [0, 1, 2, 3]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["0", "1", "2", "3"]


def test_many_places_are_a_band_without_dots():
    figure = draw(places=50)
    assert len(figure.axes[0].collections) == 1
    assert len(figure.axes[0].lines) == 2


def test_panels_can_share_a_scale():
    lines = [curves.Line("ours", np.array([values]), "#0075d6") for values in ([1.0, 2.0], [0.0, 1.0])]
    panels = curves.draw({"left": lines[:1], "right": lines[1:]}, ["1", "2"], "k", "T", "C.").axes[:2]
    low, high = panels[1].get_ylim()[0], panels[0].get_ylim()[1]
    curves.share_scale(panels)
    assert [axes.get_ylim() for axes in panels] == [(low, high)] * 2


@pytest.mark.parametrize("logarithmic", [False, True])
def test_it_can_be_drawn(logarithmic):
    picture = pixels(draw(logarithmic=logarithmic))
    assert (picture < 128).any()


def test_numbers_along_three_narrow_panels_do_not_touch():
    line = [curves.Line("ours", np.ones((1, 30)), "#0075d6")]
    panels = dict.fromkeys("abc", line)
    figure = curves.draw(panels, [50 * place for place in range(30)], "updates", "Title", "A caption.")
    pixels(figure)
    for axes in figure.axes[:3]:
        boxes = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_text()]
        inside = [box for box in boxes if axes.bbox.x0 - 1 <= (box.x0 + box.x1) / 2 <= axes.bbox.x1 + 1]
        assert len(inside) >= 2
        assert all(left.x1 < right.x0 for left, right in pairwise(inside))
