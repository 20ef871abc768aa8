"""Arrays as text that a page can carry: rounded, laid end to end, compressed; `unpack.js` is the other side.

They are compressed as PNG compresses pixels, by Pillow, which brings a zlib of its own. That of Python is the
system's, and systems have different ones, which make other bytes of the same numbers.
"""

import base64
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from jaxtyping import Float, Float16, Float32, Int8, UInt8
from PIL import Image

# Weights of a model with more numbers than the first go in 4 bits, with more than the second not at all.
FINE, MOST = 2_000_000, 8_000_000
LARGEST_HALF = np.finfo(np.float16).max
SIGNATURE = 8  # bytes that every PNG begins with
ALIGNMENT = 4  # bytes: typed arrays begin at multiples of the size of their numbers


@dataclass
class Packing:
    """Collects arrays; what refers to them is plain enough for JSON."""

    content: bytearray = field(default_factory=bytearray)
    places: dict[bytes, int] = field(default_factory=dict)

    def manifest(self, content: Any) -> Any:
        """`content`, mappings and sequences within each other, with a note of where it went for each array.

        Equal arrays go there once.
        """
        if isinstance(content, np.ndarray):
            return self._note(content)
        if isinstance(content, dict):
            return {key: self.manifest(value) for key, value in content.items()}
        if isinstance(content, list | tuple):
            return [self.manifest(value) for value in content]
        return content

    def text(self) -> str:
        """Every array so far, compressed, in base64."""
        return base64.b64encode(compressed(bytes(self.content))).decode()

    def _note(self, array: np.ndarray) -> dict[str, Any]:
        content = array.astype(array.dtype.newbyteorder("<")).tobytes()
        if content not in self.places:
            self.content += bytes(-len(self.content) % ALIGNMENT)
            self.places[content] = len(self.content)
            self.content += content
        return {"array": array.dtype.name, "shape": list(array.shape), "at": self.places[content]}


def compressed(content: bytes) -> bytes:
    """A zlib stream of a byte 0 (the filter of a PNG's only row: none) and `content`."""
    row = Image.frombytes("P", (len(content), 1), content)
    row.putpalette(bytes(range(256)) * 3)  # with fewer colours, Pillow would keep fewer bits of a pixel
    file = BytesIO()
    row.save(file, "PNG", compress_level=9)
    return b"".join(data for kind, data in _chunks(file.getvalue()) if kind == b"IDAT")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = SIGNATURE
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        yield kind, png[place + 8 : place + 8 + length]
        place += length + 12  # with length, kind and checksum


def rounded_layer(layer: dict[str, Any], bits: int) -> dict[str, Any]:
    """A layer of `analyses/layers.py` with its weights rounded to `bits`, and all other arrays to float16."""
    small = {key: half(value) if isinstance(value, np.ndarray) else value for key, value in layer.items()}
    return small | ({"weights": rounded(layer["weights"], bits)} if "weights" in layer else {})


def rounded(weights: Float32[np.ndarray, "out *inner"], bits: int) -> dict[str, Any]:
    """Whole numbers and a scale for each row, of which the weights are the products.

    Returns:
        `rows`: int8 of the weights' shape, or uint8 with two numbers in a byte (the first one high, 8 added);
        `scales`: float16 (out,); `shape`; `bits`.
    """
    rows, scales = whole_numbers(weights, bits)
    packed = rows if bits == 8 else _in_pairs(rows)
    return {"rows": packed, "scales": scales, "shape": list(weights.shape), "bits": bits}


def whole_numbers(
    weights: Float32[np.ndarray, "out *inner"], bits: int
) -> tuple[Int8[np.ndarray, "out *inner"], Float16[np.ndarray, "out"]]:
    """The nearest multiples of each row's scale, of which its largest weight is 127 times, or 7 times."""
    largest = 2 ** (bits - 1) - 1
    flat = weights.reshape(len(weights), -1)
    scales = half(np.abs(flat).max(axis=1) / largest)
    steps = np.where(scales == 0, 1, scales).astype(np.float32)[:, None]  # a row of zeros stays one
    rows = np.rint(flat / steps).clip(-largest, largest)
    return rows.astype(np.int8).reshape(weights.shape), scales


def half(values: Float[np.ndarray, "*shape"]) -> Float16[np.ndarray, "*shape"]:
    """In 16 bits; what is too large for them as large as they can say."""
    return values.clip(-LARGEST_HALF, LARGEST_HALF).astype(np.float16)


def _in_pairs(rows: Int8[np.ndarray, "*shape"]) -> UInt8[np.ndarray, "pairs"]:
    numbers = (rows.ravel() + 8).astype(np.uint8)
    high, low = np.pad(numbers, (0, numbers.size % 2)).reshape(-1, 2).T
    return high << 4 | low


def bits_for(numbers: int) -> int | None:
    """In how many bits each of so many weights is carried; None: they would make the page too large."""
    return 8 if numbers <= FINE else 4 if numbers <= MOST else None
