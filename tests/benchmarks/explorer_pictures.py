"""A still picture of the explorer and a GIF of it in use, for the README and the report.

    python -m tests.benchmarks.explorer_pictures

writes reports/explorer/explorer.png and explorer.gif. They show the page as a browser draws it, fonts of this
machine included, so they are no outputs of the pipeline.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from stages.cards.card import cards
from tests.benchmarks.explorer_browser import finished, opened

FOLDER = Path(__file__).parents[2] / "reports/explorer"
WIDTH, HEIGHT = 1280, 860
SHOWN = 760  # pixels that the GIF is wide
COLOURS = 96
STRIPE = 20  # pixels
PAUSE = 400  # milliseconds in which a change is drawn


def main() -> None:
    """Play the scenes, taking a picture after each step."""
    frames: list[tuple[Image.Image, int]] = []
    with opened(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce") as page:
        page.click(".scenes [data-scene=cross]")
        finished(page)
        page.wait_for_timeout(1500)  # backdrops of the new plane
        FOLDER.mkdir(parents=True, exist_ok=True)
        page.click(".note button")
        page.wait_for_timeout(PAUSE)
        picture(page).save(FOLDER / "explorer.png", optimize=True)
        for step in range(13):
            show(page, frames, f"{{u: {step / 12}, v: 0}}", 120)
        for step in range(1, 9):
            show(page, frames, f"{{u: {1 - step / 12}, v: {step / 24}}}", 120)
        hold(frames, 900)
        page.click(".scenes [data-scene=dice]")
        page.wait_for_timeout(3 * PAUSE)
        frames.append((picture(page), 1600))
        for step in range(1, 11):
            show(page, frames, f"{{sigma: {2 - step / 10}}}", 180)
        hold(frames, 2500)
    save([frame for frame, _ in frames], [duration for _, duration in frames])


def show(page: Page, frames: list[tuple[Image.Image, int]], patch: str, duration: int) -> None:
    """Change the page's state, and take a picture."""
    page.evaluate(f"window.explorer.state.set({patch})")
    page.wait_for_timeout(PAUSE)
    frames.append((picture(page), duration))


def hold(frames: list[tuple[Image.Image, int]], duration: int) -> None:
    """Show the last picture for so long."""
    frames[-1] = (frames[-1][0], duration)


def picture(page: Page) -> Image.Image:
    """What the window shows."""
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def save(frames: list[Image.Image], durations: list[int]) -> None:
    """One palette for all frames, without dithering: what holds still is stored once."""
    size = (SHOWN, SHOWN * HEIGHT // WIDTH)
    small = [frame.resize(size, Image.Resampling.LANCZOS) for frame in frames]
    sheet = Image.new("RGB", (SHOWN, 2 * size[1] + STRIPE * len(cards())))
    for place, card in enumerate(
        cards().values()
    ):  # their colours cover little of a frame, and would be lost
        sheet.paste(card.colour, (0, 2 * size[1] + STRIPE * place, SHOWN, 2 * size[1] + STRIPE * (place + 1)))
    for place, frame in enumerate((small[0], small[-1])):
        sheet.paste(frame, (0, place * size[1]))
    palette = sheet.quantize(COLOURS)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in small]
    first.save(
        FOLDER / "explorer.gif",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        optimize=True,
    )


if __name__ == "__main__":
    main()
