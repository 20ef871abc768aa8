"""Whom a figure is about.

A figure needs three facts about a model, and nothing else: the name in its title, its colour, and the kind
of its code, on which headings depend, and what codes are compared with. Studies make their own:
`Subject("k = 5", ...)`; the main line's models have cards.
"""

from dataclasses import dataclass

from stages.cards.card import Card, Code


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

    @classmethod
    def of(cls, card: Card) -> "Subject":
        """The model of a card."""
        return cls(card.name, card.colour, card.code)
