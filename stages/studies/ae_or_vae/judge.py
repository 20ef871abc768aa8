"""What the critic and the classifier say of lines between images; cross-fades to compare them with."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Integer, Shaped, UInt8

from stages.analyses.judging import Judges, class_shares, diversity
from stages.analyses.walks import interpolate

Images = UInt8[np.ndarray, "_ 28 28"]
Lines = UInt8[np.ndarray, "pairs steps 28 28"]
ByPair = dict[str, Shaped[np.ndarray, "pairs"]]


def crossfades(images: Images, pairs: Integer[np.ndarray, "pairs 2"], steps: int) -> Lines:
    """The pixels of the two images of each pair mixed step by step."""
    first, second = (images[index].astype(np.float32) for index in pairs.T)
    return interpolate(first, second, steps).round().astype(np.uint8)


@dataclass(frozen=True)
class Judge:
    """The critic and the classifier, asked about lines between images of the classes `ends`."""

    judges: Judges
    ends: UInt8[np.ndarray, "pairs 2"]

    def accepted(self, pictures: UInt8[np.ndarray, "*shape 28 28"]) -> Bool[np.ndarray, "*shape"]:
        """Whether the critic takes each for real."""
        return self.judges.accepted(pictures.reshape(-1, *pictures.shape[-2:])).reshape(pictures.shape[:-2])

    def halfway(self, lines: Lines) -> float:
        """Share of the middles of lines that the critic accepts."""
        return float(self.accepted(lines[:, lines.shape[1] // 2]).mean())

    def of_lines(self, lines: Lines) -> ByPair:
        """How real, even and direct each line is; see the top of experiment.py."""
        between = lines[:, 1:-1]
        found = self.judges.probabilities(between.reshape(-1, *lines.shape[2:])).argmax(axis=1)
        elsewhere = (found.reshape(between.shape[:2])[..., None] != self.ends[:, None]).all(axis=2)
        change = np.sqrt(np.square(np.diff(lines.astype(np.float32), axis=1)).mean(axis=(2, 3)))
        accepted = self.accepted(between)
        return {
            "halfway": accepted[:, accepted.shape[1] // 2],
            "accepted": accepted.mean(axis=1),
            "largest_step": change.max(axis=1) / np.maximum(change.mean(axis=1), 1e-9),
            "elsewhere": elsewhere.mean(axis=1),
        }

    def of_samples(self, pictures: Images) -> dict[str, float]:
        """How many classes the classifier finds, as if equally frequent."""
        return {"classes": diversity(class_shares(self.judges.probabilities(pictures)))}
