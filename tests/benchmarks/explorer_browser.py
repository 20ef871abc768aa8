"""The explorer in Debian's Chromium, from disk and offline, for the benchmarks that open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

PAGE = Path(__file__).parents[2] / "reports/explorer.html"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def opened(fragment: str = "", **options: Any) -> Iterator[Page]:
    """The page as `dvc repro` made it, with its first view drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        page = browser.new_context(offline=True, **options).new_page()
        page.goto(PAGE.as_uri() + fragment)
        page.wait_for_function("document.documentElement.dataset.ready")
        yield page
        browser.close()


def finished(page: Page) -> None:
    """Wait until all planes have their backdrops."""
    page.wait_for_function(
        "[...document.querySelectorAll('#plane .space')].every((space) => space.dataset.backdrop)"
    )
