"""What a model makes of a single lit pixel: the identity gives it back, another one answers with a shape."""

import numpy as np
import torch
from jaxtyping import Float

from stages.images.datasets import SIDE
from stages.models.interface import Autoencoder

LIT = range(10, 18)  # rows and columns of the pixels that are lit: all phases of a stride of 2, 4 or 8
REACH = 4  # pixels around a lit one that a picture of the response shows
LEAST = 1e-12  # of an energy that is divided by


@torch.inference_mode()
def lit_pixel_responses(model: Autoencoder) -> Float[np.ndarray, "pixels 28 28"]:
    """f(e_p) − f(0), f the model, e_p an image black but for pixel p: for all p of the middle 8 × 8."""
    lit = torch.zeros(len(LIT) ** 2, 1, SIDE, SIDE)
    for number, (row, column) in enumerate(_places()):
        lit[number, 0, row, column] = 1
    return (model(lit) - model(torch.zeros(1, 1, SIDE, SIDE)))[:, 0].float().numpy()


def centre_share(responses: Float[np.ndarray, "pixels 28 28"]) -> float:
    """Share of a response's energy Σ r² in the pixel that was lit, mean over pixels: 1 for the identity."""
    energy = np.square(responses)
    centre = np.array([one[place] for one, place in zip(energy, _places(), strict=True)])
    return float(np.mean(centre / np.maximum(energy.sum(axis=(1, 2)), LEAST)))


def gain(responses: Float[np.ndarray, "pixels 28 28"]) -> float:
    """Mean response in the pixel that was lit: 1 for the identity."""
    return float(np.mean([one[place] for one, place in zip(responses, _places(), strict=True)]))


def effective_kernel(responses: Float[np.ndarray, "pixels 28 28"]) -> Float[np.ndarray, "side side"]:
    """Mean response around the pixel that was lit, which is in the middle."""
    windows = [
        one[row - REACH : row + REACH + 1, column - REACH : column + REACH + 1]
        for one, (row, column) in zip(responses, _places(), strict=True)
    ]
    return np.mean(windows, axis=0)


def _places() -> list[tuple[int, int]]:
    return [(row, column) for row in LIT for column in LIT]
