"""Images without classes, from a folder to the last page: what needs them is left out, one line says so."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image

from stages import plot, report
from stages.cards.card import keys
from stages.common.artifacts import load_json
from stages.common.classes import Classes
from stages.figures.saving import save_png
from tests.test_garments import html
from tests.test_other_shapes import change, run_all, shapes_on_ground

OF_CLASSES = (
    "linear_probe_error",
    "linear_probe_c",
    "knn_error",
    "probe_gained",
    "touching",
    "classes_agreeing",
)
SAYS_SO = "These images came without classes, so what needs them is left out"
WORDS_OF_CLASSES = r"digit|class(?!=)|classif|probe|neighbours by"


@pytest.fixture(scope="module")
def drawn():
    """What figures say, by their files."""
    return {}


@pytest.fixture(scope="module")
def project(tmp_path_factory, drawn):
    """A folder in which the main line has run on a folder of images in colour; what figures say is noted."""
    folder = tmp_path_factory.mktemp("without_classes")

    def note(figure, path):
        drawn[str(path)] = [text.get_text() for text in figure.findobj(Text)]
        save_png(figure, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for module in (plot, report):
            patch.setattr(module, "save_png", note)
        (folder / "pictures").mkdir()
        for number, image in enumerate(shapes_on_ground((16, 16, 3))["images"]):
            Image.fromarray(image).save(folder / f"pictures/{number}.png")
        change(data={"own": "pictures"})
        run_all()
    return folder


def names_in(content):
    """Every key of nested mappings, and of those in lists."""
    if isinstance(content, list):
        return {name for part in content for name in names_in(part)}
    if isinstance(content, dict):
        return set(content) | {name for part in content.values() for name in names_in(part)}
    return set()


def test_all_images_are_of_one_class(project):
    assert not Classes.load(project / "data/classes.json").are_given
    assert np.load(project / "data/raw/train.npz")["labels"].tolist() == [0] * 192


def test_a_metric_that_needs_classes_is_absent(project):
    metrics = load_json(project / "reports/metrics.json")
    assert names_in(metrics).isdisjoint(OF_CLASSES)
    for model in keys():
        assert {"psnr_db", "size", "trustworthiness", "midpoint_distance", "psnr_gained"} <= names_in(
            metrics[model]
        )


def test_no_probe_is_fitted_while_a_model_learns(project):
    for model in keys():
        assert set(pd.read_csv(project / f"data/models/{model}/measures.csv")) == {"epoch", "psnr_db"}


def test_lines_lead_from_image_to_image(project):
    pictures = np.load(project / "data/embeddings/ae/pictures.npz")
    for end in ("start", "end"):
        assert len(np.unique(pictures[f"interpolation_{end}"], axis=0)) == 3


def test_figures_say_nothing_of_classes_and_none_is_about_them(project, drawn):
    assert len(drawn) > 40
    assert [path for path in drawn if "touching" in path] == []
    said = {path: " ".join(texts).lower() for path, texts in drawn.items()}
    assert {path: words for path, words in said.items() if re.search(WORDS_OF_CLASSES, words)} == {}
    assert "pictures" not in drawn["reports/figures/ae/tsne.png"]


def test_dots_of_a_map_have_the_colour_of_their_model(project):
    map_of_codes = np.asarray(Image.open(project / "reports/figures/vae/tsne.png").convert("RGB")).astype(int)
    coloured = map_of_codes[80:][np.ptp(map_of_codes[80:], axis=2) > 60]
    assert len(coloured) > 100
    assert (coloured[:, 0] > coloured[:, 2]).all()  # orange on white


def test_the_report_speaks_of_classes_once_to_say_that_they_are_left_out(project):
    text = " ".join(
        re.sub(r"<style>.*?</style>|<[^>]*>", " ", html(project / "reports/report.html"), flags=re.S).split()
    )
    before, found, after = text.partition(SAYS_SO)
    assert found
    sentence, _, rest = after.partition(".")
    assert "errors of classifiers" in sentence
    assert re.findall(WORDS_OF_CLASSES, before + rest, re.IGNORECASE) == []


def test_the_explorer_offers_no_classes(project):
    page = html(project / "reports/explorer.html")
    body = page[page.index("<body>") : page.index('<script type="application/json"')]
    assert len(re.findall(r"<label hidden>", body)) == len(re.findall("<select>", body)) == 6
    assert "data-name" not in body
    assert "Build an image from strokes" in body
    assert '"classes":[{"label":0,"name":""' in page
