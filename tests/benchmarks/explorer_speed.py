"""Frames a second that the explorer draws while its handle is dragged, the processor throttled four times.

    python -m tests.benchmarks.explorer_speed

A frame counts where the handle's place was decoded and drawn in it.
"""

import math
from itertools import pairwise

from tests.benchmarks.explorer_browser import finished, opened

THROTTLED = 4  # times slower
ROUNDS, MOVES = 3, 120  # of the handle about the plane, each in so many steps
COUNT_FRAMES = """() => {
  window.frames = [];
  const frame = (now) => {
    window.frames.push([now, Number(document.documentElement.dataset.drawn)]);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


def main() -> None:
    """Drag, count, print."""
    with opened(viewport={"width": 1280, "height": 900}) as page:
        finished(page)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
        box = page.locator("#plane .plane").first.bounding_box()
        page.evaluate(COUNT_FRAMES)
        page.mouse.move(*_place(box, 0))
        page.mouse.down()
        for step in range(ROUNDS * MOVES):
            page.mouse.move(*_place(box, 2 * math.pi * step / MOVES))
        page.mouse.up()
        frames = page.evaluate("window.frames")
    times = [now for (_, before), (now, drawn) in pairwise(frames) if drawn > before]
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    print(
        f"processor throttled {THROTTLED} times: {1000 * len(gaps) / sum(gaps):.0f} frames a second "
        f"over {len(gaps)} frames; the median one took {gaps[len(gaps) // 2]:.0f} ms, "
        f"the slowest in twenty {gaps[len(gaps) * 19 // 20]:.0f} ms"
    )


def _place(box: dict[str, float], angle: float) -> tuple[float, float]:
    radius = 0.3 * box["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


if __name__ == "__main__":
    main()
