"""The page itself: template, style, script and the run's content in one HTML file that needs no other."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stages.cards.card import Card
from stages.pages.explorer.inlining import inlined
from stages.pages.explorer.packing import Packing
from stages.pages.picture import Picture
from stages.pages.vocabulary import environment

FOLDER = Path(__file__).parent
TEMPLATES = environment(FOLDER, html=True)
# of the content, what templates speak of
FACTS = "noun", "classes", "manyClasses", "image", "settings", "metrics", "versions"


def render(content: Mapping[str, Any], cards: dict[str, Card], figure: Callable[[str], Picture]) -> str:
    """Fill in the page.

    Args:
        content: what the script gets to know, arrays among it; see `stages/explore.py`.
        cards: of the models, in the order of the page.
        figure: gives the figure of a name such as `ae/tsne.png`, for readers without JavaScript.
    """
    packing = Packing()
    manifest = packing.manifest(content)
    return TEMPLATES.get_template("explorer.html.j2").render(
        style=(FOLDER / "explorer.css").read_text(encoding="utf-8"),
        script=inlined(FOLDER / "main.js"),
        data=within_html(manifest),
        bytes=packing.text(),
        facts={name: content[name] for name in FACTS},
        cards=cards,
        figure=figure,
    )


def within_html(content: Any) -> str:
    """JSON in which no tag can begin or end."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
