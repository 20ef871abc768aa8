"""Arrays of bytes that would fill the memory: they stay on disk, and what is asked for is read.

An uncompressed `.npz` holds each array as an `.npy`, byte for byte as it lies in memory. A large one is not
read but mapped: the file is the array. An array that is made is mapped likewise, to a file without a name in
`data`, which is gone when the process ends, however it ends. The system keeps of either what it has room for;
none of it counts as the process's own.

Only arrays of bytes, as images are: they may begin anywhere in a file.
"""

import os
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

LARGE = 2**28  # bytes from which an array lies on disk: ten times MNIST, but none of the known data sets
HEADER = 30  # bytes of a zip member's header before its name and its extra field, whose lengths are last
BLOCK = 2**24  # numbers of a block: 64 MB in float32, and all of MNIST's test set
FEWEST = 500  # images of a block: a model is given so many at once


class Place(NamedTuple):
    """Where in a file an array of bytes begins, and its shape."""

    start: int
    shape: tuple[int, ...]


def place_of(member: zipfile.ZipInfo, path: Path | str) -> Place | None:
    """Where the array in `member` of the archive at `path` is, if it is large and can be mapped."""
    if member.compress_type != zipfile.ZIP_STORED or member.file_size < LARGE:
        return None
    with open(path, "rb") as file:
        file.seek(member.header_offset)
        lengths = struct.unpack("<HH", file.read(HEADER)[-4:])
        file.seek(sum(lengths), os.SEEK_CUR)
        if np.lib.format.read_magic(file) != (1, 0):  # longer headers are of other types than bytes
            return None
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(file)
        return Place(file.tell(), shape) if kind == np.uint8 and not by_columns else None


def mapped(path: Path | str, place: Place) -> UInt8[np.ndarray, "..."]:
    """The array at `place`, read-only: nothing can change an output of DVC."""
    warnings.filterwarnings("ignore", "The given NumPy array is not writable")  # PyTorch's, of each tensor
    return np.memmap(path, np.uint8, "r", *place)


def empty(shape: tuple[int, ...]) -> UInt8[np.ndarray, "..."]:
    """An array of bytes to be filled.

    Raises:
        OSError: no room left on the disk.
    """
    size = prod(shape)
    if size < LARGE:
        return np.empty(shape, np.uint8)
    Path("data").mkdir(exist_ok=True)
    with tempfile.TemporaryFile(dir="data") as file:
        if hasattr(os, "posix_fallocate"):  # now: a full disk later would end the process unheard
            os.posix_fallocate(file.fileno(), 0, size)
        return np.memmap(file, np.uint8, "r+", 0, shape)


def filled(shape: tuple[int, ...], parts: Iterable[UInt8[np.ndarray, "_ ..."]]) -> UInt8[np.ndarray, "..."]:
    """An array of bytes of `shape`, filled with `parts` one behind the other."""
    whole, start = empty(shape), 0
    for part in parts:
        whole[start : start + len(part)] = part
        start += len(part)
    return whole


def joined(*arrays: UInt8[np.ndarray, "_ ..."]) -> UInt8[np.ndarray, "..."]:
    """All of `arrays`, one behind the other."""
    shape = sum(map(len, arrays)), *arrays[0].shape[1:]
    return filled(shape, (array[block] for array in arrays for block in blocks(array.shape)))


def blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of an array of `shape`, one behind the other, each of which is small enough to compute with."""
    size = max(1, BLOCK // max(1, prod(shape[1:])) // FEWEST) * FEWEST
    return (slice(start, start + size) for start in range(0, shape[0], size))
