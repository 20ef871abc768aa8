"""Whether a measure of the classes goes with how often they appear, over several runs.

    ρ = mean over runs of Spearman's rank correlation over the ten classes
    chance = share of shuffles of the classes' names, the same in every run, whose |ρ| is as large

The names are shuffled once for all runs, because runs repeat each other: a digit that is rare in one is rare
in most, so that six runs of ten digits are far from sixty independent observations.
"""

import numpy as np
from jaxtyping import Float
from scipy.stats import rankdata

SHUFFLES = 5000

Measure = Float[np.ndarray, "runs classes"]


def rank_correlation(one: Measure, other: Measure) -> Float[np.ndarray, "runs"]:
    """Spearman's correlation of each run; 0 where a measure is the same for all classes."""
    return (_standardised(one) * _standardised(other)).mean(axis=1)


def chance(one: Measure, other: Measure, generator: np.random.Generator) -> float:
    """How often a correlation as strong comes out, mean over runs, with the names of the classes shuffled."""
    found = abs(rank_correlation(one, other).mean())
    shuffled = (one[:, generator.permutation(one.shape[1])] for _ in range(SHUFFLES))
    stronger = sum(abs(rank_correlation(names, other).mean()) >= found - 1e-9 for names in shuffled)
    return stronger / SHUFFLES


def _standardised(values: Measure) -> Measure:
    ranks = rankdata(values, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    return ranks / np.maximum(ranks.std(axis=1, keepdims=True), 1e-12)
