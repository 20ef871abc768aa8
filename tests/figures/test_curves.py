from itertools import pairwise

import numpy as np
import pytest

from stages.figures import curves
from stages.figures.saving import pixels


def draw(runs=2, places=4, **options):
    values = np.arange(runs * places, dtype=float).reshape(runs, places) + 1
    lines = [
        curves.Line("ours", values, "#0075d6"),
        curves.Line("theirs", values[:1], "#000000", dashed=True),
    ]
    x = [str(k) for k in range(places)]
    return curves.draw({"left": lines, "right": lines}, x, "k", "Title", **options)


def test_every_run_is_a_dot_and_their_mean_a_line():
    panel = draw().axes[0]
    mean, *dots = [line.get_ydata() for line in panel.lines]
    np.testing.assert_allclose(mean, [3, 4, 5, 6])
    assert [list(values) for values in dots[:2]] == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_the_key_names_every_line_once():
    figure = draw()
    assert [text.get_text() for text in figure.axes[-1].get_legend().get_texts()] == ["ours", "theirs"]


def test_named_places_stand_evenly_spaced():
    panel = draw().axes[0]
    assert list(panel.get_xticks()) == [0, 1, 2, 3]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("sizes", [[2, 5, 10, 50, 100], [100, 1000, 5000]])
def test_sizes_stand_at_their_logarithms_each_with_its_own_tick(sizes):
    line = [curves.Line("ours", np.ones((2, len(sizes))), "#0075d6")]
    panel = curves.draw({"one": line}, sizes, "k", "Title", log_x=True).axes[0]
    assert panel.get_xscale() == "log"
    assert list(panel.get_xticks()) == sizes
    assert [label.get_text() for label in panel.get_xticklabels()] == [str(size) for size in sizes]
    assert len(panel.get_xticks(minor=True)) == 0


def test_epochs_are_marked_by_whole_numbers():
    line = [curves.Line("ours", np.ones((2, 4)), "#0075d6")]
    panel = curves.draw({"one": line}, [1, 2, 3, 4], "epoch", "Title").axes[0]
    assert all(float(place).is_integer() for place in panel.get_xticks())


def test_what_is_measured_has_markers_and_a_bound_has_none():
    lines = [
        curves.Line("measured once", np.array([[1.0, 2]]), "#000000"),
        curves.Line("measured twice", np.ones((2, 2)), "#000000", dashed=True),
        curves.Line("level", np.ones((1, 2)), "#000000"),
        curves.Line("bound", np.array([[1.0, 2]]), "#000000", dashed=True),
    ]
    assert [line.marked for line in lines] == [True, True, False, False]
    drawn = curves.draw({"one": lines[3:]}, ["a", "b"], "k", "Title").axes[0].lines
    assert [line.get_marker() for line in drawn] == [""]
    alone = curves.Line("bound at one place", np.ones((1, 1)), "#000000", dashed=True)
    assert alone.marked, "a line through one point cannot be seen"


def test_many_places_are_a_band_without_dots():
    figure = draw(places=50)
    assert len(figure.axes[0].collections) == 1
    assert len(figure.axes[0].lines) == 2


def test_panels_can_share_a_scale():
    lines = [curves.Line("ours", np.array([values]), "#0075d6") for values in ([1.0, 2.0], [0.0, 1.0])]
    panels = curves.draw({"left": lines[:1], "right": lines[1:]}, ["1", "2"], "k", "T").axes[:2]
    low, high = panels[1].get_ylim()[0], panels[0].get_ylim()[1]
    curves.share_scale(panels)
    assert [axes.get_ylim() for axes in panels] == [(low, high)] * 2


@pytest.mark.parametrize("logarithmic", [False, True])
def test_it_can_be_drawn(logarithmic):
    picture = pixels(draw(logarithmic=logarithmic))
    assert (picture < 128).any()


@pytest.mark.parametrize(
    ("x", "log_x"),
    [([50 * place for place in range(30)], False), (list(range(1, 31)), False), ([2, 5, 10, 50, 100], True)],
)
def test_numbers_along_three_narrow_panels_do_not_touch(x, log_x):
    line = [curves.Line("ours", np.ones((1, len(x))), "#0075d6")]
    figure = curves.draw(dict.fromkeys("abc", line), x, "updates", "Title", log_x=log_x)
    pixels(figure)
    for axes in figure.axes[:3]:
        boxes = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_text()]
        inside = [box for box in boxes if axes.bbox.x0 - 1 <= (box.x0 + box.x1) / 2 <= axes.bbox.x1 + 1]
        assert len(inside) >= 2
        assert all(left.x1 < right.x0 for left, right in pairwise(inside))


@pytest.mark.parametrize(
    "values", [[1.0, 1.002, 1.007], [0.2, 0.9, 0.4], [12000, 31000, 15000], [2e-4, 9e-4, 5e-4]]
)
def test_numbers_along_y_tell_each_other_apart_and_are_on_the_page(values):
    figure = curves.draw(
        {"a": [curves.Line("ours", np.array([values]), "#0075d6")]}, [1, 2, 3], "epoch", "Title"
    )
    pixels(figure)
    labels = [label for label in figure.axes[0].get_yticklabels() if label.get_text()]
    texts = [label.get_text() for label in labels]
    assert len(set(texts)) == len(texts) >= 3
    assert min(label.get_window_extent().x0 for label in labels) >= 0
