"""One model's code space, looked at: codes drawn at random, judged, and explained digit by digit."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8

from stages.analyses import judging, maps
from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.judging import Judges
from stages.analyses.nearest_codes import NearestCodes
from stages.models.interface import Autoencoder
from stages.studies.bench import Bench
from stages.studies.coding_space.classes import far, passing, path_middles, separation
from stages.studies.coding_space.random_codes import by_eye, random_codes
from stages.studies.coding_space.section import CodingSpace

CLASSES = 10
RARE = 0.01  # a digit that makes up less of the pictures that pass counts as missing; an even share is 0.1


@dataclass(frozen=True)
class Drawn:
    """Codes of one kind, what they decode to, which of that passes for a digit, and which digit it is."""

    codes: Float[np.ndarray, "n k"]
    pictures: UInt8[np.ndarray, "n 28 28"]
    accepted: np.ndarray
    digits: np.ndarray

    @classmethod
    def of(cls, codes: Float[np.ndarray, "n k"], model: Autoencoder, judges: Judges, bench: Bench) -> "Drawn":
        """Decode and judge."""
        pictures = decoded_images(model.decode, codes, bench.runtime)
        digits = judges.probabilities(pictures).argmax(axis=1)
        return cls(codes, pictures, judges.accepted(pictures), digits)

    def shares(self) -> Float[np.ndarray, "classes"]:
        """Share of each digit in the pictures that pass; 0 where none does."""
        return np.bincount(self.digits[self.accepted], minlength=CLASSES) / max(1, self.accepted.sum())


@dataclass(frozen=True)
class Space:
    """One trained model: its codes, the codes drawn at random and those of test images, and its map."""

    model: Autoencoder
    real: NearestCodes
    drawn: dict[str, Drawn]  # by_eye, normal, real
    by_digit: pd.DataFrame
    map: Float[np.ndarray, "mapped 3"]


def explore(
    model: Autoencoder, judges: Judges, section: CodingSpace, bench: Bench, generator: np.random.Generator
) -> Space:
    """Encode the images, draw codes at random, decode and judge; then look at digits one by one."""
    train_part, test = bench.parts.train, bench.parts.test
    known, unseen = (map_images(model.encode, part.clean, bench.runtime) for part in (train_part, test))
    real = NearestCodes(known, train_part.labels, unseen)
    codes = random_codes(known, section.samples, generator) | {"real": unseen}
    drawn = {kind: Drawn.of(some, model, judges, bench) for kind, some in codes.items()}
    ends = passing(drawn["real"].accepted, test.labels)
    middles = path_middles(unseen[ends], test.labels[ends], section.paths, generator)
    judged = [Drawn.of(some, model, judges, bench) for some in middles]
    mapped = maps.kernel_pca(known[: section.kernel_pca_codes], 3, bench.seed)
    by_digit = pd.DataFrame(
        {
            "share": drawn["by_eye"].shares(),
            "separation": separation(known, train_part.labels),
            "separation_on_map": separation(mapped[:, :2], train_part.labels[: len(mapped)]),
            "rejected_paths": [1 - one.accepted.mean() for one in judged],
            "far_paths": [far(one.codes, real) for one in judged],
            "territory": np.bincount(real.classes(codes["by_eye"]), minlength=CLASSES) / section.samples,
        }
    )
    return Space(model, real, drawn, by_digit, mapped)


def of_model(space: Space) -> dict[str, float]:
    """Numbers of weights of both networks, and the normal distribution fitted to the codes by eye."""
    mean, spread = by_eye(space.real.known)
    sizes = {
        f"{name}_parameters": sum(weights.numel() for weights in getattr(space.model, name).parameters())
        for name in ("encoder", "decoder")
    }
    return sizes | {"mean": mean, "spread": spread}


def of_draw(real: NearestCodes, drawn: Drawn) -> dict[str, float]:
    """What passes for a digit, how many digits are missing, where codes lie, whose digit they show."""
    inside = (drawn.codes >= 0) & (drawn.codes <= 1)
    return {
        "accepted": drawn.accepted.mean(),
        "missing": int((drawn.shares() < RARE).sum()),
        "diversity": judging.diversity(drawn.shares()),
        "numbers_inside": inside.mean(),
        "codes_inside": inside.all(axis=1).mean(),
        "distance": real.distance(drawn.codes),
        "as_neighbour": float(np.mean(real.classes(drawn.codes) == drawn.digits)),
    }
