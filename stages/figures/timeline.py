"""Time in a picture: which epochs are shown, and the bar that fills up over the frames of an animation."""

import numpy as np
from jaxtyping import Integer
from matplotlib.figure import Figure

from stages.figures.page import BODY, place
from stages.figures.palette import HAIRLINE, INK

THICKNESS = 7  # page pixels


def chosen_epochs(last: int, at_most: int) -> Integer[np.ndarray, "shown"]:
    """Epochs from 1 to `last`, both among them: all, or `at_most` of them evenly spaced."""
    return np.unique(np.linspace(1, last, min(last, at_most)).round().astype(int))


def draw_elapsed(figure: Figure, share: float, colour: str = INK) -> None:
    """Draw the bar on top of the body, filled up to `share` of its width."""
    axes = place(figure, 0, 0, BODY, THICKNESS, xlim=(0, 1), ylim=(-0.5, 0.5))
    axes.set_axis_off()
    axes.barh([0, 0], [1, share], height=1, color=[HAIRLINE, colour])
