"""Bad input is one line and exit code 1; a bug keeps its traceback."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.errors import StudyError, run

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


def test_control_c_has_its_usual_code(monkeypatch):
    assert stopped(monkeypatch, KeyboardInterrupt()) == 130


@pytest.mark.parametrize(
    "error", [OSError(errno.EACCES, "not allowed"), ValueError("a bug"), KeyError("a bug")]
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


def test_a_process_prints_the_line_alone_and_exits_with_1():
    script = "from stages.common.errors import *; run(lambda *a: (_ for _ in ()).throw(StudyError('so bad')))"
    process = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (process.returncode, process.stdout, process.stderr) == (1, "", "-c: so bad\n")
