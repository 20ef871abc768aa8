"""Frames a second that the explorer draws while its handle is dragged, the processor throttled four times.

    python -m tests.benchmarks.explorer_speed

A frame counts where the handle's place was decoded and drawn in it. Other work on the machine slows it; the
processor time that the page's own thread takes for a frame, measured without throttling, hangs less on that.
"""

import math
from itertools import pairwise

from playwright.sync_api import CDPSession, Page

from tests.benchmarks.explorer_browser import finished, opened

THROTTLED = 4  # times slower
ROUNDS, MOVES = 2, 120  # of the handle about the plane, each in so many steps
COUNT_FRAMES = """() => {
  window.frames = [];
  const frame = (now) => {
    window.frames.push([now, Number(document.documentElement.dataset.drawn)]);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


def main() -> None:
    """Drag, once for processor time and once throttled for frames; print."""
    with opened(viewport={"width": 1280, "height": 900}) as page:
        finished(page)
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        before, drawn = processor_time(tools), frames_drawn(page)
        drag(page)
        spent = (processor_time(tools) - before) / (frames_drawn(page) - drawn)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
        page.evaluate(COUNT_FRAMES)
        drag(page)
        frames = page.evaluate("window.frames")
    times = [now for (_, before), (now, drawn) in pairwise(frames) if drawn > before]
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    print(
        f"a frame takes {1000 * spent:.1f} ms of processor time; "
        f"with {THROTTLED} times as much, {1 / (THROTTLED * spent):.0f} frames a second"
    )
    print(
        f"throttled {THROTTLED} times: {1000 * len(gaps) / sum(gaps):.0f} frames a second; the median one "
        f"took {gaps[len(gaps) // 2]:.0f} ms, the slowest in twenty {gaps[len(gaps) * 19 // 20]:.0f} ms"
    )


def drag(page: Page) -> None:
    """Take the handle round the plane."""
    box = page.locator("#plane .plane").first.bounding_box()
    page.mouse.move(*_place(box, 0))
    page.mouse.down()
    for step in range(ROUNDS * MOVES):
        page.mouse.move(*_place(box, 2 * math.pi * step / MOVES))
    page.mouse.up()


def processor_time(tools: CDPSession) -> float:
    """Seconds that the page's thread has worked."""
    metrics = tools.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def frames_drawn(page: Page) -> int:
    """How often the page has drawn what its state says."""
    return int(page.evaluate("document.documentElement.dataset.drawn"))


def _place(box: dict[str, float], angle: float) -> tuple[float, float]:
    radius = 0.3 * box["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


if __name__ == "__main__":
    main()
