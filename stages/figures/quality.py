"""The PSNR that pictures are labelled with: that of `stages.common.metrics`, for images as uint8."""

import numpy as np
from jaxtyping import Float, UInt8

from stages.common import metrics


def psnr_of_each(
    images: UInt8[np.ndarray, "n h w *rgb"], targets: UInt8[np.ndarray, "n h w *rgb"]
) -> Float[np.ndarray, "n"]:
    """PSNR of each image in dB; 120 where image and target agree."""
    return metrics.psnr_db(metrics.mse(_unit(targets), _unit(images)))


def psnr_of_all(images: UInt8[np.ndarray, "n h w *rgb"], targets: UInt8[np.ndarray, "n h w *rgb"]) -> float:
    """PSNR of the mean error of all images, in dB: how the metrics count."""
    mean_error = metrics.mse(_unit(targets), _unit(images)).mean(keepdims=True)
    return float(metrics.psnr_db(mean_error)[0])


def _unit(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 255
