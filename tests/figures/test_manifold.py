import numpy as np

from stages.figures import manifold
from stages.figures.page import caption_of
from stages.figures.subject import SUBJECTS
from tests.figures.pictures import images


def test_the_sheet_shows_every_image_at_its_place():
    sheet = images(3, 3)
    figure = manifold.draw(sheet, SUBJECTS["vae"])
    drawn = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_array_equal(drawn[:28, 56:], sheet[0, 2])
    np.testing.assert_array_equal(drawn[56:, :28], sheet[2, 0])


def test_the_caption_says_how_many_codes_there_are_and_what_not_to_read_off():
    caption = caption_of(manifold.draw(images(4, 4), SUBJECTS["vae"]))
    assert "4 × 4" in caption
    assert "Read off:" in caption
    assert "Not to be read off:" in caption
