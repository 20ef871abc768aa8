"""Small stand-ins for the arrays that figures are drawn from: the shapes of the real ones, random content."""

import numpy as np
import pandas as pd

from stages.cards.card import cards
from stages.figures.subject import Subject

SUBJECTS = {key: Subject.of(card) for key, card in cards().items()}


def images(*shape: int, seed: int = 0) -> np.ndarray:
    """Random images as uint8, shape (*shape, 28, 28)."""
    return np.random.default_rng(seed).integers(0, 256, (*shape, 28, 28), dtype=np.uint8)


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal float32 numbers."""
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def labels(n: int, classes: int = 10) -> np.ndarray:
    """Class labels 0 … classes - 1 in turn."""
    return (np.arange(n) % classes).astype(np.uint8)


def meanings(n: int = 4) -> pd.DataFrame:
    """What `data/embeddings/<model>/coordinates.csv` holds of a plain code; the last row has no name."""
    return pd.DataFrame(
        {
            "coordinate": np.arange(n),
            "measure": (["slant", "height"] * n)[:n],
            "share": np.linspace(0.3, 0.9, n),
            "limit": 0.25,
            "sign": 1,
            "classes_agreeing": 8,
            "classes": 10,
            "named": (np.arange(n) < n - 1).astype(int),
        }
    )


def units() -> pd.DataFrame:
    """What `coordinates.csv` holds of a sparse code."""
    return pd.DataFrame(
        {
            "unit": np.arange(4),
            "kind": ["stroke", "noise", "stroke", "stroke"],
            "where": ["top", "left", "middle", "top"],
            "slant": [-10.0, 3.0, 0.0, 20.0],
        }
    )


def all_pictures(n: int = 10) -> dict[str, np.ndarray]:
    """What `data/embeddings/<model>/pictures.npz` holds."""
    kinds = [f"{part}_{kind}" for part in ("train", "test") for kind in ("noisy", "reconstruction", "clean")]
    return {
        **{kind: images(n, seed=seed) for seed, kind in enumerate(kinds)},
        "interpolation": images(n, n),
        "interpolation_start": images(n),
        "interpolation_end": images(n, seed=1),
        "samples_prior": images(2 * n),
        "samples_fitted": images(2 * n, seed=1),
        **{f"measured_{kind}": images(6, seed=2) for kind in ("middles", "crossfades", "prior", "fitted")},
        "walk": images(4, 7),
        "walk_coordinates": np.arange(4),
        "walk_values": numbers(4, 7),
        "walk_image": images(),
        "walk_counts": np.arange(1, 8),
        "walk_images": images(4),
        "histogram_codes": np.maximum(numbers(50, 5), 0),
        "histogram_coordinates": np.arange(5),
        "encoder_filters": numbers(20, 5, 5),
        "decoder_filters": numbers(16, 28, 28),
        "maps_image": images(),
        "maps_1": np.maximum(numbers(20, 14, 14), 0),
        "maps_2": numbers(10),
    }
