"""What the tables of coding-space come to: numbers, and true or false."""

from itertools import pairwise
from math import comb
from typing import Any

import pandas as pd

from stages.pages.vocabulary import above

CORRELATED = 0.65  # the rank correlation of ten digits that chance exceeds in 5 % of the cases (two-sided)
FAR_TO_NEAR = ("normal", "squashed", "fitted")


def verdicts(draws: pd.DataFrame, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Whether nearer codes show their neighbours' classes, and whether width tells which digits are rare."""
    boxed = draws[draws.model != "vae"]
    normal = boxed[boxed.codes != "fitted"].with_width
    agreement = [
        [one.as_neighbour[one.codes == codes] for codes in FAR_TO_NEAR] for _, one in boxed.groupby("model")
    ]
    return {
        "nearer_is_likelier": all(above(near, far) for kinds in agreement for far, near in pairwise(kinds)),
        "narrow_classes_are_rare": bool(normal.min() > CORRELATED),
        "correlations": (normal.min(), normal.max()),
        "correlated": CORRELATED,
        "chance": 2 / comb(2 * settings["runs"], settings["runs"]),
    }
