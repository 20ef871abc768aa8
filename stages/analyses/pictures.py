"""The pictures of one model as arrays: reconstructions, interpolations, samples, walks, histograms, filters.

Images are uint8, grey (…, height, width) or RGB (…, height, width, 3); an output beyond [0, 1] is clipped.
Sparse codes (WTA) have 2000 units or whole maps, of which few are active: there the nearest thing that makes
sense is shown, as the methods say. Images are encoded from their noisy copies, which is what the models were
trained to read; `codes` are of clean ones.
"""

import numpy as np
import torch
from jaxtyping import Float, Integer, UInt8

from stages.analyses import filters, sampling, walks
from stages.analyses.batches import map_codes, map_images
from stages.analyses.pairs import pairs_in_order
from stages.analyses.settings import EmbedSettings
from stages.common.runtime import Runtime
from stages.images.datasets import NoisyImages
from stages.images.pixels import channels_first, channels_last, to_bytes, to_unit
from stages.models.interface import Autoencoder

MEASURED = 200  # lines and random codes whose likeness to real images is measured: ten, as shown, are too few
MOST_FILTERS = 64  # as many as a figure shows legibly
SPARSE_SAMPLE = 500  # images whose sparse codes stand for all: maps of 28 × 28 would fill the memory

Arrays = dict[str, np.ndarray]


class Pictures:
    """Arrays of every picture of `model`.

    Args:
        codes: features of the training images (n, d); for AE and VAE these are what `decode` takes.
        amounts: how many images, steps, samples and coordinates.
    """

    def __init__(
        self,
        model: Autoencoder,
        codes: Float[np.ndarray, "n d"],
        train: NoisyImages,
        test: NoisyImages,
        amounts: EmbedSettings,
        runtime: Runtime,
        generator: np.random.Generator,
    ) -> None:
        self.model, self.codes, self.train, self.test = model, codes, train, test
        self.amounts, self.runtime, self.generator = amounts, runtime, generator

    def all(self) -> Arrays:
        """Every array that `plot` draws."""
        return (
            self.reconstructions()
            | self.interpolation()
            | self.samples()
            | self.measured()
            | self.walk()
            | self.histograms()
            | self.filters()
            | self.feature_maps()
        )

    def reconstructions(self) -> Arrays:
        """The first training and test images: noisy input, reconstruction, clean target."""
        arrays = {}
        for name, part in (("train", self.train), ("test", self.test)):
            noisy, clean = part.noisy[: self.amounts.images], part.clean[: self.amounts.images]
            outputs = map_images(self.model.reconstruct, noisy, self.runtime)
            arrays |= {
                f"{name}_noisy": noisy,
                f"{name}_reconstruction": _as_bytes(outputs),
                f"{name}_clean": clean,
            }
        return arrays

    def interpolation(self) -> Arrays:
        """Straight lines in code space from a training image of each class to a test image of the next.

        Without classes from a training image to a test image, whatever they show.
        """
        classes = np.unique(self.train.labels)
        turns = np.arange(self.amounts.images)
        starts = self.train.noisy[_one_of_each(self.train.labels, classes[turns % len(classes)])]
        ends = self.test.noisy[_one_of_each(self.test.labels, classes[(turns + 1) % len(classes)])]
        line = walks.interpolate(self._encode(starts), self._encode(ends), self.amounts.steps)
        return {
            "interpolation": self._decode_all(line),
            "interpolation_start": starts,
            "interpolation_end": ends,
        }

    def samples(self) -> Arrays:
        """Codes that no image has, decoded: from the prior, and fitted to the codes.

        Sparse codes instead: real codes with their units permuted, and every unit from its own histogram.
        """
        prior, fitted = self._random_codes(self.amounts.samples, self.generator)
        return {"samples_prior": prior, "samples_fitted": fitted}

    def measured(self) -> Arrays:
        """What is measured and not shown: more random codes, and middles of lines between test images.

        A line leads from one of the first test images to the next one of another class, if there are classes;
        `measured_crossfades` are mixtures of the pixels of its two decoded ends.
        """
        pairs = pairs_in_order(self.test.labels, MEASURED)
        starts, ends = (self._encode(self.test.noisy[index]) for index in pairs.T)
        middles = self._decode(((starts + ends) / 2).astype(starts.dtype))
        fades = (self._decode(starts).astype(np.uint16) + self._decode(ends) + 1) // 2
        prior, fitted = self._random_codes(MEASURED, self.generator.spawn(1)[0])
        return {
            "measured_middles": middles,
            "measured_crossfades": fades.astype(np.uint8),
            "measured_prior": prior,
            "measured_fitted": fitted,
        }

    def _random_codes(
        self, count: int, generator: np.random.Generator
    ) -> tuple[UInt8[np.ndarray, "count height width *rgb"], UInt8[np.ndarray, "count height width *rgb"]]:
        if self._is_sparse:
            codes = self._encode(self.train.noisy[:SPARSE_SAMPLE])
            prior = sampling.permuted_units(codes, count, generator)
            fitted = sampling.independent_units(codes, count, generator)
        else:
            prior = sampling.standard_normal(count, self.codes.shape[1], generator)
            fitted = sampling.fitted_gaussian(self.codes, count, generator)
        return self._decode(prior), self._decode(fitted)

    def walk(self) -> Arrays:
        """Each of several coordinates from its 1st to its 99th percentile, the others as in a test image.

        Sparse codes instead: test images built up from their strongest units, more and more of them.
        """
        if self._is_sparse:
            return self._build_up()
        image = self.test.noisy[:1]
        coordinates = walks.most_varied(self.codes, self.amounts.coordinates)
        values = walks.percentile_values(self.codes[:, coordinates], self.amounts.steps)
        codes = walks.walk(self._encode(image)[0], coordinates, values)
        return {
            "walk": self._decode_all(codes),
            "walk_coordinates": coordinates,
            "walk_values": values,
            "walk_image": image[0],
        }

    def _build_up(self) -> Arrays:
        images = self.test.noisy[: self.amounts.coordinates]
        codes = self._encode(images)
        active = int(np.count_nonzero(codes.reshape(len(codes), -1), axis=1).max())
        counts = np.unique(np.geomspace(1, max(active, 1), self.amounts.steps).round().astype(int))
        parts = np.stack([walks.strongest(codes, count) for count in counts.tolist()], axis=1)
        return {"walk": self._decode_all(parts), "walk_counts": counts, "walk_images": images}

    def histograms(self) -> Arrays:
        """The most varied coordinates of the training images' codes (of features, where codes are sparse)."""
        coordinates = walks.most_varied(self.codes, self.amounts.coordinates)
        return {"histogram_codes": self.codes[:, coordinates], "histogram_coordinates": coordinates}

    def filters(self) -> Arrays:
        """Weights of the first and of the last layer that can be seen as images; the strongest first."""
        return {
            "encoder_filters": _strongest(filters.encoder_filters(self.model).cpu().numpy()),
            "decoder_filters": _strongest(filters.decoder_filters(self.model).cpu().numpy()),
        }

    def feature_maps(self) -> Arrays:
        """Activations of each encoder layer for the first test image."""
        image = self.test.noisy[0]
        inputs = channels_first(torch.from_numpy(image[None]).to(self.runtime.device))
        maps = filters.feature_maps(self.model, to_unit(inputs))
        arrays = {f"maps_{layer}": part.cpu().numpy() for layer, part in enumerate(maps, start=1)}
        return arrays | {"maps_image": image}

    @property
    def _is_sparse(self) -> bool:
        return self.model.code_kind == "sparse"

    def _encode(self, images: UInt8[np.ndarray, "n height width *rgb"]) -> Float[np.ndarray, "n *code"]:
        return map_images(self.model.encode, images, self.runtime)

    def _decode(self, codes: Float[np.ndarray, "n *code"]) -> UInt8[np.ndarray, "n height width *rgb"]:
        return _as_bytes(map_codes(self.model.decode, codes, self.runtime))

    def _decode_all(
        self, codes: Float[np.ndarray, "rows columns *code"]
    ) -> UInt8[np.ndarray, "rows columns height width *rgb"]:
        images = self._decode(codes.reshape(-1, *codes.shape[2:]))
        return images.reshape(*codes.shape[:2], *images.shape[1:])


def _as_bytes(
    images: Float[np.ndarray, "n channels height width"],
) -> UInt8[np.ndarray, "n height width *rgb"]:
    return channels_last(to_bytes(torch.from_numpy(images)))


def _one_of_each(labels: UInt8[np.ndarray, "n"], wanted: UInt8[np.ndarray, "m"]) -> Integer[np.ndarray, "m"]:
    """Indices of images of the `wanted` classes; a class wanted again gives its next image."""
    seen: dict[int, int] = {}
    indices = []
    for label in wanted.tolist():
        members = np.flatnonzero(labels == label)
        indices.append(members[seen.get(label, 0) % len(members)])
        seen[label] = seen.get(label, 0) + 1
    return np.array(indices)


def _strongest(kernels: Float[np.ndarray, "f h w *rgb"]) -> Float[np.ndarray, "most h w *rgb"]:
    order = np.argsort(-np.square(kernels).sum(axis=tuple(range(1, kernels.ndim))), kind="stable")
    return kernels[order[:MOST_FILTERS]]
