"""When most of what training gains has been gained."""

from typing import Literal

import numpy as np
from jaxtyping import Real

MOST = 0.9


def epoch_of_most(values: Real[np.ndarray, "epochs"], better: Literal[1, -1]) -> int:
    """The epoch, from 1, after which `MOST` of the way from the first value to the best one was made.

    `better` is 1 where more is better, −1 where less is.
    """
    signed = better * values
    enough = signed[0] + MOST * (signed.max() - signed[0])
    return 1 + int(np.argmax(signed >= enough))  # the first that is
