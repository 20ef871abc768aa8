"""The colours that the models of the main line wear in studies, too: those of their cards."""

from stages.cards import ae, vae, wta

MODEL_COLOURS = {card.key: card.colour for card in (ae.CARD, vae.CARD, wta.CARD)}
