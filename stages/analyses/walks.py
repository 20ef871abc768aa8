"""Straight lines in code space: between two images, and along one coordinate."""

import numpy as np
from jaxtyping import Float, Integer


def interpolate(
    starts: Float[np.ndarray, "pairs *code"], ends: Float[np.ndarray, "pairs *code"], steps: int
) -> Float[np.ndarray, "pairs steps *code"]:
    """`steps` evenly spaced codes from each start to its end, both included."""
    share = np.linspace(0, 1, steps, dtype=np.float32).reshape(1, steps, *[1] * (starts.ndim - 1))
    return (1 - share) * starts[:, None] + share * ends[:, None]


def walk(
    code: Float[np.ndarray, "d"], coordinates: Integer[np.ndarray, "c"], values: Float[np.ndarray, "c steps"]
) -> Float[np.ndarray, "c steps d"]:
    """Copies of `code` in which one coordinate at a time takes its row of `values`, the others fixed."""
    codes = np.tile(code, (*values.shape, 1))
    codes[np.arange(len(coordinates))[:, None], np.arange(values.shape[1]), coordinates[:, None]] = values
    return codes


def percentile_values(
    codes: Float[np.ndarray, "n c"], steps: int, low: float = 1, high: float = 99
) -> Float[np.ndarray, "c steps"]:
    """`steps` evenly spaced values from the `low`th to the `high`th percentile of each column."""
    bottom, top = np.percentile(codes, [low, high], axis=0)
    return np.linspace(bottom, top, steps, axis=1).astype(np.float32)


def most_varied(codes: Float[np.ndarray, "n d"], count: int) -> Integer[np.ndarray, "c"]:
    """The (at most) `count` coordinates with the largest variance, largest first."""
    # not codes.var(axis=0), which would copy all codes: 1.4 GB of a convolutional model on MNIST
    squares = np.einsum("nd,nd->d", codes, codes, dtype=np.float64) / len(codes)
    variance = squares - np.square(codes.mean(axis=0, dtype=np.float64))
    return np.argsort(-variance, kind="stable")[:count]


def strongest(codes: Float[np.ndarray, "n *code"], count: int) -> Float[np.ndarray, "n *code"]:
    """The `count` largest values of each code, 0 elsewhere."""
    flat = codes.reshape(len(codes), -1)
    order = np.argsort(-flat, axis=1, kind="stable")[:, :count]
    kept = np.zeros_like(flat)
    np.put_along_axis(kept, order, np.take_along_axis(flat, order, axis=1), axis=1)
    return kept.reshape(codes.shape)
