"""Whom a figure is about.

A figure needs four facts about a model, and nothing else: the name in its title, its colour, the kind of its
code, on which headings depend, and what codes are compared with; and what the images show. Studies make their
own: `Subject("k = 5", ...)`; the main line's models have cards.
"""

from dataclasses import dataclass

from stages.cards.card import Card, Code
from stages.common.classes import DIGITS, Classes


@dataclass(frozen=True)
class Subject:
    """A model, or one variant of it, as figures see it.

    `code` is `plain` (a few numbers, no prior), `gaussian` (the mean of q, with the prior N(0, 1); figures
    know no β, so what they say of the prior also holds where β is 0) or `sparse` (thousands of units, most
    of them silent for any one image).
    """

    name: str
    colour: str
    code: Code = "plain"
    classes: Classes = DIGITS

    @classmethod
    def of(cls, card: Card, classes: Classes = DIGITS) -> "Subject":
        """The model of a card, that learned images of `classes`."""
        return cls(card.name, card.colour, card.code, classes)
