"""The list of all studies, as Markdown, and their pages as one HTML page."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

TITLE = "The studies"
ABOUT = """
Closed experiments beside the [main line](../figures), each of which answers one question. `dvc repro -P` runs
all of them, `dvc repro stages/studies/dvc.yaml:linear-ae-is-pca` one; their numbers stand in
[stages/studies/params.yaml](../../stages/studies/params.yaml). Answers are computed from what was
measured.
"""


@dataclass(frozen=True)
class Entry:
    """A study in the list: its question, and the answer in one line."""

    question: str
    answer: str

    @classmethod
    def of(cls, page: str) -> "Entry":
        """Read them off a page that `pages/study.py` made: its heading, and the quotation under it."""
        heading, answer = page.split("\n\n")[:2]
        return cls(heading.removeprefix("# "), answer.removeprefix("> "))


def markdown(entries: Mapping[str, Entry]) -> str:
    """The list as a table."""
    rows = [f"| [{entry.question}]({study}/README.md) | {entry.answer} |" for study, entry in entries.items()]
    table = "\n".join(["| question | answer of the committed run |", "| --- | --- |", *rows])
    return f"# {TITLE}\n\n{' '.join(ABOUT.split())}\n\n{table}\n"


def html(listing: str, pages: Mapping[str, str]) -> str:
    """The list and all pages as one document, whose links between them lead to anchors."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("index.html.j2")
    anchors = {f"{study}/README.md": f"#{study}" for study in pages} | {"README.md": "#"}
    return template.render(
        title=TITLE,
        listing=_rendered(listing, "", anchors),
        pages={study: _rendered(page, study, anchors) for study, page in pages.items()},
    )


def _rendered(text: str, folder: str, anchors: Mapping[str, str]) -> str:
    """HTML of a Markdown page that lies in `folder`, with its links as seen from the index."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in (child for block in tokens for child in block.children or []):
        for attribute in {"src", "href"} & token.attrs.keys():
            token.attrSet(attribute, _seen_from_index(str(token.attrs[attribute]), folder, anchors))
        if token.type == "image":
            token.attrSet("loading", "lazy")
    return parser.renderer.render(tokens, parser.options, {})


def _seen_from_index(link: str, folder: str, anchors: Mapping[str, str]) -> str:
    if "://" in link:
        return link
    path = posixpath.normpath(posixpath.join(folder, link))
    return anchors.get(path, path)
