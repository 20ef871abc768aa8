"""Figures of adversarial, from its tables and arrays."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import animation, curves, shares
from stages.figures.palette import INK, MUTED

NAMES = {
    "balanced": "balanced",
    "no_batch_norm": "no batch norm",
    "too_high": "rates too high",
    "unbalanced": "unbalanced",
}
COLOURS = {"balanced": "#0a7d5a", "no_batch_norm": "#0a7d9a", "too_high": "#b3261e", "unbalanced": "#7a6200"}
LOG_4, LOG_2 = float(np.log(4)), float(np.log(2))  # losses where D cannot tell
FLOOR = 1e-4  # losses are drawn from here on
MOST_FRAMES = 12  # of the animation


def draw(arrays: dict[str, Any], named: Classes, **tables: Any) -> dict[str, Figure | Iterator[Figure]]:
    """Every figure by the name of its file."""
    return {
        "samples": samples(arrays["pictures"]),
        "losses": losses(tables["epochs"]),
        "measures": measures(tables["epochs"], named),
        "shares": shares_of_classes(tables["shares"], named),
    }


def samples(pictures: Mapping[str, UInt8[np.ndarray, "epochs n 28 28"]]) -> Iterator[Figure]:
    """The animation: pictures from the same codes after each epoch, of one run of every setting."""
    panels = [
        animation.Panel(name, pictures[setting][:, None], COLOURS[setting]) for setting, name in NAMES.items()
    ]
    return animation.frames(panels, "Samples from fixed codes", MOST_FRAMES)


def losses(epochs: pd.DataFrame) -> Figure:
    """Both players' losses over the epochs, a panel a setting."""

    def lines(setting: str) -> list[curves.Line]:
        player = {name: by_epoch(epochs, setting, f"{name}_loss") for name in ("discriminator", "generator")}
        cannot_tell = "log 4, log 2: D cannot tell"
        return [
            curves.Line("discriminator, L_D", player["discriminator"].clip(FLOOR), INK),
            curves.Line("generator, L_G", player["generator"].clip(FLOOR), "#0a7d9a"),
            *(
                curves.Line(cannot_tell, np.full_like(player["generator"][:1], level), MUTED, dashed=True)
                for level in (LOG_4, LOG_2)
            ),
        ]

    panels = {name: lines(setting) for setting, name in NAMES.items()}
    x = epochs.epoch.unique()
    return curves.draw(panels, x, "epoch", "Losses of the two players", logarithmic=True)


def measures(epochs: pd.DataFrame, named: Classes) -> Figure:
    """What the pictures are like over the epochs, a panel a measure, a line a setting."""
    headings = {
        "diversity": "classes, of ten",
        "accepted": f"pass for {named.many}",
        "variety": "variety",
    }
    panels = {
        heading: [
            curves.Line(name, by_epoch(epochs, setting, measure), COLOURS[setting])
            for setting, name in NAMES.items()
        ]
        for measure, heading in headings.items()
    }
    return curves.draw(panels, epochs.epoch.unique(), "epoch", "What the samples are like")


def shares_of_classes(table: pd.DataFrame, named: Classes) -> Figure:
    """Share of each class among the last epoch's pictures."""
    of = {
        setting: one.pivot(index="seed", columns="digit", values="share").to_numpy(float)
        for setting, one in table.groupby("setting")
    }
    rows = {"Rates that work": ("balanced", "no_batch_norm"), "Other rates": ("too_high", "unbalanced")}
    panels = {row: {NAMES[setting]: of[setting] for setting in pair} for row, pair in rows.items()}
    return shares.draw(panels, "Which classes are made", dict.fromkeys(rows, INK), named)


def by_epoch(epochs: pd.DataFrame, setting: str, measure: str) -> Float[np.ndarray, "seeds epochs"]:
    """A measure of the runs of a setting."""
    chosen = epochs[epochs.setting == setting]
    return chosen.pivot(index="seed", columns="epoch", values=measure).to_numpy(float)
