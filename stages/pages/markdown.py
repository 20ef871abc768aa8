"""Markdown as templates leave it → Markdown as hosts show it → HTML."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from PIL import Image

LINE_BY_LINE = re.compile(
    r"\||[*-] |\d+\. |!\[|<|```"
)  # tables, lists, pictures, HTML and code keep their lines


def reflowed(text: str) -> str:
    """Every paragraph as a single line, however the template wrapped it."""
    parts = re.split(r"(^```.*?^```)", text.strip(), flags=re.DOTALL | re.MULTILINE)
    paragraphs = [
        paragraph
        for index, part in enumerate(parts)
        for paragraph in ([part] if index % 2 else re.split(r"\n\s*\n", part.strip()))
    ]
    return "\n\n".join(_one_line(paragraph) for paragraph in paragraphs if paragraph) + "\n"


def to_html(text: str, folder: Path) -> str:
    """The body of a page that stands in `folder`; links to other pages lead to their HTML.

    Pictures get the size of their files, so that a browser keeps the room for them before they are loaded.
    """
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = parser.parse(text)
    for token in (child for block in tokens for child in block.children or []):
        if token.type == "image":
            with Image.open(folder / str(token.attrs["src"])) as picture:
                token.attrs |= {"width": picture.width, "height": picture.height, "loading": "lazy"}
        elif "href" in token.attrs:
            token.attrSet(
                "href", re.sub(r"^(?!.*://)(.*)README\.md$", r"\1index.html", str(token.attrs["href"]))
            )
    return parser.renderer.render(tokens, parser.options, {})


def _one_line(paragraph: str) -> str:
    if paragraph.startswith("```"):
        return paragraph
    lines = [line.strip() for line in paragraph.splitlines()]
    return ("\n" if LINE_BY_LINE.match(lines[0]) else " ").join(line for line in lines if line)
