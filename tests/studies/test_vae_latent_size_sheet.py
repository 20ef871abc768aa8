import numpy as np

from stages.studies.vae_latent_size.sheet import draw
from tests.figures.pictures import SUBJECTS, images


def test_the_sheet_shows_every_image_at_its_place():
    sheet = images(3, 3)
    figure = draw(sheet, SUBJECTS["vae"])
    drawn = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_array_equal(drawn[:28, 56:], sheet[0, 2])
    np.testing.assert_array_equal(drawn[56:, :28], sheet[2, 0])
