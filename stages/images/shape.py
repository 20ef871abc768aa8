"""The shape of an image: grey or RGB, so many pixels high and wide; all images of a data set share one.

    on disk     bytes, (n, height, width) if grey, (n, height, width, 3) if RGB
    in models   numbers in [0, 1], (batch, channels, height, width)

It is read off the images (`ImageShape.of`), and networks are built for it. `pixels.py` leads from one order
of axes to the other.
"""

from typing import Annotated, NamedTuple

import numpy as np
from jaxtyping import UInt8
from pydantic import Field

from stages.common.errors import StudyError

SMALLEST, LARGEST = 8, 128  # sides, in pixels

Side = Annotated[int, Field(ge=SMALLEST, le=LARGEST)]


class ImageShape(NamedTuple):
    """Channels (1: grey, 3: RGB), height and width."""

    channels: int
    height: int
    width: int

    @classmethod
    def of(cls, images: UInt8[np.ndarray, "n height width *rgb"]) -> "ImageShape":
        """The shape of each of `images`, as they lie on disk.

        Raises:
            StudyError: sides too small or too large, or a last axis that is not red, green and blue.
        """
        height, width, *colours = images.shape[1:]
        if colours not in ([], [3]):
            raise StudyError(
                f"images have shape {images.shape}; it should be (n, height, width), or (n, height, width, 3)"
            )
        if not all(SMALLEST <= side <= LARGEST for side in (height, width)):
            raise StudyError(
                f"images are {height} × {width} pixels; sides should be {SMALLEST} to {LARGEST}: "
                "`data.resize` makes them so"
            )
        return cls(*(colours or [1]), height, width)

    @property
    def numbers(self) -> int:
        """How many numbers an image is."""
        return self.channels * self.height * self.width

    @property
    def quarter(self) -> tuple[int, int]:
        """Height and width after two halvings.

        Raises:
            StudyError: they do not divide by four.
        """
        if self.height % 4 or self.width % 4:
            height, width = (-(-side // 4) * 4 for side in (self.height, self.width))
            raise StudyError(
                f"convolutions halve an image twice, and {self.height} × {self.width} pixels cannot be: set "
                f"`data.resize: [{height}, {width}]`, or `architecture: dense`"
            )
        return self.height // 4, self.width // 4

    def __str__(self) -> str:
        return f"{self.height} × {self.width} pixels, {'grey' if self.channels == 1 else 'RGB'}"


DIGIT = ImageShape(1, 28, 28)  # MNIST's, and that of all studies
