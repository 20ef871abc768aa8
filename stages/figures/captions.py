"""Captions: paragraphs, wrapped by the measured width of their words.

A caption has up to three paragraphs: what is shown; `Read off: …`, what the picture tells; and
`Not to be read off: …`, what it seems to tell and cannot. In the source they stand as text blocks, an
empty line between two paragraphs.
"""

from functools import cache
from typing import NamedTuple

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

LEADS = ("Read off:", "Not to be read off:")  # set in bold
EM = 100  # points at which words are measured


class Run(NamedTuple):
    """A piece of a line: its text, where it begins (in ems), and its weight."""

    text: str
    left: float
    weight: str = "normal"


def wrapped(caption: str, width: float) -> list[list[Run]]:
    """Break a caption into lines of at most `width` ems, each of one run, or of two after a bold lead."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in caption.split("\n\n")]
    return [line for paragraph in paragraphs if paragraph for line in _lines(paragraph, width)]


def _lines(paragraph: str, width: float) -> list[list[Run]]:
    lead = next((lead for lead in LEADS if paragraph.startswith(lead)), "")
    left = _width(lead, "bold") + _width(" ") if lead else 0.0
    lines = [[Run(lead, 0.0, "bold")] if lead else []]
    words: list[str] = []
    for word in paragraph.removeprefix(lead).split():
        if words and left + _width(" ".join([*words, word])) > width:
            lines[-1].append(Run(" ".join(words), left))
            lines.append([])
            words, left = [], 0.0
        words.append(word)
    lines[-1].append(Run(" ".join(words), left))
    return lines


def _width(text: str, weight: str = "normal") -> float:
    """Width of `text` in ems: of its words and the spaces between them."""
    space = _measured("a a", weight) - 2 * _measured("a", weight)
    return sum(_measured(word, weight) for word in text.split(" ") if word) + text.count(" ") * space


@cache
def _measured(word: str, weight: str) -> float:
    font = FontProperties(size=EM, weight=weight)
    return text_to_path.get_text_width_height_descent(word, font, ismath=False)[0] / EM
