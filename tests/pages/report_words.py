"""The report's words without its pictures, so that they can be read, compared and tested in a moment."""

import html
import re
from collections.abc import Mapping
from typing import Any

from stages.cards.card import Card
from stages.common.classes import DIGITS, Classes
from stages.pages.report.page import Picture, render

UNSEEN = ("style", "script")
LINES = ("p", "h1", "h2", "h3", "dt", "dd", "tr", "summary", "caption", "title")


def words(
    metrics: Mapping[str, Any],
    settings: Mapping[str, Any],
    cards: dict[str, Card],
    named: Classes = DIGITS,
) -> str:
    """What a reader reads, a paragraph a line; cells of a table are parted by bars."""
    text = render(metrics, settings, cards, named, picture=lambda name: Picture("", 1, 1))
    for name in UNSEEN:
        text = re.sub(rf"<{name}>.*?</{name}>", "", text, flags=re.DOTALL)
    text = re.sub(r"</t[hd]>\s*<t[hd]", " | <td", " ".join(text.split()))
    text = re.sub(rf"(<(?:{'|'.join(LINES)})[ >])", r"\n\1", text)
    lines = (" ".join(html.unescape(re.sub(r"<[^>]*>", "", line)).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"
