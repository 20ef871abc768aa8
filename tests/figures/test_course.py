import numpy as np

from stages.figures import course
from stages.figures.palette import MODEL_COLOURS
from stages.figures.subject import Subject
from tests.studies.tiny import course_arrays

VARIANTS = {
    "k = 2": course_arrays(),
    "k = 5": course_arrays() | {"test_reconstruction": np.full((10, 28, 28), 128, np.uint8)},
}


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_a_row_for_the_originals_and_one_for_each_model_with_its_psnr():
    figure = course.reconstructions(VARIANTS, "validation", "Title")
    assert texts(figure) == ["validation images", "k = 2", "120.0 dB", "k = 5", "6.0 dB"]
    assert "k = 5" in texts(course.reconstructions(VARIANTS, "training", "Title"))


def test_ten_samples_a_model():
    many = {"k = 2": course_arrays() | {"samples_prior": np.zeros((14, 28, 28), np.uint8)}}
    (axes,) = course.samples(many, "Title", "About.").axes
    assert axes.images[0].get_array().shape[1] == 10 * 28 + 9
    assert texts(course.samples(VARIANTS, "Title", "About.")) == ["k = 2", "k = 5"]


def test_interpolations_end_at_a_validation_image():
    figure = course.interpolations(course_arrays(), Subject("k = 2", MODEL_COLOURS["ae"]))
    assert texts(figure)[0] == "train"
    assert "valid." in texts(figure)
