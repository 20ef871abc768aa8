"""How near a model is to the identity: what it makes of images that are no digits, and what its filters are.

The identity gives every image back. A model that has learned what digits look like fails on noise, and
answers a single pixel with a shape (`analyses/lit_pixel.py`).
"""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from stages.analyses.batches import map_images
from stages.common.runtime import Runtime
from stages.images.datasets import SIDE
from stages.models.interface import Autoencoder

LEAST = 1e-12  # of an energy that is divided by


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
