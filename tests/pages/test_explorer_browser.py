"""The explorer in a real browser, from disk and without a network: every view, mouse, keys, both widths."""

import shutil

import numpy as np
import pytest
import torch

from stages import explore
from stages.common.classes import FILE, Classes
from stages.images.datasets import NoisyImages
from stages.images.shape import ImageShape
from stages.pages.explorer import packing
from stages.training.checkpoints import load_model, save_model
from tests.pages.test_explorer_network import rounded_model
from tests.small import MODELS, build, model_settings
from tests.test_explore import latent_of, project  # noqa: F401 (a fixture)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
VIEWS = ("plane", "maps", "dice", "sliders", "draw", "strokes", "training")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

A_WHILE = 400  # milliseconds in which a cloud turns, if it does

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


def settle(page):
    """Wait until all that was asked for is drawn."""
    page.wait_for_function("window.explorer.resting()")


def link(page):
    """What the address bar says, once it has taken in what was changed."""
    page.wait_for_function("location.hash === window.explorer.state.address()")
    return page.evaluate("location.hash")


def ink(page, selector):
    """What a canvas shows, as the numbers that were drawn: its opacity, 0 … 255."""
    script = """(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]);
    }"""
    settle(page)
    return np.array(page.locator(selector).first.evaluate(script))


def text(page, selector):
    settle(page)
    return page.locator(selector).first.text_content()


def visible(page, selector):
    settle(page)
    return page.is_visible(selector)


def state(page, name):
    settle(page)
    return page.evaluate("(name) => window.explorer.state.get(name)", name)


def middle(page, selector):
    page.locator(selector).first.scroll_into_view_if_needed()
    box = page.locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def slide(page, selector, value):
    """Sets a slider as a hand does, by events."""
    page.locator(selector).first.evaluate(
        """(slider, value) => {
          slider.value = value;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        value,
    )


both_widths = pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])


@both_widths
def test_every_view_opens_and_nothing_is_wider_than_the_window(opened, viewport):
    page = opened(viewport)
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settle(page)
        assert [other for other in VIEWS if page.is_visible(f"#{other}")] == [view]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_arrow_keys_go_through_the_tabs_and_back_undoes_it(opened):
    page = opened()
    page.focus("#tab-plane")
    page.keyboard.press("ArrowRight")
    assert visible(page, "#maps")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert visible(page, "#training")
    page.go_back()
    page.wait_for_selector("#plane", state="visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@both_widths
def test_axe_finds_nothing_serious(opened, viewport, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe: `pip install axe-playwright-python`"
    )
    page = opened(viewport, color_scheme=scheme, reduced_motion="reduce")
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settle(page)
        found = axe.Axe().run(page).response["violations"]
        grave = [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
        ]
        assert not grave, view


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_the_picture_at_the_handle_is_what_pytorch_decodes(opened, project, name):  # noqa: F811
    page = opened(fragment="#u=0.4&v=0.1")
    corners = page.evaluate(
        """(name) => ["a", "b", "c"].map((corner) => Array.from(
          window.explorer.run.model(name).code(window.explorer.state.get(corner))))""",
        name,
    )
    z = torch.tensor([0.5, 0.4, 0.1]) @ torch.tensor(corners)
    model = rounded_model(load_model(project / "data/models" / name).requires_grad_(False), 8)
    expected = model.decode(z[None]).flatten().clamp(0, 1).numpy() * 255
    shown = ink(page, f"#plane [data-space={name}] .large")
    assert np.abs(shown - expected).max() <= 1


def test_the_cross_fade_mixes_pixels(opened):
    page = opened(fragment="#u=0.4&v=0.1")
    images = page.evaluate(
        """["a", "b", "c"].map((corner) => window.explorer.state.get(corner))
          .map((i) => Array.from(window.explorer.run.pixels(i)))"""
    )
    expected = np.array([0.5, 0.4, 0.1]) @ np.array(images) * 255
    assert np.abs(ink(page, "#plane [data-space=pixels] .large") - expected).max() <= 1


@both_widths
def test_the_mouse_drags_the_handle_of_all_planes_at_once(opened, viewport):
    page = opened(viewport)
    before = {name: ink(page, f"#plane [data-space={name}] .large") for name in ("ae", "vae", "pixels")}
    x, y = middle(page, "#plane .handle")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 30, steps=5)
    page.mouse.up()
    assert state(page, "u") > 0.35
    assert state(page, "v") > 0.3
    for name, picture in before.items():
        assert (ink(page, f"#plane [data-space={name}] .large") != picture).any(), name


def test_a_finger_sets_the_handle(opened):
    page = opened(PHONE, has_touch=True)
    page.locator("#plane .plane").first.tap(position={"x": 200, "y": 100})
    assert state(page, "u") != 0.35


def test_arrow_keys_move_the_handle_and_a_link_brings_the_view_back(opened):
    page = opened()
    page.focus("#plane .handle")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert state(page, "u") == pytest.approx(0.6)
    moved = text(page, "#plane .mixture")
    again = opened(PHONE, link(page))
    assert text(again, "#plane .mixture") == moved


def test_a_frame_decodes_once_however_often_the_handle_moves_in_it(opened):
    page = opened()
    page.wait_for_function("document.querySelector('#plane .space').dataset.backdrop")
    decoded = page.evaluate(
        """async () => {
          const { run, state } = window.explorer;
          const model = run.model("ae"), decode = model.decode;
          let count = 0;
          model.decode = (z) => (count++, decode(z));
          for (let k = 0; k < 50; k++) state.set({ u: k / 50 });
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return count;
        }"""
    )
    assert decoded == 1


def reshape(digits, height, width):
    """Other images and models that were trained on them: digits, cut or on wider ground."""
    rows, columns = (28 - height) // 2, (28 - width) // 2
    room = [(0, 0), (max(-rows, 0),) * 2, (max(-columns, 0),) * 2]
    kept = np.s_[:, max(rows, 0) : max(rows, 0) + height, max(columns, 0) : max(columns, 0) + width]
    clean, noisy = (np.pad(part, room)[kept] for part in (digits.test.clean, digits.test.noisy))
    NoisyImages(clean, noisy, digits.test.labels).save("data/noisy/test.npz")
    for name in MODELS:
        model = build(name, shape=ImageShape(1, height, width))
        save_model(f"data/models/{name}", name, model, model_settings(name), latent_of(name))


@both_widths
@pytest.mark.parametrize(("height", "width"), [(28, 28), (20, 36), (36, 20)], ids=["square", "wide", "tall"])
def test_the_plane_has_the_shape_of_the_images(opened, project, digits, viewport, height, width):  # noqa: F811
    reshape(digits, height, width)
    explore.main()
    page = opened(viewport)
    settle(page)
    plane = page.locator("#plane .plane:visible").first
    box = plane.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(width / height, rel=0.02)
    corners = [circle.bounding_box() for circle in plane.locator("circle").all()]
    assert [centre(corner) for corner in corners] == [
        pytest.approx((box["x"] + box["width"] * column / 9, box["y"] + box["height"] * row / 9), abs=2)
        for column, row in ((2, 7), (7, 7), (2, 2))
    ]
    pressed = box["width"] * 0.7, box["height"] * 0.3
    plane.click(position={"x": pressed[0], "y": pressed[1]})
    settle(page)
    box = plane.bounding_box()  # the page may have scrolled
    handle = centre(plane.locator(".handle").bounding_box())
    assert handle == pytest.approx((box["x"] + pressed[0], box["y"] + pressed[1]), abs=3)


def centre(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_other_images_span_another_plane(opened):
    page = opened()
    before = state(page, "b")
    page.select_option("#plane [data-corner=b] select", index=4)
    assert state(page, "b") != before
    page.wait_for_function(
        "document.querySelector('#plane .space').dataset.backdrop.includes(window.explorer.state.get('b'))"
    )


@both_widths
def test_pointing_at_a_map_shows_an_image_and_a_click_sends_it_to_a_corner(opened, viewport):
    page = opened(viewport, "#view=maps")
    before = state(page, "a")
    x, y = point_of(page, 5)
    page.mouse.move(x, y)
    assert state(page, "image") == 5
    assert text(page, "#maps .name") == str(page.evaluate("window.explorer.run.labels[5]"))
    assert state(page, "a") == before
    page.mouse.click(x, y)
    assert (state(page, "a"), state(page, "corner")) == (5, "b")


def point_of(page, i):
    """Where image i is on the first map."""
    page.locator("#maps .marks").first.scroll_into_view_if_needed()
    return page.evaluate(
        """(i) => {
          const { tsne } = window.explorer.run.models[0];
          const box = document.querySelector("#maps .marks").getBoundingClientRect();
          const bounds = [0, 1].map((axis) => {
            const values = Array.from(tsne).filter((_, k) => k % 2 === axis);
            return [Math.min(...values), Math.max(...values)];
          });
          const size = Math.max(...bounds.map(([low, high]) => high - low));
          const middle = bounds.map(([low, high]) => (low + high) / 2);
          const at = (axis, sign) => 0.5 + (sign * (tsne[2 * i + axis] - middle[axis])) / size;
          return [box.left + 14 + at(0, 1) * (box.width - 28), box.top + 14 + at(1, -1) * (box.height - 28)];
        }""",
        i,
    )


def test_a_tap_on_a_map_only_looks_and_keys_go_from_image_to_image(opened):
    page = opened(PHONE, "#view=maps", has_touch=True)
    corner = state(page, "a")
    page.touchscreen.tap(*point_of(page, 5))
    assert (state(page, "image"), state(page, "a")) == (5, corner)
    page.focus("#maps .marks")
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        settle(page)
    page.keyboard.press("Enter")
    assert state(page, "a") == state(page, "image")


def test_the_legend_takes_classes_off_the_maps(opened):
    page = opened(fragment="#view=maps")
    before = ink(page, "#maps .points")
    assert not page.is_visible("#maps .legend .all"), "for so few"
    page.click("#maps .legend .class >> nth=0")
    assert (ink(page, "#maps .points") > 0).sum() < (before > 0).sum()
    assert page.get_attribute("#maps .legend .class >> nth=0", "aria-pressed") == "false"


def test_many_classes_can_be_hidden_all_at_once_and_shown_one_by_one(opened, project):  # noqa: F811
    Classes(tuple(f"class {label}" for label in range(50)), "image").save(project / FILE)
    explore.main()
    page = opened(fragment="#view=maps")
    all_points = (ink(page, "#maps .points") > 0).sum()
    page.click("#maps .legend .all")
    assert ink(page, "#maps .points").max() == 0
    page.click("#maps .legend .class >> nth=0")
    assert 0 < (ink(page, "#maps .points") > 0).sum() < all_points
    assert text(page, "#maps .legend .all") == "Show all"
    page.click("#maps .legend .all")
    assert (ink(page, "#maps .points") > 0).sum() == all_points


def test_clouds_turn_by_themselves_only_where_motion_is_welcome(opened):
    for motion, turns in (("no-preference", True), ("reduce", False)):
        page = opened(fragment="#view=maps", reduced_motion=motion)
        page.locator("#maps .turning").first.scroll_into_view_if_needed()
        page.wait_for_timeout(A_WHILE)
        before = ink(page, "#maps .turning")
        page.wait_for_timeout(A_WHILE)
        assert (ink(page, "#maps .turning") != before).any() == turns


def test_dice_at_spread_zero_give_one_picture_and_the_same_seed_the_same_codes(opened):
    page = opened(fragment="#view=dice")
    pictures = "#dice [data-space=vae] canvas"
    first = ink(page, pictures)
    page.click("#dice button")
    assert (ink(page, pictures) != first).any()
    slide(page, "#dice input[type=range]", 0)
    assert (ink(page, f"{pictures} >> nth=0") == ink(page, f"{pictures} >> nth=7")).all()
    page.check("#dice input[value='1']")
    assert state(page, "fitted") == 1
    again = opened(fragment="#view=dice")
    assert (ink(again, pictures) == first).all()


@both_widths
def test_a_slider_moves_one_coordinate_a_number_can_be_typed_and_reset_takes_it_back(opened, viewport):
    page = opened(viewport, "#view=sliders")
    first = ink(page, "#sliders [data-space=ae] .large")
    slide(page, "#sliders [data-space=ae] input[type=range]", 200)
    assert (ink(page, "#sliders [data-space=ae] .large") != first).any()
    number = page.locator("#sliders [data-space=ae] input[type=number]").nth(2)
    number.fill("1.5")
    number.press("Enter")
    assert "ae.2:1.5" in state(page, "moved")
    page.click("#sliders .reset")
    assert (ink(page, "#sliders [data-space=ae] .large") == first).all()


@both_widths
def test_what_is_sketched_is_restored_and_is_in_the_address(opened, viewport):
    page = opened(viewport, "#view=draw&noise=0")
    page.click("#draw .clear")
    blank = ink(page, "#draw [data-space=wta] .large")
    x, y = middle(page, "#draw .pad")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=4)
    page.mouse.up()
    sketch = ink(page, "#draw .pad canvas")
    assert sketch.max() == 255
    assert (ink(page, "#draw .noisy") == sketch).all(), "no noise was asked for"
    assert (ink(page, "#draw [data-space=wta] .large") != blank).any()
    again = opened(viewport, link(page))
    assert (ink(again, "#draw .pad canvas") == sketch).all()
    slide(page, "#draw input[type=range]", 0.5)
    assert (ink(page, "#draw .noisy") != sketch).any()


@both_widths
def test_a_finger_drags_the_handle_and_sketches(opened, viewport):
    page = opened(viewport, has_touch=True)
    before = state(page, "u"), state(page, "v")
    touch(page, "#plane .plane", 40)
    after = state(page, "u"), state(page, "v")
    assert after != before
    page.goto(page.url.split("#")[0] + "#view=draw")
    page.wait_for_function("document.documentElement.dataset.ready === '1'")
    page.locator("#draw .clear").tap()
    touch(page, "#draw .pad", 60)
    drawn = ink(page, "#draw .pad canvas")
    assert drawn.max() == 255
    assert (drawn > 0).sum() > 8, "a line, not a dot"


def touch(page, selector, down):
    """A finger is put in the middle, drawn `down` by so many pixels, and lifted."""
    x, y = middle(page, selector)
    tools = page.context.new_cdp_session(page)
    for kind, moved in (("Start", 0), ("Move", down / 3), ("Move", 2 * down / 3), ("Move", down)):
        points = [{"x": x, "y": y + moved}]
        tools.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    tools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


SLIDDEN = {  # view → what its first slider changes
    "dice": "#dice [data-space=vae] canvas",
    "sliders": "#sliders [data-space=ae] .large",
    "draw": "#draw .noisy",
    "strokes": "#strokes .built",
    "training": "#training [data-film=ae] canvas",
}


@both_widths
@pytest.mark.parametrize("view", SLIDDEN)
def test_keys_and_taps_move_the_slider_of_every_view(opened, viewport, view):
    page = opened(viewport, f"#view={view}", has_touch=True)
    slider = page.locator(f"#{view} input[type=range]:visible").first
    shown = ink(page, SLIDDEN[view])
    slider.focus()
    page.keyboard.press("Home")
    least = slider.input_value()
    at_least = ink(page, SLIDDEN[view])
    assert (at_least != shown).any()
    slider.tap(position={"x": slider.bounding_box()["width"] - 4, "y": 4})
    assert float(slider.input_value()) > float(least)
    assert (ink(page, SLIDDEN[view]) != at_least).any()


def test_one_can_sketch_by_keyboard(opened):
    page = opened(fragment="#view=draw")
    page.click("#draw .clear")
    page.focus("#draw .pad")
    page.keyboard.press("ArrowRight")
    assert ink(page, "#draw .pad canvas").max() == 0
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert ink(page, "#draw .pad canvas").max() == 255


def test_all_strokes_make_what_the_model_draws_and_pointing_shows_the_units_filter(opened):
    page = opened(fragment="#view=strokes")
    slide(page, "#strokes input[type=range]", 10_000)
    last = int(text(page, "#strokes .count"))
    assert last == int(text(page, "#strokes .most")) > 2
    few = ink(page, "#strokes .zoom")
    page.hover("#strokes .unit >> nth=2")
    assert (ink(page, "#strokes .zoom") == ink(page, "#strokes .unit:nth-child(3) canvas")).all()
    assert (ink(page, "#strokes .zoom") != few).any()
    page.click("#strokes .unit >> nth=2")
    assert text(page, "#strokes .count") == "3"


def test_training_goes_back_to_the_first_epoch(opened):
    page = opened(fragment="#view=training")
    last = ink(page, "#training [data-film=ae] canvas")
    page.focus("#training input[type=range]")
    page.keyboard.press("Home")
    assert text(page, "#training output") == "1"
    assert (ink(page, "#training [data-film=ae] canvas") != last).any()
    page.click("#training button")
    page.wait_for_function("document.querySelector('#training output').textContent === '2'")


SCENES = {"hole": "plane", "cross": "plane", "dice": "dice", "strokes": "strokes"}


@pytest.mark.parametrize("scene", SCENES)
def test_a_guided_button_sets_the_scene_and_says_what_to_see(opened, scene):
    page = opened(reduced_motion="reduce")
    page.click(f".scenes [data-scene={scene}]")
    settle(page)
    assert page.is_visible(f"#{SCENES[scene]}")
    assert page.locator(".note p:visible").count() == 1
    again = opened(PHONE, link(page))
    assert text(again, ".note p:visible") == text(page, ".note p:visible")
    page.click(".note button")
    assert not visible(page, ".note")


def test_what_a_run_cannot_show_is_said_and_the_rest_works(opened, project, monkeypatch):  # noqa: F811
    monkeypatch.setattr(packing, "FINE", 1000)
    monkeypatch.setattr(packing, "MOST", 120_000)  # the winner-take-all model has more weights
    monkeypatch.setattr(explore, "LARGEST_CODE", 9)
    explore.main()
    page = opened()
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settle(page)
    assert "too large" in text(page, "#strokes .unavailable")
    assert "too large" in text(page, "#draw [data-space=wta] .unavailable")
    assert "too large" in text(page, "#sliders [data-space=ae] .unavailable")
    assert not page.is_visible(".scenes [data-scene=strokes]")
    assert not page.is_visible(".scenes [data-scene=hole]")


def test_scenes_take_the_classes_that_there_are(opened, project, digits):  # noqa: F811
    kept = np.isin(digits.test.labels, (2, 7))
    images = NoisyImages(digits.test.clean[kept], digits.test.noisy[kept], digits.test.labels[kept])
    images.save("data/noisy/test.npz")
    explore.main()
    page = opened(reduced_motion="reduce")
    assert text(page, ".scenes [data-scene=cross]") == "Cross from 2 to 7"
    assert corners_differ(page)
    for scene in SCENES:
        page.click(f".scenes [data-scene={scene}]")
        assert visible(page, f"#{SCENES[scene]}")


def corners_differ(page):
    """Whether a, b and c are three images: two would span no plane."""
    return len({state(page, corner) for corner in "abc"}) == 3


def test_without_classes_nothing_is_chosen_by_class_and_all_else_works(opened, project, digits):  # noqa: F811
    every = digits.test
    NoisyImages(every.clean, every.noisy, np.zeros_like(every.labels)).save("data/noisy/test.npz")
    Classes(("pictures",), "image").save()
    explore.main()
    page = opened(reduced_motion="reduce")
    assert corners_differ(page)
    before = state(page, "a")
    page.click("#plane [data-corner=a] button")
    assert state(page, "a") != before
    for view in VIEWS:
        page.click(f"#tab-{view}")
        settle(page)
        assert page.locator("select:visible, .legend:visible").count() == 0
    for scene in set(SCENES) - {"cross"}:
        page.click(f".scenes [data-scene={scene}]")
        assert visible(page, f"#{SCENES[scene]}")
    assert page.locator(".scenes button").count() == len(SCENES) - 1


def test_without_javascript_the_page_shows_figures(browser, project):  # noqa: F811
    explore.main()
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((project / "reports/explorer.html").as_uri())
    assert page.locator(".still img").count() == 3
    assert not page.is_visible("#explorer")
    context.close()
