"""Whom a figure is about.

A figure needs three facts about a model, and nothing else: the name in its title, its colour, and the kind
of its code, on which the words of a caption depend. Studies make their own: `Subject("k = 5", ...)`.
"""

from dataclasses import dataclass
from typing import Literal

from stages.figures.palette import MODEL_COLOURS

Code = Literal["plain", "gaussian", "sparse"]


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


SUBJECTS = {
    "ae": Subject("Autoencoder", MODEL_COLOURS["ae"], "plain"),
    "vae": Subject("Variational autoencoder", MODEL_COLOURS["vae"], "gaussian"),
    "wta": Subject("Winner-take-all autoencoder", MODEL_COLOURS["wta"], "sparse"),
}
