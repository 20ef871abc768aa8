"""The card of the denoising autoencoder."""

from stages.cards.card import Card

CARD = Card("ae", "Autoencoder", "AE", "#0075d6", "plain")
