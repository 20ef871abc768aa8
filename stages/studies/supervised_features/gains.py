"""What a trained start saves a classifier, and how sure that is."""

import numpy as np
from jaxtyping import Bool


def gain(before: Bool[np.ndarray, "draws n"], after: Bool[np.ndarray, "draws n"]) -> dict[str, float]:
    """Error saved, mean over draws, and its standard error: of test images and of draws, compared in pairs.

    Images and draws are crossed, so that the two variances of the mean add up (what one image makes of one
    draw is in both: the standard error is somewhat too large, not too small).

    Args:
        before, after: which images are put wrong without and with what may help.
    """
    saved = before.astype(float) - after
    draws, images = saved.shape
    of_images = saved.mean(axis=0).std(ddof=1) / np.sqrt(images)
    of_draws = saved.mean(axis=1).std(ddof=1) / np.sqrt(draws)
    return {
        "gain": saved.mean(),
        "standard_error": float(np.hypot(of_images, of_draws)),
        "images_error": of_images,
        "draws_error": of_draws,
        "draws_that_gain": int((saved.mean(axis=1) > 0).sum()),
    }
