import numpy as np
import pytest

from stages.figures.grid import draw_grid, grid_height, in_rows, tile
from stages.figures.page import page
from stages.figures.saving import pixels
from tests.figures.pictures import images


def test_every_image_lies_at_its_row_and_column_and_the_rest_is_blank():
    pictures = images(3, 4)
    sheet = tile(pictures, gap=(5, 2))
    assert sheet.shape == (3 * 28 + 2 * 5, 4 * 28 + 3 * 2)
    seen = np.zeros(sheet.shape, bool)
    for row in range(3):
        for column in range(4):
            cell = (slice(row * 33, row * 33 + 28), slice(column * 30, column * 30 + 28))
            np.testing.assert_array_equal(sheet[cell], pictures[row, column])
            seen[cell] = True
    assert (sheet[~seen] == 0).all()


def test_a_list_is_broken_into_rows_and_filled_up_with_blanks():
    pictures = images(5)
    rows = in_rows(pictures, 3)
    assert rows.shape == (2, 3, 28, 28)
    np.testing.assert_array_equal(rows.reshape(6, 28, 28)[:5], pictures)
    assert (rows[1, 2] == 0).all()


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_pixel_of_an_image_becomes_a_square_of_pixels_on_the_page(scale):
    pictures = images(2, 3)
    figure = page(grid_height(2, 28, scale), "title")
    draw_grid(figure, pictures, left=0, top=0, scale=scale)
    ink = 255 - tile(pictures).repeat(scale, axis=0).repeat(scale, axis=1)
    drawn = pixels(figure)[58 : 58 + ink.shape[0], 14 : 14 + ink.shape[1], 0]
    np.testing.assert_allclose(drawn.astype(int), ink, atol=1)
