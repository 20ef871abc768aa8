"""The card of the winner-take-all autoencoder."""

from stages.cards.card import Card, Measure

CARD = Card(
    "wta",
    "Winner-take-all autoencoder",
    "WTA",
    "#5b1a7a",
    "sparse",
    (
        Measure(
            "codes.active_fraction",
            "Active fraction",
            "%",
            1,
            "Share of the code that is not 0, mean over training images, as in training",
        ),
    ),
)
