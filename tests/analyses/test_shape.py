"""Shapes that were drawn have the measures that they were drawn with."""

import numpy as np
import pytest

from stages.analyses.shape import MEASURES, shapes


def bar(width=4, height=20, lean=0.0, side=28):
    """A bar of so many pixels, whose columns move `lean` to the right per row upwards."""
    rows, columns = np.mgrid[:side, :side] + 0.5
    middle = side / 2 + lean * (side / 2 - rows)
    covered = (width / 2 + 0.5 - np.abs(columns - middle)).clip(0, 1)  # edges fall between pixels
    return covered * (np.abs(rows - side / 2) < height / 2)


def ring(inner, outer=10.0, side=28):
    rows, columns = np.mgrid[:side, :side] + 0.5
    radius = np.hypot(rows - side / 2, columns - side / 2)
    return ((radius > inner) & (radius < outer)).astype(float)


def measured(*images):
    return shapes(np.stack(images))


def test_a_bar_is_as_high_wide_and_thick_as_drawn_and_upright():
    (found,) = measured(bar(4, 20)).to_dict("records")
    assert found["height"] == pytest.approx(20, abs=0.1)
    assert found["width"] == pytest.approx(4, abs=0.2)
    assert found["ink"] == pytest.approx(80)
    assert found["thickness"] == pytest.approx(4, rel=0.2)  # its short ends are edges, too
    assert found["slant"] == pytest.approx(0, abs=1e-6)
    assert found["loops"] == 0


@pytest.mark.parametrize("degrees", [-30, 15, 30])
def test_a_leaning_bar_has_its_angle_and_is_no_wider(degrees):
    found = measured(bar(4, 20, np.tan(np.radians(degrees)))).iloc[0]
    assert found.slant == pytest.approx(degrees, abs=0.5)
    assert found.width == pytest.approx(4, abs=0.3)


def test_a_thick_line_is_thicker_than_a_thin_one_upright_or_not():
    found = measured(bar(2), bar(4), bar(6), bar(2, lean=0.5), bar(6, lean=0.5)).thickness
    assert found[0] < found[1] < found[2]
    assert found[3] == pytest.approx(found[0], rel=0.25)
    assert found[4] == pytest.approx(found[2], rel=0.25)


def test_a_ring_has_one_loop_two_rings_have_two_and_a_disc_has_none():
    both = np.concatenate([ring(3, 6, side=14), ring(3, 6, side=14)])[:, :14]
    assert shapes(np.stack([ring(5), ring(0)])).loops.tolist() == [1, 0]
    assert shapes(both[None]).loops.tolist() == [2]


def test_loops_of_one_image_are_not_those_of_the_next():
    assert measured(ring(5), bar(), ring(5), ring(5)).loops.tolist() == [1, 0, 1, 1]


def test_a_fainter_image_has_less_ink_and_is_otherwise_the_same():
    strong, faint = measured(ring(5), ring(5) / 2).to_numpy()
    changed = dict(zip(MEASURES, np.isclose(strong, faint), strict=True))
    assert changed == {name: name != "ink" for name in MEASURES}


def test_bytes_and_fractions_measure_the_same():
    image = bar()
    as_bytes = (255 * image).round().astype(np.uint8)
    np.testing.assert_allclose(shapes(as_bytes[None]), shapes(as_bytes[None] / 255))


def test_paper_without_ink_is_nothing():
    assert (shapes(np.zeros((2, 28, 28), np.uint8)) == 0).all(axis=None)
