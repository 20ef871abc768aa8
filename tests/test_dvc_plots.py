"""`dvc plots`: the page draws without a network, in the study's colours, several figures in a row."""

import json
import re
import shutil
from pathlib import Path

import pytest
from dvc_render.html import render_html
from dvc_render.image import ImageRenderer
from dvc_render.vega import VegaRenderer

from stages.cards.card import cards
from stages.figures.palette import class_colours

PLOTS = Path(__file__).parents[1] / ".dvc/plots"
REVISIONS = ("HEAD", "workspace")
POINTS = [
    {"x": f"{3.0 * label}", "y": f"{label}", "label": label, "rev": rev}
    for label in range(10)
    for rev in REVISIONS
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def map_of_codes(name: str = "tsne-ae") -> VegaRenderer:
    return VegaRenderer(
        POINTS, name, x="x", y="y", title="t-SNE", template="labelled_scatter", template_dir=PLOTS
    )


def curves(template: str, **sources: str) -> VegaRenderer:
    """`{file: column}`, as DVC hands them to a template."""
    points = [
        {
            "epoch": str(epoch),
            "value": str(1 / epoch),
            "rev": rev,
            "filename": f"{file}/table.csv",
            "field": field,
        }
        for file, fields in sources.items()
        for field in fields.split()
        for epoch in (1, 2, 3)
        for rev in REVISIONS
    ]
    return VegaRenderer(
        points, "curves-ae", x="epoch", y="value", y_label="loss", template=template, template_dir=PLOTS
    )


def figure(name: str) -> ImageRenderer:
    points = [{"filename": name, "rev": rev, "src": "data:image;base64,"} for rev in REVISIONS]
    return ImageRenderer(points, name)


def test_the_map_is_coloured_by_class_and_has_one_panel_a_revision():
    spec = map_of_codes().get_filled_template()
    assert spec["spec"]["encoding"]["color"]["field"] == "label"
    assert spec["facet"]["row"]["field"] == "rev"
    assert spec["data"]["values"] == POINTS
    assert "<DVC_METRIC" not in json.dumps(spec)


def test_colours_are_those_of_the_figures():
    spec = map_of_codes().get_filled_template()["spec"]
    assert tuple(spec["encoding"]["color"]["scale"]["range"]) == tuple(class_colours(50))
    of_models = curves("by_model", ae="value").get_filled_template()["encoding"]["color"]["scale"]["range"]
    assert of_models == [card.colour for card in cards().values()]


def test_the_page_loads_nothing(tmp_path):
    render_html([map_of_codes()], tmp_path / "index.html", html_template=PLOTS / "page.html")
    page = (tmp_path / "index.html").read_text()
    assert "vegaEmbed(" in page.split("<main>")[1]
    assert not re.findall(r"<script[^>]+src=|<link", page)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, of the extra `test`")
    if not CHROMIUM:
        pytest.skip("needs Chromium, such as Debian's package of that name")
    with playwright.sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, tmp_path):
    """The page with two maps, curves of either kind, and two figures of two models; no request, no error."""
    renderers = [
        map_of_codes("tsne-ae"),
        map_of_codes("tsne-vae"),
        curves("training_and_validation", ae="train_loss validation_loss"),
        *(
            figure(f"reports/figures/{model}/{name}.png")
            for model in ("ae", "vae")
            for name in ("walk", "filters")
        ),
    ]
    render_html(renderers, tmp_path / "index.html", html_template=PLOTS / "page.html")
    page, wrong = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: request.url.startswith("http") and wrong.append(request.url))
    page.goto((tmp_path / "index.html").as_uri())
    page.wait_for_function("document.querySelectorAll('main canvas, main svg.marks').length == 3")
    yield page
    page.close()
    assert not wrong


def test_a_row_is_a_kind_of_plot_or_a_figure_of_every_model(page):
    rows = page.evaluate(
        "[...document.querySelectorAll('main > section')].map((row) =>"
        " [row.querySelector('h2').textContent, row.querySelectorAll(':scope > div').length])"
    )
    assert rows == [["tsne", 2], ["curves", 1], ["filters", 2], ["walk", 2]]
    tops = page.evaluate(
        "[...document.querySelectorAll('main > section:first-of-type > div')].map((place) =>"
        " place.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1, "beside each other"


def test_the_legend_tells_training_from_validation_and_the_map_keeps_its_aspect(browser):
    """Read from Vega itself: what the legend says, and how many pixels one unit takes either way."""
    page = browser.new_page()
    source = (PLOTS / "page.html").read_text().replace("{plot_divs}", "<div id='place'></div>")
    page.set_content(source, wait_until="domcontentloaded")

    def drawn(renderer: VegaRenderer, expression: str) -> object:
        return page.evaluate(
            f"async (spec) => {{ const {{view}} = await vegaEmbed('#place', spec); return {expression}; }}",
            renderer.get_filled_template(),
        )

    legend = drawn(curves("training_and_validation", ae="train_loss validation_loss"), "await view.toSVG()")
    assert {"training", "validation"} <= set(re.findall(r">([a-z]+)<", legend))
    assert "5,3" in re.findall(r'stroke-dasharray="([^"]*)"', legend)
    panels = re.findall(r"mark-symbol role-mark.*?</g>", drawn(map_of_codes(), "await view.toSVG()"))
    assert len(panels) == len(REVISIONS)
    places = re.findall(r"translate\(([-\d.]+),([-\d.]+)\)", panels[0])
    across, down = ([float(place) for place in axis] for axis in zip(*places, strict=True))
    assert max(across) - min(across) == pytest.approx(3 * (max(down) - min(down)), rel=1e-3)
    page.close()
