"""Whether images fit into memory, asked before it is used up."""

import psutil

from stages.common.errors import StudyError
from stages.images.shape import ImageShape

# At the most hungry moment, when noise is put on: what is clean as bytes and as floats, and the noise, twice.
BYTES = 16


def check_room(images: int, shape: ImageShape, name: object) -> None:
    """Raises StudyError where the pipeline would need more memory for so many images than is free."""
    needed, free = BYTES * images * shape.numbers, psutil.virtual_memory().available
    if needed > free:
        raise StudyError(
            f"{name}: {images} images of {shape} need about {needed / 1e9:.1f} GB of memory, and "
            f"{free / 1e9:.1f} GB are free; take fewer, or make them smaller by `data.resize`"
        )
