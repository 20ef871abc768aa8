"""Files that stages hand to each other: written whole or not at all, and loaded without running code.

Arrays are `.npz` without pickle, tables are CSV, facts are JSON. All are functions of their content alone:
no timestamps, so that equal results have equal bytes. Images that would fill the memory stay on disk
(`large_arrays.py`).
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from stages.common.errors import StudyError
from stages.common.large_arrays import mapped, place_of

CHUNK = 2**20  # bytes


@contextmanager
def written_whole(path: Path | str) -> Iterator[Path]:
    """Give a temporary path beside `path`, and rename it to `path` when the block ends without error.

    A process that is killed leaves its temporary file behind; the next one that writes `path` removes it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left_behind in path.parent.glob(f".{path.stem}-????????{path.suffix}"):
        left_behind.unlink(missing_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp gives 0o600, which other users of the project could not read
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def save_arrays(path: Path | str, **arrays: np.ndarray) -> None:
    """Write named arrays as an uncompressed `.npz`: reading it back costs no more than the disk.

    By hand, since the headers that `np.savez` has Python write differ between versions of Python.
    """
    with written_whole(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            member.file_size = array.nbytes + 1000  # or a little less: large members need another header
            with archive.open(member, "w") as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)


def load_arrays(path: Path | str, *names: str) -> dict[str, np.ndarray]:
    """Read the arrays called `names` of an `.npz`; all of them if none is named. Large ones are read-only.

    Raises:
        StudyError: missing, truncated, without one of `names`, or with Python objects inside.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: _array(path, archive, name) for name in names or archive.files}
    except Exception as error:  # NumPy and zipfile raise a dozen kinds for a damaged file
        raise _unreadable(path, error) from None


def load_typed(path: Path | str, **types: type) -> dict[str, np.ndarray]:
    """Read the arrays that `types` names, each of which has to fit its type: `labels=UInt8[np.ndarray, "n"]`.

    Raises:
        StudyError: as from `load_arrays`; other numbers or another shape than a type says, two lengths of an
            axis of one name, nothing in an array, or NaN.
    """
    arrays, lengths = load_arrays(path, *types), {}
    for name, kind in types.items():
        if fault := _fault(arrays[name], kind, lengths):
            raise StudyError(f"{path}: {name} {fault}; delete it, and `dvc repro` makes it again")
    return arrays


def save_table(path: Path | str, table: "pandas.DataFrame") -> None:
    """Write a table as CSV without its index, floats with six significant digits."""
    with written_whole(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def load_table(path: Path | str) -> "pandas.DataFrame":
    """Read a CSV under a line of names.

    Raises:
        StudyError: missing or damaged.
    """
    import pandas  # only here: it takes 0.3 s, and most stages have no table to read

    try:
        text = Path(path).read_text(encoding="utf-8")
        if not text.endswith("\n"):
            raise ValueError("cut off within a row")
        return pandas.read_csv(io.StringIO(text), index_col=False)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def save_json(path: Path | str, content: dict[str, Any], digits: int = 6) -> None:
    """Write `content` as JSON, floats rounded to so many significant digits (17 keep them as they are)."""
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(_rounded(content, digits), indent=2, allow_nan=False) + "\n")


def load_json(path: Path | str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        StudyError: missing or broken.
    """
    try:
        content = json.loads(Path(path).read_text())
        if not isinstance(content, dict):
            raise ValueError("no JSON object")
        return content
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _array(path: Path | str, archive: "np.lib.npyio.NpzFile", name: str) -> np.ndarray:
    member = archive.zip.NameToInfo.get(f"{name}.npy")
    place = place_of(member, path) if member else None
    if place is None:
        return archive[name]
    with archive.zip.open(member) as content:
        while content.read(CHUNK):  # to the end, where the checksum is compared
            pass
    return mapped(path, place)


def _fault(found: np.ndarray, kind: type, lengths: dict[str, tuple[int, ...]]) -> str | None:
    """What is wrong with `found`; `lengths`, of axes by name, is added to."""
    axes = kind.dim_str.split()
    wanted = [length for axis in axes for length in lengths.get(axis, (axis,))]
    if not isinstance(found, kind) or any(
        lengths.setdefault(axis, length) != length for axis, length in _by_axis(axes, found.shape)
    ):
        return f"is {found.dtype} {_shape(found.shape)}; it should be {kind.dtypes[0]} {_shape(wanted)}"
    if not found.size:
        return "is empty"
    if found.dtype.kind == "f" and not np.isfinite([found.min(), found.max()]).all():
        return "holds NaN or infinite values"
    return None


def _by_axis(axes: list[str], shape: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The length of each axis; of the last, if it is `*several`, the lengths of all that is left."""
    for place, axis in enumerate(axes):
        yield axis, shape[place:] if axis.startswith("*") else shape[place : place + 1]


def _shape(lengths: Iterable[int | str]) -> str:
    return f"({', '.join(map(str, lengths))})"


def _unreadable(path: Path | str, error: Exception) -> StudyError:
    if isinstance(error, FileNotFoundError):
        return StudyError(f"{path} does not exist; `dvc repro` makes it")
    return StudyError(
        f"{path} cannot be read ({type(error).__name__}); delete it, and `dvc repro` makes it again"
    )


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item, digits) for item in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float | np.floating) else value
