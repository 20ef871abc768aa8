import numpy as np

from stages.figures import gallery
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS
from tests.figures.pictures import all_pictures

BLACK = {name: np.zeros_like(images) for name, images in all_pictures().items()}
VARIANTS = {"k = 2": BLACK, "k = 5": BLACK | {"test_reconstruction": np.full((10, 28, 28), 128, np.uint8)}}
SUBJECT = Subject("Linear", MODEL_COLOURS["ae"])


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_a_row_for_the_originals_and_one_for_each_model_with_its_psnr():
    figure = gallery.reconstructions(VARIANTS, "validation", "Title")
    assert texts(figure) == ["validation images", "k = 2", "120.0 dB", "k = 5", "6.0 dB"]
    assert "k = 5" in texts(gallery.reconstructions(VARIANTS, "training", "Title"))


def test_ten_samples_a_model():
    many = {"k = 2": BLACK | {"samples_prior": np.zeros((14, 28, 28), np.uint8)}}
    (axes,) = gallery.samples(many, "Title").axes
    assert axes.images[0].get_array().shape[1] == 10 * 28 + 9
    assert texts(gallery.samples(VARIANTS, "Title")) == ["k = 2", "k = 5"]


def test_interpolations_end_at_a_validation_image():
    figure = gallery.interpolations(BLACK, SUBJECT)
    assert texts(figure)[0] == "train"
    assert "valid." in texts(figure)


def test_every_size_has_its_interpolation():
    assert list(gallery.all_of({"2": BLACK, "50": BLACK}, SUBJECT)) == [
        "reconstructions_training",
        "reconstructions_validation",
        "interpolation_k2",
        "interpolation_k50",
        "samples",
    ]
