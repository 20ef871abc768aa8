"""Class names among points, in all three pictures that have them."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from stages.common.classes import GARMENTS, Classes
from stages.figures import maps, side_by_side
from stages.figures.classes import APART, pushed_apart
from stages.figures.palette import class_colours
from stages.figures.saving import pixels
from stages.studies.supervised_features import map_panels
from tests.figures.pictures import SUBJECTS, labels, numbers

LABELS = labels(200)
MIXED = numbers(200, 2)  # all classes have nearly one median

FIGURES = {
    "one map": (maps.NAME, lambda: maps.tsne(MIXED, LABELS, SUBJECTS["ae"])),
    "two maps": (
        side_by_side.NAME,
        lambda: side_by_side.draw([side_by_side.Side("a", "", MIXED, LABELS, "#0075d6", 2.0)] * 2, "Maps"),
    ),
    "many maps": (
        map_panels.NAME,
        lambda: map_panels.draw([map_panels.Map("a", "", MIXED)] * 3, LABELS, "Maps"),
    ),
}


@pytest.mark.parametrize("kind", FIGURES)
def test_no_name_hides_another_or_leaves_the_frame(kind):
    size, draw = FIGURES[kind]
    figure = draw()
    pixels(figure)
    for axes in figure.axes:
        places = np.array([axes.transData.transform(text.get_position()) for text in axes.texts])
        distances = np.linalg.norm(places[:, None] - places, axis=2)[np.triu_indices(10, 1)]
        assert distances.min() > 0.95 * APART * size
        assert all(axes.bbox.contains(*place) for place in places)


def test_garments_names_stand_in_the_frame_apart_from_each_other():
    subject = replace(SUBJECTS["ae"], classes=GARMENTS)
    figure = maps.tsne(MIXED, LABELS, subject)
    pixels(figure)
    (axes,) = figure.axes
    boxes = [text.get_window_extent() for text in axes.texts]
    assert {text.get_text() for text in axes.texts} == set(GARMENTS.names)
    assert all(axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 for box in boxes)
    centres = np.array([(box.x0 + box.x1, box.y0 + box.y1) for box in boxes]) / 2
    assert np.linalg.norm(centres[:, None] - centres, axis=2)[np.triu_indices(10, 1)].min() > 10


@pytest.mark.parametrize("kind", FIGURES)
def test_every_class_is_named_in_its_colour(kind):
    for axes in FIGURES[kind][1]().axes:
        assert {text.get_text(): text.get_color() for text in axes.texts} == {
            str(label): colour for label, colour in enumerate(class_colours(10))
        }


def test_names_that_would_overlap_are_pushed_apart_and_others_stay():
    places = np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0], [500.0, 0.0]])
    moved = pushed_apart(places, 20)
    distances = np.linalg.norm(moved[:, None] - moved, axis=2)[np.triu_indices(4, 1)]
    assert distances.min() > 19
    assert np.allclose(moved[3], places[3], atol=0.01)
    assert np.abs(moved[:3] - places[:3]).max() < 40


FIFTY = Classes(tuple(f"class {'with a long name ' * (label % 2)}{label}" for label in range(50)), "image")


@pytest.mark.parametrize("spread", [0.1, 10], ids=["islands", "one cloud"])
def test_of_fifty_classes_each_is_named_once_and_no_name_lies_over_another(spread):
    classes = labels(1000, 50)
    points = numbers(1000, 2) * spread + 5 * numbers(50, 2, seed=1)[classes]
    figure = maps.tsne(points, classes, replace(SUBJECTS["ae"], classes=FIFTY))
    pixels(figure)
    (axes,) = figure.axes
    key = [text for text in figure.texts if text.get_text().startswith("● ")]
    assert sorted([text.get_text() for text in axes.texts] + [text.get_text()[2:] for text in key]) == sorted(
        FIFTY.names
    )
    assert len(axes.texts) > 5
    boxes = [text.get_window_extent() for text in (*axes.texts, *key)]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(axes.bbox.x0 - 1 <= box.x0 and box.x1 <= axes.bbox.x1 + 1 for box in boxes)
    assert all(box.y0 > 0 for box in boxes)


def test_the_class_whose_name_covers_most_of_its_points_is_named_before_others():
    tight, wide = numbers(40, 2) * 0.01, numbers(40, 2) * 3
    named = replace(FIFTY, names=tuple(f"class {label}" for label in range(50)))
    points, classes = np.concatenate([wide, tight + np.median(wide, axis=0)]), np.repeat([3, 4], 40)
    (axes,) = maps.tsne(points, classes, replace(SUBJECTS["ae"], classes=named)).axes
    assert [text.get_text() for text in axes.texts] == ["class 4"]
