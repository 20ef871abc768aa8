"""What a data set shows: the names of its classes, in the order of their labels, and a word for one image.

fetch-data writes them beside the images, `data/classes.json`; what draws and writes pages reads them. What
trains does not: a name trains nothing.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Integer

from stages.common.artifacts import load_json, save_json
from stages.common.errors import StudyError

FILE = "data/classes.json"
MANY = 12  # classes from which on not every one finds room for its name, nor a colour like no other


@dataclass(frozen=True)
class Classes:
    """`names[label]` is the name of a class; `noun` is what one image shows: a digit, a garment."""

    names: tuple[str, ...]
    noun: str

    @property
    def are_given(self) -> bool:
        """Are there classes at all? Images of one class are images without classes."""
        return len(self.names) > 1

    @property
    def are_digits(self) -> bool:
        """Is it digits that the images show?"""
        return self.noun == DIGITS.noun

    @property
    def are_many(self) -> bool:
        """Are there too many to write every name on a map?"""
        return len(self.names) > MANY

    @property
    def one(self) -> str:
        """One of what the images show: a digit, an image."""
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"

    @property
    def many(self) -> str:
        """Several of them: digits, images."""
        return f"{self.noun}s"

    def of(self, labels: Integer[np.ndarray, "n"] | list[int]) -> list[str]:
        """The names of the classes `labels`; a label beyond all names stands for itself."""
        return [(self.names[label] if label < len(self.names) else str(label)) for label in map(int, labels)]

    def save(self, path: Path | str = FILE) -> None:
        """Write as JSON."""
        save_json(path, asdict(self))

    @classmethod
    def load(cls, path: Path | str = FILE) -> "Classes":
        """Read what `save` wrote.

        Raises:
            StudyError: missing, broken, or something else.
        """
        content = load_json(path)
        try:
            return cls(tuple(map(str, content["names"])), str(content["noun"]))
        except (KeyError, TypeError):
            raise StudyError(f"{path} names no classes; delete it, and `dvc repro` makes it again") from None


DIGITS = Classes(tuple("0123456789"), "digit")
GARMENTS = Classes(  # https://arxiv.org/abs/1708.07747, table 2
    (
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    "garment",
)
HIRAGANA = Classes(  # https://arxiv.org/abs/1812.01718
    ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"), "character"
)
PHOTOGRAPHS = Classes(  # https://www.cs.toronto.edu/~kriz/cifar.html
    ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"), "photograph"
)
