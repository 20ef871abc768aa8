"""Figures that set several models or settings side by side: animation, densities, shares."""

import numpy as np
import pytest

from stages.figures import animation, densities, shares
from stages.figures.page import WIDTH
from stages.figures.saving import pixels
from tests.figures.pictures import images, numbers


def panels():
    return [
        animation.Panel("targets", images(1, 1, 10)),
        animation.Panel("outputs", images(5, 1, 10), "#0075d6", [f"{epoch} dB" for epoch in range(1, 6)]),
    ]


def density_figure():
    codes = numbers(200, 3)
    drawn = {"raw": codes[:, :2], "fitted": codes[:, 1:]}
    rows = {
        "first": densities.Row(codes[:, :2], np.array([4, 7]), drawn, "#0075d6"),
        "second": densities.Row(codes[:, :2], np.array([1, 2]), {"raw": codes[:, :2]}, "#c8500a"),
    }
    return densities.draw(rows, "title")


RUNS = np.array([[0.5, 0.5, 0.0], [0.3, 0.5, 0.2]])


def share_figure():
    rows = {"one": {"raw": RUNS, "fitted": RUNS}, "two": {"raw": RUNS}}
    return shares.draw(rows, "title", {"one": "#0075d6", "two": "#c8500a"}, even=1 / 3)


def frames():
    return list(animation.frames(panels(), "title", at_most=3))


@pytest.mark.parametrize("draw", [density_figure, share_figure, lambda: frames()[-1]])
def test_no_word_runs_off_the_page(draw):
    figure = draw()
    pixels(figure)
    written = [text for part in (figure, *figure.axes) for text in part.texts if text.get_text()]
    for text in written:
        box = text.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= WIDTH, text.get_text()
        assert 0 <= box.y0 < box.y1 <= figure.bbox.height, text.get_text()


def words(figure):
    return [text.get_text() for part in (figure, *figure.axes) for text in part.texts]


def test_an_animation_has_a_frame_for_chosen_epochs_with_first_and_last():
    drawn = frames()
    assert [next(word for word in words(frame) if word.startswith("title")) for frame in drawn] == [
        "title: epoch 1 of 5",
        "title: epoch 3 of 5",
        "title: epoch 5 of 5",
    ]
    assert ["3 dB" in words(frame) for frame in drawn] == [False, True, False]


def test_what_stands_still_is_drawn_in_every_frame_and_what_changes_changes():
    still, moving = zip(
        *([axes.images[0].get_array() for axes in frame.axes if axes.images] for frame in frames()),
        strict=True,
    )
    np.testing.assert_array_equal(still[0], still[2])
    assert (moving[0] != moving[2]).any()


def test_bars_are_means_of_the_runs_and_dots_the_runs():
    axes = next(axes for axes in share_figure().axes if axes.patches)
    assert [bar.get_height() for bar in axes.patches] == pytest.approx([0.4, 0.5, 0.1])
    dots = next(line for line in axes.lines if line.get_marker() == "o")
    assert set(dots.get_ydata()) <= set(RUNS.ravel())


def test_densities_integrate_to_one_over_the_codes_that_are_shown():
    panel = density_figure().axes[0]
    filled = panel.patches[0].get_data()
    assert np.sum(filled.values * np.diff(filled.edges)) == pytest.approx(1)
    assert len(panel.patches) == 3
