"""The code space of one trained model: straight lines through it, and random codes in it, decoded."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer

from stages.analyses.batches import map_images
from stages.analyses.decoding import decoded_images
from stages.analyses.nearest_codes import NearestCodes
from stages.analyses.reconstruction import reconstruction_error
from stages.analyses.sampling import fitted_gaussian, standard_normal
from stages.analyses.walks import interpolate
from stages.common.runtime import Runtime
from stages.common.seeds import derived
from stages.images.parts import Parts
from stages.models.interface import Autoencoder
from stages.studies.ae_or_vae.judge import Images, Lines


@dataclass(frozen=True)
class Samples:
    """Random codes, decoded, and how far they are from real ones."""

    pictures: Images
    distance: float


class Space:
    """The code space of one trained model: its codes of clean training images, and ways through it."""

    def __init__(self, model: Autoencoder, parts: Parts, runtime: Runtime) -> None:
        self.model, self.test, self.runtime = model, parts.test, runtime
        self.codes = map_images(model.features, parts.train.clean, runtime)
        unseen = map_images(model.features, parts.test.clean, runtime)
        self.nearest = NearestCodes(self.codes, parts.train.labels, unseen)

    def psnr_db(self) -> float:
        """Of denoised test images."""
        return reconstruction_error(self.model, self.test, self.runtime)["psnr_db"]

    def restored(self) -> Images:
        """The noisy test images, as the model gives them back."""
        return self.decoded(map_images(self.model.encode, self.test.noisy, self.runtime))

    def lines(self, pairs: Integer[np.ndarray, "pairs 2"], steps: int) -> Lines:
        """The straight lines between the codes of noisy test images, decoded."""
        starts, ends = (
            map_images(self.model.encode, self.test.noisy[index], self.runtime) for index in pairs.T
        )
        codes = interpolate(starts, ends, steps)
        images = self.decoded(codes.reshape(-1, codes.shape[-1]))
        return images.reshape(*codes.shape[:2], *images.shape[1:])

    def samples(self, count: int, seed: int) -> dict[str, "Samples"]:
        """Codes from N(0, I), and from the Gaussian with the mean and the covariance of the codes."""
        generator = np.random.default_rng(derived(seed, "random codes"))
        codes = {
            "standard": standard_normal(count, self.codes.shape[1], generator),
            "fitted": fitted_gaussian(self.codes, count, generator),
        }
        return {
            draw: Samples(self.decoded(some), self.nearest.distance(some)) for draw, some in codes.items()
        }

    def decoded(self, codes: Float[np.ndarray, "n k"]) -> Images:
        """What the decoder makes of `codes`."""
        return decoded_images(self.model.decode, codes, self.runtime)
