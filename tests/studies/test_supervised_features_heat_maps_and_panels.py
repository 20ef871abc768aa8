"""Tables of similarities, and maps side by side."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from stages.figures.page import WIDTH
from stages.figures.palette import class_colours
from stages.figures.saving import pixels
from stages.studies.supervised_features import heat_maps, map_panels

TABLE = np.array([[1.0, 0.25, np.nan], [0.25, 1.0, 0.7], [np.nan, 0.7, 1.0]])
NAMES = ["pixels", "untrained", "classifier"]
POINTS, LABELS = np.random.default_rng(0).standard_normal((60, 2)), np.arange(60) % 3


@pytest.fixture(params=["heat maps", "map panels"])
def figure(request):
    if request.param == "heat maps":
        return heat_maps.draw({"code": TABLE, "hidden vector": TABLE}, NAMES, "Similarity")
    maps = [map_panels.Map(name, "1-NN 3 %", POINTS) for name in (*NAMES, "VAE")]
    return map_panels.draw(maps, LABELS, "Codes")


def test_no_text_runs_off_the_page(figure):
    pixels(figure)
    ticks = [text for axes in figure.axes for text in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    for text in [*figure.texts, *ticks, *(text for axes in figure.axes for text in axes.texts)]:
        box = text.get_window_extent()
        assert box.x0 >= 0, text
        assert box.x1 <= WIDTH, text
        assert box.y0 >= 0, text
        assert box.y1 <= figure.bbox.height, text


def test_no_two_texts_lie_over_each_other(figure):
    pixels(figure)
    boxes = [(text, text.get_window_extent()) for text in figure.texts]
    boxes += [(text, text.get_window_extent()) for axes in figure.axes for text in axes.get_yticklabels()]
    for index, (one, box) in enumerate(boxes):
        assert not [other for other, others in boxes[:index] if box.overlaps(others.padded(-2))], one


def test_slanted_names_keep_clear_of_the_headings_and_of_each_other():
    figure = heat_maps.draw({"code": TABLE, "hidden vector": TABLE}, NAMES, "Similarity")
    pixels(figure)
    heading = figure.texts[-1].get_window_extent()
    labels = figure.axes[0].get_xticklabels()
    assert max(label.get_window_extent().y1 for label in labels) < heading.y0
    across = np.diff([label.get_window_extent().x0 for label in labels]) * np.sin(np.radians(heat_maps.SLOPE))
    assert across.min() > labels[0].get_fontsize() * figure.dpi / 72


def test_a_square_says_its_number_and_an_empty_one_says_nothing():
    axes = heat_maps.draw({"code": TABLE}, NAMES, "Similarity").axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written[1, 0] == written[0, 1] == "0.25"
    assert written[2, 1] == "0.70"
    assert (2, 0) not in written


def test_a_map_has_a_point_for_each_image_in_the_colour_of_its_class():
    axes = map_panels.draw([map_panels.Map("VAE", "", POINTS)], LABELS, "Codes").axes[0]
    (drawn,) = axes.collections
    np.testing.assert_array_equal(drawn.get_offsets(), POINTS)
    expected = [to_rgb(class_colours(3)[label]) for label in LABELS]
    np.testing.assert_allclose(drawn.get_facecolors()[:, :3], expected)
    assert [text.get_text() for text in axes.texts] == ["0", "1", "2"]
