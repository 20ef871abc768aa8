"""A figure as part of a page that needs no other file."""

import base64
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from stages.common.errors import StudyError


@dataclass(frozen=True)
class Picture:
    """An image file as part of a page: its content as a URL, width and height in pixels."""

    url: str
    width: int
    height: int

    @classmethod
    def read(cls, path: Path | str) -> "Picture":
        """Read a PNG or GIF.

        Raises:
            StudyError: it is missing or damaged.
        """
        try:
            content = Path(path).read_bytes()
            with Image.open(BytesIO(content)) as image:
                kind, (width, height) = image.get_format_mimetype(), image.size
        except FileNotFoundError:
            raise StudyError(f"{path} does not exist; `dvc repro` makes it") from None
        except OSError:
            raise StudyError(f"{path} is no image; delete it, and `dvc repro` makes it again") from None
        return cls(f"data:{kind};base64,{base64.b64encode(content).decode()}", width, height)
