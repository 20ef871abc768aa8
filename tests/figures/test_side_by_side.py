import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle

from stages.figures import side_by_side
from stages.figures.palette import class_colours
from stages.figures.side_by_side import Side
from tests.figures.pictures import labels, numbers

COLOURS = {"one": "#0075d6", "other": "#c8500a"}


def drawn(**options):
    sides = [
        Side(name, "a note", numbers(30, 2, seed=i), labels(30), colour, **options)
        for i, (name, colour) in enumerate(COLOURS.items())
    ]
    return side_by_side.draw(sides, "Two maps")


def points_of(axes):
    return next(part for part in axes.collections if len(part.get_offsets()) == 30)


def test_each_side_shows_its_points_in_the_colours_of_their_classes():
    figure = drawn()
    expected = np.array([to_rgb(class_colours(10)[label]) for label in labels(30)])
    for i, axes in enumerate(figure.axes):
        points = points_of(axes)
        np.testing.assert_allclose(points.get_offsets(), numbers(30, 2, seed=i))
        np.testing.assert_allclose(points.get_facecolors()[:, :3], expected)


def test_names_stand_over_the_sides_in_their_colours():
    texts = {text.get_text(): text.get_color() for text in drawn().texts}
    assert COLOURS.items() <= texts.items()


def test_a_circle_has_the_radius_that_is_asked_for():
    circles = [part for axes in drawn(circle=2.0).axes for part in axes.patches if isinstance(part, Circle)]
    assert [circle.radius for circle in circles] == [2.0, 2.0]
    assert not [part for axes in drawn().axes for part in axes.patches if isinstance(part, Circle)]
