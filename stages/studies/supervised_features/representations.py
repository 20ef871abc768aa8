"""What networks make of test images, and how alike that is from kind to kind."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement

import numpy as np
from jaxtyping import Float
from torch import Tensor, nn

from stages.analyses.batches import map_images
from stages.models.networks import PIXELS
from stages.studies.bench import Bench
from stages.studies.supervised_features.cka import alignment, gram
from stages.studies.supervised_features.transfer import trunk

Representations = dict[str, list[Float[np.ndarray, "n _"]]]  # of each kind, one a seed


def represented(models: Mapping[str, Sequence[nn.Module]], bench: Bench) -> dict[str, Representations]:
    """`hidden` vectors and `code`s of test images, of every kind and seed; `pixels` have one seed."""
    images = bench.parts.test.clean
    pixels = {"pixels": [images.reshape(len(images), PIXELS) / np.float32(255)]}

    def flat(function: Callable[..., Tensor]) -> Float[np.ndarray, "n _"]:
        return map_images(function, images, bench.runtime).reshape(len(images), -1)

    def of(part: Callable[[nn.Module], Callable[..., Tensor]]) -> Representations:
        return pixels | {kind: [flat(part(model)) for model in each] for kind, each in models.items()}

    return {"hidden": of(trunk), "code": of(lambda model: model.features)}


def similarities(kinds: Representations) -> list[dict[str, str | float]]:
    """CKA of every pair of kinds, over pairs of seeds; of one kind, of different seeds (1, if it has one)."""
    grams = {kind: [gram(one) for one in seeds] for kind, seeds in kinds.items()}
    rows = []
    for one, other in combinations_with_replacement(kinds, 2):
        values = [
            alignment(first, second)
            for i, first in enumerate(grams[one])
            for j, second in enumerate(grams[other])
            if one != other or i < j
        ] or [1.0]
        row = {"mean": float(np.mean(values)), "smallest": min(values), "largest": max(values)}
        rows.append({"one": one, "other": other} | row)
    return rows


def shuffled(kinds: Representations, generator: np.random.Generator) -> float:
    """Chance: CKA of trained networks' features with the same features of images in another order."""
    order = generator.permutation(len(kinds["pixels"][0]))
    grams = [gram(one) for kind, each in kinds.items() if kind not in ("pixels", "random") for one in each]
    return float(np.mean([alignment(one, one[np.ix_(order, order)]) for one in grams]))
