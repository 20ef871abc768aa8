"""How near a model is to the identity: what it makes of a lit pixel and of noise, and what its filters are.

The identity gives every image back, also one that is no digit; its response to a single lit pixel is that
pixel. A model that has learned what digits look like fails on noise, and answers a pixel with a shape.
"""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
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


def unexplained(model: Autoencoder, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime) -> float:
    """Σ (y − x)² / Σ (x − x̄)²: 0 for the identity, 1 for answering every image with one grey level."""
    outputs = map_images(model.reconstruct, images, runtime)[:, 0]
    targets = images / np.float32(255)
    return float(np.square(outputs - targets).sum() / np.square(targets - targets.mean()).sum())


def concentration(filters: Float[np.ndarray, "f h w"]) -> float:
    """Share of a filter's energy Σ w² in its largest weight, mean over filters: 1 for shifts of the image."""
    energy = np.square(filters.reshape(len(filters), -1))
    return float(np.mean(energy.max(axis=1) / np.maximum(energy.sum(axis=1), LEAST)))


def blur_share(filters: Float[np.ndarray, "f h w"]) -> float:
    """Share of a filter's energy Σ w² in its mean, mean over filters: 1 for a blur, 0 for an edge detector.

    Of n independent random weights with mean 0, 1/n.
    """
    flat = filters.reshape(len(filters), -1)
    total = np.maximum(np.square(flat).sum(axis=1), LEAST)
    return float(np.mean(np.square(flat.sum(axis=1)) / flat.shape[1] / total))


def alignment(first: Float[np.ndarray, "f h w"], second: Float[np.ndarray, "f h w"]) -> float:
    """Mean cosine of each filter with the same one in the other set: 1 where training only scaled them."""
    one, other = (filters.reshape(len(filters), -1) for filters in (first, second))
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(np.mean((one * other).sum(axis=1) / np.maximum(lengths, LEAST)))


def likeness_to_image(maps: Float[Tensor, "n maps side side"], images: Float[Tensor, "n 1 28 28"]) -> float:
    """How much maps are copies of their image: |correlation| over all pixels, mean over the maps that vary.

    A shifted copy counts: of all shifts by up to two pixels the best is taken. Smaller maps are compared with
    every 2nd (or 4th, …) pixel of the image.
    """
    step = SIDE // maps.shape[-1]
    flat = _standardised(maps.transpose(0, 1).flatten(1))  # (maps, n · side²)
    shifts = [(down, across) for down in range(-2, 3) for across in range(-2, 3)]
    copies = [images.roll(shift, (2, 3))[..., ::step, ::step].reshape(1, -1) for shift in shifts]
    correlation = flat @ _standardised(torch.cat(copies)).T / flat.shape[1]  # (maps, shifts)
    best = correlation.abs().amax(dim=1)[flat.square().sum(dim=1) > 0]
    return float(best.mean()) if len(best) else 0.0


def shuffled_pixels(
    images: UInt8[np.ndarray, "n 28 28"], generator: np.random.Generator
) -> UInt8[np.ndarray, "n 28 28"]:
    """Each image with its own pixels in random order: as bright as before, without a shape."""
    return generator.permuted(images.reshape(len(images), -1), axis=1).reshape(images.shape)


def white_noise(count: int, generator: np.random.Generator) -> UInt8[np.ndarray, "n 28 28"]:
    """Images whose pixels are uniform and independent."""
    return generator.integers(0, 256, (count, SIDE, SIDE), dtype=np.uint8)


def _standardised(rows: Float[Tensor, "rows n"]) -> Float[Tensor, "rows n"]:
    """Mean 0 and mean square 1; a constant row becomes 0."""
    centred = rows.double() - rows.double().mean(dim=1, keepdim=True)
    scale = centred.square().mean(dim=1, keepdim=True).sqrt()
    return torch.where(scale > LEAST, centred / scale.clamp(min=LEAST), 0)


def _places() -> list[tuple[int, int]]:
    return [(row, column) for row in LIT for column in LIT]
