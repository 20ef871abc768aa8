"""Which classes touch: how often what lies next to an image of one class is of another.

With k neighbours, and classes a, b:

    S_ab = share of class b among the k nearest other points of all points of class a

A pair mixes as far as (S_ab + S_ba) / 2 says. Strangers are all neighbours of another class than the point's.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from jaxtyping import Float, Shaped

Shares = Float[np.ndarray, "classes classes"]


def neighbour_shares(
    points: Float[np.ndarray, "n d"], labels: Shaped[np.ndarray, "n"], neighbours: int
) -> Shares:
    """S as above, of the classes that occur, in order; a row sums to 1."""
    from sklearn.neighbors import NearestNeighbors  # here: importing it takes two seconds

    nearest = NearestNeighbors(n_neighbors=neighbours).fit(points).kneighbors(return_distance=False)
    own = np.unique(labels, return_inverse=True)[1]
    counts = np.zeros((own.max() + 1,) * 2)
    np.add.at(counts, (own[:, None], own[nearest]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def strangers(shares: Shares) -> float:
    """Share of strangers among the neighbours, mean over the classes."""
    return float(1 - np.diag(shares).mean())


def mixed_pairs(shares: Shares, names: Sequence[str], most: int) -> dict[str, float]:
    """The pairs that mix most, at most so many, and how far: `{"4 and 9": 0.15, …}`, the most mixed first."""
    mixed = (shares + shares.T) / 2
    pairs = sorted(combinations(range(len(names)), 2), key=lambda pair: -mixed[pair])
    return {f"{names[one]} and {names[other]}": float(mixed[one, other]) for one, other in pairs[:most]}
