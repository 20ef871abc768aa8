"""Files as MNIST and Fashion-MNIST are published in: a header and bytes, packed."""

import gzip
import hashlib
import struct

import numpy as np


def idx(values: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    return struct.pack(f">{1 + values.ndim}I", 0x0800 + values.ndim, *values.shape) + values.tobytes()


def packed(content: bytes) -> bytes:
    """The same, packed, whatever the time."""
    return gzip.compress(content, mtime=0)


def md5(content: bytes) -> str:
    """What a file is known by."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
