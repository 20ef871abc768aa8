"""Bad input is one line and exit code 1; a bug keeps its traceback."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.artifacts import save_json
from stages.common.errors import StudyError, run
from stages.common.settings import read_yaml

ROOT = Path(__file__).parents[2]


def raising(error: BaseException):
    def main() -> None:
        raise error

    return main


def stopped(monkeypatch, error: BaseException) -> object:
    """What `sys.exit` is given when a stage train-vae raises `error`."""
    monkeypatch.setattr(sys, "argv", ["/some/where/stages/train_vae.py"])
    with pytest.raises(SystemExit) as caught:
        run(raising(error))
    return caught.value.code


def test_a_study_error_becomes_one_line_with_the_stages_name(monkeypatch):
    assert stopped(monkeypatch, StudyError("latent is 0")) == "train-vae: latent is 0"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_to_be_full(monkeypatch, code):
    assert "train-vae: the disk is full" in stopped(monkeypatch, OSError(code, "no space"))


FILES = {
    "a folder where settings should be": (
        lambda: read_yaml(Path("folder")),
        "folder is a folder, where a file should be; move it away",
    ),
    "a folder where a file is to be": (
        lambda: save_json("folder", {}),
        "folder is a folder, where a file should be; move it away",
    ),
    "a file where a folder is to be": (
        lambda: save_json("file/facts.json", {}),
        "a file is in the way of the folder file; move it away",
    ),
    "a file where a folder above is to be": (
        lambda: save_json("file/deep/facts.json", {}),
        "a file is in the way of the folder file/deep; move it away",
    ),
}


@pytest.mark.parametrize(("main", "line"), FILES.values(), ids=FILES)
def test_what_is_in_the_way_is_named_and_left_as_it_is(tmp_path, monkeypatch, main, line):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stages/train_vae.py"])
    Path("folder").mkdir()
    Path("file").write_text("mine")
    with pytest.raises(SystemExit) as caught:
        run(main)
    assert caught.value.code == f"train-vae: {line}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert Path("file").read_text() == "mine"


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_file_that_is_not_ours_is_named(monkeypatch, code):
    line = "train-vae: data/raw may not be read or written; change its permissions, or its folder's"
    assert stopped(monkeypatch, OSError(code, "no", "data/raw")) == line


def test_control_c_has_its_usual_code(monkeypatch):
    assert stopped(monkeypatch, KeyboardInterrupt()) == 130


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "not allowed"),
        FileNotFoundError(errno.ENOENT, "not there", "a.npz"),
        ValueError("a bug"),
        KeyError("a bug"),
    ],
)
def test_anything_else_is_a_bug_and_keeps_its_traceback(monkeypatch, error):
    monkeypatch.setattr(sys, "argv", ["stage.py"])
    with pytest.raises(type(error)):
        run(raising(error))


def test_arguments_of_the_command_line_reach_main(monkeypatch):
    given = []
    monkeypatch.setattr(sys, "argv", ["stage.py", "vae", "more"])
    run(lambda *arguments: given.extend(arguments))
    assert given == ["vae", "more"]


def test_arguments_of_a_stage_that_takes_none_are_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["stages/train_vae.py", "latent=5"])
    with pytest.raises(SystemExit) as caught:
        run(lambda: None)
    assert caught.value.code == "train-vae: takes no arguments, but got latent=5; settings are in params.yaml"


def process(script: str, **options) -> subprocess.CompletedProcess:
    """Run a Python in which `run` and what a stage may need for mischief are known."""
    script = f"import os, signal\nfrom stages.common.errors import StudyError, run\n{script}"
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, text=True, **options)


def test_a_process_prints_the_line_alone_and_exits_with_1():
    ended = process("def main(): raise StudyError('so bad')\nrun(main)")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "-c: so bad\n")


@pytest.fixture
def unread() -> int:
    """Give the end for writing of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_nobody_reads_ends_a_stage_as_it_ends_other_programs(unread, unbuffered):
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    ended = process("run(lambda: print('done'))", stdout=unread, env=environment)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_bad_input_is_told_even_if_nobody_reads_the_output(unread):
    script = "def main():\n    print('still kept back')\n    raise StudyError('so bad')\nrun(main)"
    ended = process(script, stdout=unread, env=os.environ | {"PYTHONUNBUFFERED": ""})
    assert (ended.returncode, ended.stderr) == (1, "-c: so bad\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_finds_no_place_is_one_line(unbuffered):
    with open("/dev/full", "w") as full:
        environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        ended = process("run(lambda: print('done'))", stdout=full, env=environment)
    assert ended.returncode == 1
    assert ended.stderr.startswith("-c: the disk is full; ")
    assert ended.stderr.count("\n") == 1


CONTROL_C = (
    "signal.signal(signal.SIGINT, signal.SIG_DFL)\npress = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
)


def test_control_c_in_a_stage_lets_it_tidy_up():
    script = """
def main():
    try:
        press()
    finally:
        print("tidy")
run(main)"""
    ended = process(CONTROL_C + script)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "tidy\n", "")


def test_control_c_while_python_ends_after_a_stage_gives_no_traceback_either():
    ended = process(CONTROL_C + "import atexit\natexit.register(press)\nrun(lambda: None)")
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")
