"""Files: whole or not at all, without code inside, the same bytes for the same content."""

import math
import pickle
import subprocess
import sys
import time
import zipfile

import numpy as np
import pandas as pd
import pytest
from jaxtyping import Float32, UInt8

from stages.common.artifacts import (
    load_arrays,
    load_json,
    load_table,
    load_typed,
    save_arrays,
    save_json,
    save_table,
    written_whole,
)
from stages.common.errors import StudyError

ARRAYS = {
    "images": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
    "codes": np.linspace(-1, 1, 5, dtype=np.float32),
    "labels": np.array([3, 1], np.uint8),
}


class Bomb:
    """Runs code when unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("code in a file was run",))


def files(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_arrays_come_back_with_their_names_types_and_values(tmp_path):
    save_arrays(tmp_path / "a.npz", **ARRAYS)
    loaded = load_arrays(tmp_path / "a.npz")
    assert list(loaded) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert loaded[name].dtype == array.dtype
        np.testing.assert_array_equal(loaded[name], array)


def test_the_same_content_has_the_same_bytes_at_any_time(tmp_path, monkeypatch):
    save_arrays(tmp_path / "a.npz", **ARRAYS)
    save_json(tmp_path / "a.json", {"b": 1 / 3, "a": [1, 2]})
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    save_arrays(tmp_path / "b.npz", **ARRAYS)
    save_json(tmp_path / "b.json", {"b": 1 / 3, "a": [1, 2]})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_an_archive_carries_no_date(tmp_path):
    save_arrays(tmp_path / "a.npz", **ARRAYS)
    dates = {entry.date_time for entry in zipfile.ZipFile(tmp_path / "a.npz").infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text("old")

    def fail() -> None:
        with written_whole(path) as temporary:
            temporary.write_text("half of the n")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        fail()
    assert path.read_text() == "old"
    assert files(tmp_path) == ["facts.json"]


def test_inside_the_block_the_old_file_is_still_whole(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text("old")
    with written_whole(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.parent == path.parent  # a rename across disks would be a copy
    assert path.read_text() == "new"
    assert files(tmp_path) == ["facts.json"]


def test_what_a_killed_process_left_behind_is_removed_and_nothing_else(tmp_path):
    for name in (
        ".facts-a1b2c3_d.json",
        ".facts-a1b2c3_d.npz",
        ".other-a1b2c3_d.json",
        "facts-a1b2c3_d.json",
    ):
        (tmp_path / name).touch()
    save_json(tmp_path / "facts.json", {})
    assert files(tmp_path) == [
        ".facts-a1b2c3_d.npz",
        ".other-a1b2c3_d.json",
        "facts-a1b2c3_d.json",
        "facts.json",
    ]


def test_a_file_that_never_was_is_not_there_after_a_failure(tmp_path):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        save_arrays(tmp_path / "a.npz", good=ARRAYS["codes"], bad=np.array([{}], object))
    assert files(tmp_path) == []


def test_folders_are_made_and_files_can_be_read_by_others(tmp_path):
    save_json(tmp_path / "deep/er/facts.json", {})
    assert (tmp_path / "deep/er/facts.json").stat().st_mode & 0o777 == 0o644


def test_arrays_with_pickled_objects_are_refused_and_not_run(tmp_path):
    np.savez(tmp_path / "bomb.npz", images=np.array([Bomb()], object))
    with pytest.raises(StudyError, match="bomb.npz cannot be read"):
        load_arrays(tmp_path / "bomb.npz")


def test_a_pickle_in_place_of_an_archive_is_refused_and_not_run(tmp_path):
    (tmp_path / "bomb.npz").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(StudyError, match="bomb.npz cannot be read"):
        load_arrays(tmp_path / "bomb.npz")


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, share):
    save_arrays(tmp_path / "a.npz", **ARRAYS)
    whole = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(StudyError, match=r"a.npz cannot be read .*delete it, and `dvc repro` makes it again"):
        load_arrays(tmp_path / "a.npz")


def test_a_damaged_byte_is_noticed(tmp_path):
    save_arrays(tmp_path / "a.npz", images=np.zeros(10_000, np.uint8))
    damaged = bytearray((tmp_path / "a.npz").read_bytes())
    damaged[5000] ^= 1
    (tmp_path / "a.npz").write_bytes(damaged)
    with pytest.raises(StudyError, match="a.npz cannot be read"):
        load_arrays(tmp_path / "a.npz")


CODES = {"codes": Float32[np.ndarray, "n size"], "labels": UInt8[np.ndarray, "n"]}
OF_TWO = {"codes": np.ones((2, 3), np.float32), "labels": ARRAYS["labels"]}


def test_arrays_of_their_types_are_loaded_and_no_others(tmp_path):
    save_arrays(tmp_path / "a.npz", **OF_TWO, more=np.zeros(7))
    loaded = load_typed(tmp_path / "a.npz", **CODES)
    assert loaded.keys() == CODES.keys()
    for name, array in loaded.items():
        np.testing.assert_array_equal(array, OF_TWO[name])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"codes": np.ones((2, 3))}, r"codes is float64 \(2, 3\); it should be float32 \(n, size\)"),
        ({"codes": np.ones(2, np.float32)}, r"codes is float32 \(2\); it should be float32 \(n, size\)"),
        ({"codes": np.ones((2, 0), np.float32)}, "codes is empty"),
        ({"labels": np.ones(3, np.uint8)}, r"labels is uint8 \(3\); it should be uint8 \(2\)"),
        ({"labels": np.array(1, np.uint8)}, r"labels is uint8 \(\); it should be uint8 \(2\)"),
        *(
            ({"codes": np.array([[0, value]] * 2, np.float32)}, "codes holds NaN or infinite values")
            for value in (np.nan, np.inf, -np.inf)
        ),
    ],
)
def test_arrays_of_other_types_are_refused_in_a_line(tmp_path, changes, fault):
    save_arrays(tmp_path / "a.npz", **OF_TWO | changes)
    with pytest.raises(StudyError, match=f"a.npz: {fault}; delete it, and `dvc repro` makes it again"):
        load_typed(tmp_path / "a.npz", **CODES)


@pytest.mark.parametrize("load", [load_arrays, load_json, load_table, load_typed])
def test_a_missing_file_is_named_and_dvc_repro_advised(tmp_path, load):
    with pytest.raises(StudyError, match="nothing.here does not exist; `dvc repro` makes it"):
        load(tmp_path / "nothing.here")


def test_json_has_six_significant_digits(tmp_path):
    save_json(
        tmp_path / "a.json", {"third": 1 / 3, "big": 1234567.8, "nested": {"list": [np.float32(0.1), 7]}}
    )
    assert load_json(tmp_path / "a.json") == {
        "third": 0.333333,
        "big": 1234570.0,
        "nested": {"list": [0.1, 7]},
    }


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_json_refuses_what_is_no_number(tmp_path, value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_json(tmp_path / "a.json", {"mse": value})
    assert files(tmp_path) == []


def test_broken_json_is_refused(tmp_path):
    (tmp_path / "a.json").write_text('{"a": ')
    with pytest.raises(StudyError, match="a.json cannot be read"):
        load_json(tmp_path / "a.json")


def test_a_table_has_a_header_six_significant_digits_and_whole_numbers(tmp_path):
    table = pd.DataFrame(
        {"x": np.array([1 / 3, -1e-9], np.float32), "label": np.array([7, 12345678]), "fit": ["a", "b"]}
    )
    save_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes() == b"x,label,fit\n0.333333,7,a\n-1e-09,12345678,b\n"


def test_a_table_comes_back(tmp_path):
    table = pd.DataFrame({"k": [2, 10], "error": [0.25, np.nan], "way": ["greedy", "end to end"]})
    save_table(tmp_path / "a.csv", table)
    pd.testing.assert_frame_equal(load_table(tmp_path / "a.csv"), table)


@pytest.mark.parametrize(
    "content", [b"", b"x,y\n1,2\n3", b"x,y\n1,2\n3,4,5\n", b"x\n\xff\n", b'x\n"1\n'], ids=repr
)
def test_a_damaged_table_is_refused(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(StudyError, match=r"a.csv cannot be read .*delete it, and `dvc repro` makes it again"):
        load_table(tmp_path / "a.csv")


def test_reading_and_writing_files_loads_pandas_only_where_there_is_a_table():
    code = "import sys, stages.common.artifacts; print('pandas' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
