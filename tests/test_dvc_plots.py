"""`dvc plots`: the page draws without a network, and maps wear the study's colours."""

import json
import re
from pathlib import Path

from dvc_render.html import render_html
from dvc_render.vega import VegaRenderer

from stages.figures.palette import CLASS_COLOURS

PLOTS = Path(__file__).parents[1] / ".dvc/plots"
POINTS = [
    {"x": 1.0, "y": 2.0, "label": label, "rev": rev} for label in range(10) for rev in ("HEAD", "workspace")
]


def map_of_codes() -> VegaRenderer:
    return VegaRenderer(
        POINTS, "tsne-ae", x="x", y="y", title="t-SNE", template="labelled_scatter", template_dir=PLOTS
    )


def test_the_map_is_coloured_by_class_and_has_one_panel_a_revision():
    spec = map_of_codes().get_filled_template()
    assert spec["encoding"]["color"]["field"] == "label"
    assert spec["encoding"]["column"]["field"] == "rev"
    assert spec["data"]["values"] == POINTS
    assert "<DVC_METRIC" not in json.dumps(spec)


def test_the_map_wears_the_colours_of_the_figures():
    assert tuple(map_of_codes().get_filled_template()["encoding"]["color"]["scale"]["range"]) == CLASS_COLOURS


def test_the_page_loads_nothing(tmp_path):
    render_html([map_of_codes()], tmp_path / "index.html", html_template=PLOTS / "page.html")
    page = (tmp_path / "index.html").read_text()
    assert "vegaEmbed(" in page.split("<main>")[1]
    assert not re.findall(r"<script[^>]+src=|<link", page)
