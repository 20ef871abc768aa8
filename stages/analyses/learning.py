"""What a model can do after each epoch, on validation images: PSNR, and the error of a quick linear probe.

The probe is the linear SVM of `probes.py`, but a quick one: C is fixed, and so few training images are shown
to it that it takes less than a tenth of the training. Its errors lie above those of the table's probe, which
sees all images and has its C chosen; what they show is how the codes change from epoch to epoch. Where
images have no classes, there is no probe, and its error is left out of the rows. Of more than 10 000
validation images the first are taken.
"""

import numpy as np

from stages.analyses.batches import map_images
from stages.analyses.probes import fit_svm
from stages.analyses.reconstruction import restored
from stages.common.metrics import mse, psnr_db
from stages.common.runtime import Runtime
from stages.images.datasets import NoisyImages
from stages.images.labels import have_classes
from stages.models.interface import Autoencoder

KNOWN = 1000  # training images that the probe sees, at most: the first, which are in random order
MEASURED = 10_000  # validation images, at most: more than all of MNIST's
C = 1.0
TOLERANCE = 1e-3  # of the SVM; one of 1e-6 changes none of the main line's errors by more than a point


class Learning:
    """Collects measures, a row an epoch; give it to `fit` as `after_epoch`. It draws no random number."""

    def __init__(self, train: NoisyImages, validation: NoisyImages, runtime: Runtime) -> None:
        self.known, self.labels = train.clean[:KNOWN], train.labels[:KNOWN]
        self.with_probe = have_classes(train.labels)
        self.validation, self.runtime = validation.first(MEASURED), runtime
        self.rows: list[dict[str, float]] = []

    def __call__(self, model: Autoencoder) -> None:
        """Measure `model` as it is now."""
        row = {"epoch": len(self.rows) + 1, "psnr_db": self.psnr(model)}
        if self.with_probe:
            row["probe_error"] = self.probe_error(model)
        self.rows.append(row)

    def psnr(self, model: Autoencoder) -> float:
        """Of the noisy validation images, restored; in dB, of the mean error over them."""
        errors = [mse(*pair) for pair in restored(model, self.validation, self.runtime)]
        return float(psnr_db(float(np.concatenate(errors).mean())))

    def probe_error(self, model: Autoencoder) -> float:
        """Share of the clean validation images that the probe puts wrong."""
        known, codes = (
            map_images(model.features, images, self.runtime) for images in (self.known, self.validation.clean)
        )
        return fit_svm(known, self.labels, C, tolerance=TOLERANCE).error(codes, self.validation.labels)
