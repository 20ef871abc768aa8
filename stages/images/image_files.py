"""One image file as an array of bytes, or one line on why it cannot be one.

An image is grey where no pixel has a colour, whatever its file says, and RGB otherwise.
"""

from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from stages.common.errors import StudyError
from stages.images.colours import in_channels, without_colour
from stages.images.shape import DIGIT, ImageShape

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm"}
GREY, COLOUR = ("1", "L", "LA"), ("P", "PA", "RGB", "RGBA", "YCbCr")  # as Pillow names what lies in files

Size = tuple[int, int]  # height and width
Image = UInt8[np.ndarray, "_ _ ..."]  # grey, or with an axis of colours


def read_image(path: Path, resize: Size | None = None, grey: bool = False) -> Image:
    """Read an image, `resized` and as grey if so wished.

    Raises:
        StudyError: it cannot be read, moves, is transparent, or has other colours than grey or RGB in 8 bits.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            _check_kind(image, path)
            opaque = not image.has_transparency_data or image.convert("RGBA").getextrema()[3][0] == 255
            pixels = np.asarray(image.convert("L" if grey or image.mode in GREY else "RGB"))
    except StudyError:
        raise
    except Exception as error:  # Pillow raises a dozen kinds for a damaged file
        raise StudyError(f"{path} cannot be read as an image ({type(error).__name__})") from None
    if not opaque:  # what shows through would be a guess
        raise StudyError(f"{path} is transparent in places; save it on a plain ground, dark if it is grey")
    return without_colour((resized(pixels, resize) if resize else pixels)[None])[0]


def resized(image: Image, size: Size) -> Image:
    """Scaled until it covers `size`, in its proportions; what sticks out is cut off, on both sides alike."""
    from PIL import Image, ImageOps

    return np.asarray(ImageOps.fit(Image.fromarray(image), size[::-1]))


def read_pictures(*paths: Path | str, shape: ImageShape = DIGIT) -> Float[np.ndarray, "n channels h w"]:
    """Read pictures for a model of images of `shape`, as float32 in [0, 1].

    Raises:
        StudyError: what `read_image` refuses, another size, colour where there should be none, or a digit
            dark on light, of which a model would make rubbish.
    """
    pictures = [in_channels(read_image(Path(path))[None], shape.channels)[0] for path in paths]
    for path, picture in zip(paths, pictures, strict=True):
        if (found := ImageShape.of(picture[None])) != shape:
            raise StudyError(f"{path} has {found}; it should have {shape}")
        border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        if shape == DIGIT and np.median(border) > 127:
            raise StudyError(f"{path} is dark on light; images should be light on dark: invert it (255 − x)")
    stacked = np.stack(pictures) / np.float32(255)
    return stacked[:, None] if shape.channels == 1 else np.moveaxis(stacked, 3, 1)


def _check_kind(image: "PIL.Image.Image", path: Path) -> None:
    if getattr(image, "n_frames", 1) > 1:
        raise StudyError(f"{path} holds {image.n_frames} images, an animation perhaps; save one of them")
    if image.mode == "CMYK":
        raise StudyError(f"{path} is CMYK, which is for printing; save it as RGB")
    if image.mode[0] in "IF":  # Pillow would cut such values off at 255
        raise StudyError(f"{path} has more than 8 bits a channel; save it with 8")
    if image.mode not in (*GREY, *COLOUR):
        raise StudyError(f"{path} has colours of the kind {image.mode}; save it as grey or RGB")
