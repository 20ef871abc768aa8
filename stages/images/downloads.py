"""MNIST, Fashion-MNIST and KMNIST, as published: 60 000 training and 10 000 test images of ten classes each.

All come as four IDX files, in the layout that torchvision gives them below `data/downloads`:

    MNIST/raw/         train-images-idx3-ubyte   train-labels-idx1-ubyte
    FashionMNIST/raw/  t10k-images-idx3-ubyte    t10k-labels-idx1-ubyte
    KMNIST/raw/

each packed (.gz), unpacked, or both. torchvision downloads them; this module checks and reads them,
since an IDX file is a header and bytes, while importing torchvision takes some seconds.

References: http://yann.lecun.com/exdb/mnist (also the format), https://arxiv.org/abs/1708.07747,
https://arxiv.org/abs/1812.01718.
"""

import gzip
import hashlib
import shutil
import socket
import struct
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import numpy as np

from stages.common.errors import StudyError
from stages.images.datasets import SIDE, Images

DOWNLOADS = Path("data/downloads")
CLASSES = 10
TEST_IMAGES = 10_000
SECONDS_OF_SILENCE = 30  # after which a server counts as out of reach

# What torchvision calls the sets and their folders
TORCHVISION = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}

SHAPES = {
    "train-images-idx3-ubyte": (60_000, SIDE, SIDE),
    "train-labels-idx1-ubyte": (60_000,),
    "t10k-images-idx3-ubyte": (TEST_IMAGES, SIDE, SIDE),
    "t10k-labels-idx1-ubyte": (TEST_IMAGES,),
}

# MNIST is known by its unpacked files, so that anyone may have packed them; the others by their packed ones
MD5 = {
    "MNIST": {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
    "KMNIST": {
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
    },
}


def published(dataset: str) -> tuple[Images, Images]:
    """Give training and test set of `dataset`, a key of `TORCHVISION`; download what is not there.

    Raises:
        StudyError: no network, or a file that is damaged.
    """
    folder = raw_folder(dataset)
    if not is_complete(folder):
        download(dataset, folder)
    return _read(folder, "train"), _read(folder, "t10k")


def raw_folder(dataset: str) -> Path:
    """Give the folder of the IDX files of `dataset`."""
    return downloads_folder() / TORCHVISION[dataset] / "raw"


def downloads_folder() -> Path:
    """Give `data/downloads` of the user's own checkout, also in an experiment's copy of it.

    DVC runs queued experiments in copies below `.dvc/tmp/exps/`, which hold only what git or DVC tracks:
    without this, every experiment would download the data again.
    """
    for folder in Path.cwd().parents:
        if folder.parts[-3:] == (".dvc", "tmp", "exps"):
            return folder.parents[2] / DOWNLOADS
    return DOWNLOADS


def is_complete(folder: Path) -> bool:
    """Are all four files in `folder`, packed or unpacked?"""
    return all(_packed_or_not(folder, name).exists() for name in SHAPES)


def download(dataset: str, folder: Path) -> None:
    """Download the files into `folder`.

    Raises:
        StudyError: no network.
    """

    def fetch(root: Path) -> None:
        import torchvision.datasets

        getattr(torchvision.datasets, TORCHVISION[dataset])(root, download=True)

    files = f"{', '.join(SHAPES)} (packed as .gz, or unpacked) into {folder.absolute()}"
    download_whole(dataset, files, folder.parents[1], fetch, lambda: is_complete(folder))


def download_whole(
    dataset: str,
    files: str,
    downloads: Path,
    fetch: Callable[[Path], object],
    is_there: Callable[[], bool],
) -> None:
    """Have torchvision `fetch` a data set to `downloads`, with its progress bars; `files` belong there.

    They arrive in a folder of their own and are renamed when all are whole, so that a download that was cut
    off leaves nothing behind that looks whole; and one process does it at a time, while others wait.

    Raises:
        StudyError: no network.
    """
    from filelock import FileLock

    downloads.mkdir(parents=True, exist_ok=True)
    with FileLock(downloads / ".lock"):
        if is_there():  # another process has done it in the meantime
            return
        arriving = downloads / ".arriving"
        shutil.rmtree(arriving, ignore_errors=True)
        socket.setdefaulttimeout(SECONDS_OF_SILENCE)
        try:
            fetch(arriving)
        except (RuntimeError, URLError, ConnectionError, TimeoutError, HTTPException) as error:
            reason = str(error).strip().splitlines()[-1]
            raise StudyError(
                f"{dataset} cannot be downloaded ({reason}); connect to the network, or put {files}, or set "
                "data.dataset to mnist-5k, which needs no download"
            ) from None
        for file in [path for path in arriving.rglob("*") if path.is_file()]:
            place = downloads / file.relative_to(arriving)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
        shutil.rmtree(arriving)


def _read(folder: Path, part: str) -> Images:
    labels = _read_idx(folder, f"{part}-labels-idx1-ubyte")
    if not np.array_equal(np.unique(labels), np.arange(CLASSES)):
        raise StudyError(
            f"{folder}: the labels of {part} should be 0 to 9; delete the folder to download it again"
        )
    return Images(_read_idx(folder, f"{part}-images-idx3-ubyte"), labels)


def _read_idx(folder: Path, name: str) -> np.ndarray:
    """Read and check the IDX file `name`: zeros and type (4 bytes), sizes (4 bytes each), then the values."""
    path, shape = _packed_or_not(folder, name), SHAPES[name]
    content = _unpacked(path, MD5[folder.parent.name])
    header = struct.pack(f">{1 + len(shape)}I", 0x0800 + len(shape), *shape)  # 0x08: unsigned bytes
    if len(content) != len(header) + np.prod(shape) or not content.startswith(header):
        raise _damaged(
            path, f"{len(content)} bytes that should be {len(header) + np.prod(shape)}, for {shape} values"
        )
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _unpacked(path: Path, md5s: dict[str, str]) -> bytes:
    """Give the unpacked content of `path`, checked against those of `md5s` that fit."""
    if path.is_dir():
        raise _damaged(path, "it is a folder")
    content = _verified(path.read_bytes(), path, md5s.get(path.name))
    if path.suffix != ".gz":
        return content
    try:
        return _verified(gzip.decompress(content), path, md5s.get(path.stem))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, type(error).__name__) from None


def _verified(content: bytes, path: Path, md5: str | None) -> bytes:
    if md5 and hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise _damaged(path, f"{len(content)} bytes with another MD5 than the original's")
    return content


def _damaged(path: Path, reason: str) -> StudyError:
    return StudyError(f"{path} is truncated or changed ({reason}); delete it to download it again")


def _packed_or_not(folder: Path, name: str) -> Path:
    # the packed file first: of Fashion-MNIST, only its checksum is known
    packed = folder / f"{name}.gz"
    return packed if packed.exists() else folder / name
