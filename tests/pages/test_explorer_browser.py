"""The explorer in a real browser, from disk and without a network: every view, mouse, keys, both widths."""

import shutil

import numpy as np
import pytest
import torch

from stages import explore
from stages.training.checkpoints import load_model
from tests.test_explore import project  # noqa: F401 (a fixture)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VIEWS = ("plane", "maps", "dice", "sliders", "draw", "strokes", "training")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: Debian's package `chromium`")


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: `pip install playwright`")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, project):  # noqa: F811
    """Opens the page in a window of some size; fails where anything is asked for or complained of."""
    explore.main()
    address = (project / "reports/explorer.html").as_uri()
    troubles, contexts = [], []

    def open_page(viewport=WIDE, fragment="", **options):
        contexts.append(browser.new_context(viewport=viewport, offline=True, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: troubles.append(asked.url) if leaves(asked.url, address) else None)
        page.goto(address + fragment)
        page.wait_for_function("document.documentElement.dataset.ready === '1'")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def leaves(url, address):
    return not url.startswith((address, "data:", "blob:"))


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_view_opens_and_nothing_is_wider_than_the_window(opened, viewport):
    page = opened(viewport)
    for view in VIEWS:
        page.click(f"#tab-{view}")
        page.wait_for_timeout(100)
        assert page.is_visible(f"#{view}")
        assert sum(page.is_visible(f"#{other}") for other in VIEWS) == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", ["ae", "vae", "wta"])
def test_what_the_page_decodes_and_encodes_is_what_pytorch_does(opened, project, name):  # noqa: F811
    page = opened()
    model = load_model(f"data/models/{name}")
    images = page.evaluate("[0, 1, 2].map((i) => Array.from(window.explorer.run.pixels(i)))")
    script = "([name, images]) => images.map((image) => Array.from("
    reconstructed = page.evaluate(
        script + "window.explorer.run.model(name).reconstruct(Float32Array.from(image))))", [name, images]
    )
    expected = model(torch.tensor(images).reshape(-1, 1, 28, 28)).flatten(1)
    # The model's own weights here, not the rounded ones: tests/pages/test_explorer_network.py has those.
    assert np.abs(np.array(reconstructed) - expected.numpy()).mean() < 0.01


def test_arrow_keys_move_the_handle_and_a_link_brings_the_view_back(opened):
    page = opened()
    before = page.inner_text("#plane .mixture")
    handle = page.locator("#plane .handle").first
    handle.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    moved = page.inner_text("#plane .mixture")
    assert moved != before
    fragment = page.evaluate("location.hash")
    assert fragment
    again = opened(PHONE, fragment)
    assert again.text_content("#plane .mixture") == moved


def test_the_mouse_drags_the_handle_of_every_plane(opened):
    page = opened()
    before = page.inner_text("#plane .mixture")
    box = page.locator("#plane .handle").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] - 30, steps=5)
    page.mouse.up()
    page.wait_for_timeout(200)
    assert page.inner_text("#plane .mixture") != before


def test_without_javascript_the_page_shows_figures(browser, project):  # noqa: F811
    explore.main()
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((project / "reports/explorer.html").as_uri())
    assert page.locator("noscript img, .still img").count() == 3
    context.close()
