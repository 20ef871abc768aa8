"""Images that are nearly real: made from real ones, by means that no image is really made by.

    cross-fade    w a + (1 − w) b, two images mixed pixel by pixel, 0.3 ≤ w ≤ 0.7
    overlay       max(a, b): both at once
    half          one image to one side of a line through the middle, another to the other
    broken        an image with a square of ink gone, or another image's square in its place
    noise         smooth random blobs, as bright as ink

What decoders make is softer than what was scanned. So that softness tells nothing, real images and
impostors alike are `softened`: blurred by as much as a decoder may blur, with the contrast of ink put back.
"""

import numpy as np
from jaxtyping import Float, Integer, UInt8
from scipy.ndimage import gaussian_filter

Images = UInt8[np.ndarray, "n 28 28"]
Grey = Float[np.ndarray, "n 28 28"]

KINDS = ("cross-fade", "overlay", "half", "broken", "noise")
BLUR = (0.0, 0.5, 0.75, 1.0)  # standard deviations in pixels, equally often
SQUARE = (8, 14)  # side of what is cut out, in pixels of 28
INK = 0.5  # of the brightest pixel: counts as ink


def impostors(
    images: Images, labels: UInt8[np.ndarray, "n"], kind: str, generator: np.random.Generator
) -> Images:
    """As many impostors of a kind as there are images, which they are made from, each from two classes."""
    first = images.astype(np.float32)
    second = first[partners(labels, generator)]
    made = {
        "cross-fade": cross_fades,
        "overlay": lambda a, b, _: np.maximum(a, b),
        "half": halves,
        "broken": broken,
        "noise": blobs,
    }[kind](first, second, generator)
    return made.clip(0, 255).round().astype(np.uint8)


def partners(labels: UInt8[np.ndarray, "n"], generator: np.random.Generator) -> Integer[np.ndarray, "n"]:
    """For each image the index of one of another class: two 1s laid over each other may well be a real 1.

    Where all are of one class, any other image.
    """
    chosen = generator.permutation(len(labels))
    if len(np.unique(labels)) > 1:
        while (same := labels[chosen] == labels).any():
            chosen[same] = generator.integers(len(labels), size=same.sum())
    return chosen


def cross_fades(first: Grey, second: Grey, generator: np.random.Generator) -> Grey:
    """w a + (1 − w) b, in half of them with the contrast put back: σ of a decoder makes light ink dark."""
    share = generator.uniform(0.3, 0.7, (len(first), 1, 1)).astype(np.float32)
    mixed = share * first + (1 - share) * second
    strong = generator.random((len(first), 1, 1)) < 0.5
    return np.where(strong, with_contrast(mixed), mixed)


def halves(first: Grey, second: Grey, generator: np.random.Generator) -> Grey:
    """One image where n · (x, y) > 0, with n of a random direction, the other elsewhere."""
    height, width = first.shape[1:]
    angle = generator.uniform(0, 2 * np.pi, (len(first), 1, 1))
    y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1])[:, None, None] / 2
    return np.where(np.cos(angle) * x + np.sin(angle) * y > 0, first, second)


def broken(first: Grey, second: Grey, generator: np.random.Generator) -> Grey:
    """With a square around some pixel of ink blank, or (half of them) as another image has it there."""
    made = first.copy()
    filled = generator.random(len(first)) < 0.5
    for image, other, fill in zip(made, second, filled, strict=True):
        side = int(generator.integers(*SQUARE))
        ink = np.argwhere(image >= INK * max(image.max(), 1))
        top, left = np.maximum(ink[generator.integers(len(ink))] - side // 2, 0)
        place = np.s_[top : top + side, left : left + side]
        image[place] = other[place] if fill else 0
    return made


def blobs(first: Grey, second: Grey, generator: np.random.Generator) -> Grey:
    """Smooth noise, cut off such that about as much is ink as in the images."""
    noise = gaussian_filter(generator.standard_normal(first.shape), (0, 1.5, 1.5)).astype(np.float32)
    share = float((first > 127).mean())
    low, high = np.quantile(noise, [1 - 2 * share, 1 - share / 2])
    return 255 * (noise - low) / (high - low)


def softened(images: Images, generator: np.random.Generator) -> Images:
    """Each blurred by one of `BLUR`, with its contrast put back."""
    chosen = generator.integers(len(BLUR), size=len(images))
    made = images.astype(np.float32)
    for index, blur in enumerate(BLUR):
        if blur:
            some = chosen == index
            made[some] = with_contrast(gaussian_filter(made[some], (0, blur, blur)))
    return made.clip(0, 255).round().astype(np.uint8)


def with_contrast(images: Grey) -> Grey:
    """Each image stretched until its brightest pixel is white again; a black one stays."""
    return images * (255 / np.maximum(images.max(axis=(1, 2), keepdims=True), 1))
