from itertools import combinations

import numpy as np
import pytest

from stages.figures.palette import CLASS_COLOURS, MUTED, class_colours
from stages.studies.colours import MODEL_COLOURS

# Machado, Oliveira & Fernandes, *A Physiologically-based Model for Simulation of Color Vision Deficiency*,
# 2009: linear RGB as seen without the long- (protan) or the medium-wave cones (deutan).
VISION = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
# Ottosson, *A perceptual color space for image processing*, 2020: linear RGB → OKLab.
TO_LMS = np.array(
    [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]]
)
TO_LAB = np.array(
    [
        [0.2104543, 0.7936178, -0.0040720],
        [1.9779985, -2.4285922, 0.4505937],
        [0.0259040, 0.7827718, -0.8086758],
    ]
)


def linear(colour):
    rgb = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(colour, vision):
    return TO_LAB @ np.cbrt(TO_LMS @ np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1))


def contrast_on_white(colour):
    return 1.05 / (linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("palette", [CLASS_COLOURS, tuple(MODEL_COLOURS.values())], ids=["classes", "models"])
def test_any_two_colours_are_told_apart(palette, vision):
    nearest = min(np.linalg.norm(seen(a, vision) - seen(b, vision)) for a, b in combinations(palette, 2))
    assert nearest > 0.1, "0.1 in OKLab is plain to see; 0.02 is just noticeable"


def test_colours_stand_out_from_white():
    assert min(map(contrast_on_white, CLASS_COLOURS)) > 2.5
    assert min(map(contrast_on_white, [*MODEL_COLOURS.values(), MUTED])) > 4.5, "these are used for text"


def test_no_classs_dot_looks_black():
    lightness, *chroma = np.transpose([seen(colour, "normal") for colour in CLASS_COLOURS])
    assert lightness.min() > 0.4, "0 is black, 1 white"
    assert np.hypot(*chroma).min() > 0.08, "0 is grey"


@pytest.mark.parametrize("n", [1, 3, 10, 11, 47])
def test_a_class_keeps_its_colour_whatever_the_number_of_classes(n):
    colours = class_colours(n)
    assert len(set(colours)) == n
    assert colours == class_colours(60)[:n]
