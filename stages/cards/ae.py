"""The card of the denoising autoencoder."""

from stages.cards.card import OF_COORDINATES, Card

CARD = Card("ae", "Autoencoder", "AE", "#0075d6", "plain", OF_COORDINATES)
