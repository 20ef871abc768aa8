"""Figures of adversarial, from its tables and arrays."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure

from stages.figures import animation, curves, shares
from stages.figures.palette import INK, MUTED

NAMES = {"balanced": "balanced", "too_high": "too high", "unbalanced": "unbalanced"}
COLOURS = {"balanced": "#0a7d5a", "too_high": "#b3261e", "unbalanced": "#7a6200"}
MEASURES = {"diversity": "classes, of ten", "confidence": "judge's confidence", "variety": "variety"}
LOG_4, LOG_2 = float(np.log(4)), float(np.log(2))  # losses where D cannot tell
FLOOR = 1e-4  # losses are drawn from here on
MOST_FRAMES = 12  # of the animation


def draw(arrays: dict[str, Any], **tables: Any) -> dict[str, Figure | Iterator[Figure]]:
    """Every figure by the name of its file."""
    return {
        "samples": samples(arrays["pictures"]),
        "losses": losses(tables["epochs"]),
        "measures": measures(tables["epochs"]),
        "shares": shares_of_digits(tables["shares"]),
    }


def samples(pictures: Mapping[str, UInt8[np.ndarray, "epochs n 28 28"]]) -> Iterator[Figure]:
    """The animation: pictures from the same codes after each epoch, of one run of every setting."""
    panels = [
        animation.Panel(f"learning rates: {name}", pictures[rates][:, None], COLOURS[rates])
        for rates, name in NAMES.items()
    ]
    return animation.frames(panels, "Samples from fixed codes", MOST_FRAMES)


def losses(epochs: pd.DataFrame) -> Figure:
    """Both players' losses over the epochs, a panel a setting."""

    def lines(rates: str) -> list[curves.Line]:
        player = {name: by_epoch(epochs, rates, f"{name}_loss") for name in ("discriminator", "generator")}
        cannot_tell = "log 4, log 2: D cannot tell"
        return [
            curves.Line("discriminator, L_D", player["discriminator"].clip(FLOOR), INK),
            curves.Line("generator, L_G", player["generator"].clip(FLOOR), "#0a7d9a"),
            *(
                curves.Line(cannot_tell, np.full_like(player["generator"][:1], level), MUTED, dashed=True)
                for level in (LOG_4, LOG_2)
            ),
        ]

    panels = {name: lines(rates) for rates, name in NAMES.items()}
    x = epochs.epoch.unique()
    return curves.draw(panels, x, "epoch", "Losses of the two players", logarithmic=True)


def measures(epochs: pd.DataFrame) -> Figure:
    """What the pictures are like over the epochs, a panel a measure, a line a setting."""
    panels = {
        heading: [
            curves.Line(name, by_epoch(epochs, rates, measure), COLOURS[rates])
            for rates, name in NAMES.items()
        ]
        for measure, heading in MEASURES.items()
    }
    return curves.draw(panels, epochs.epoch.unique(), "epoch", "What the samples are like")


def shares_of_digits(table: pd.DataFrame) -> Figure:
    """Share of each digit among the last epoch's pictures."""
    panels = {
        name: table[table.rates == rates].pivot(index="seed", columns="digit", values="share").to_numpy()
        for rates, name in NAMES.items()
    }
    heading = "Learning rates:"
    return shares.draw({heading: panels}, "Which digits are made", {heading: INK})


def by_epoch(epochs: pd.DataFrame, rates: str, measure: str) -> Float[np.ndarray, "seeds epochs"]:
    """A measure of the runs at some rates."""
    chosen = epochs[epochs.rates == rates]
    return chosen.pivot(index="seed", columns="epoch", values=measure).to_numpy()
