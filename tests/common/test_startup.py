"""A stage's process: no traceback while it imports, and nothing said about the user's matplotlib."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common import startup

ROOT = Path(__file__).parents[2]
STAGE = [sys.executable, "-m", "stages.plot"]
NO_MODEL = "plot: '' is no model; say one of ae, vae, wta\n"  # after all imports


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | environment
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture
def interrupted(tmp_path) -> Path:
    """Give a folder of a NumPy during whose import somebody presses Ctrl-C."""
    press = (
        "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('ignored', flush=True); os._exit(0)"
    )
    (tmp_path / "numpy.py").write_text(press)
    return tmp_path


def test_control_c_during_imports_ends_a_stage_without_a_word_and_with_its_usual_code(interrupted):
    process = run(["sh", "-c", f"{' '.join(STAGE)}; echo $?"], PYTHONPATH=str(interrupted))
    assert (process.stdout, process.stderr) == ("130\n", "")


def test_control_c_remains_an_exception_to_programs_that_use_the_package(interrupted):
    script = "try: import stages.plot\nexcept KeyboardInterrupt: print('saved')"
    assert run([sys.executable, "-c", script], PYTHONPATH=str(interrupted)).stdout == "saved\n"


def test_control_c_stays_ignored_where_it_was(interrupted):
    process = run(["sh", "-c", f"trap '' INT; {' '.join(STAGE)}"], PYTHONPATH=str(interrupted))
    assert (process.stdout, process.stderr) == ("ignored\n", "")


def test_a_backend_that_does_not_exist_is_of_no_concern():
    assert run(STAGE, MPLBACKEND="nonsense").stderr == NO_MODEL


def test_programs_that_use_the_package_keep_their_backend():
    script = "import os, stages.figures.page; print(os.environ['MPLBACKEND'])"
    assert run([sys.executable, "-c", script], MPLBACKEND="svg").stdout == "svg\n"


@pytest.fixture(scope="module")
def temporary(tmp_path_factory) -> Path:
    """Give a folder for temporary files, in which a file called `home` is no home."""
    folder = tmp_path_factory.mktemp("temporary")
    (folder / "home").touch()
    return folder


@pytest.mark.parametrize("home", ["home", "home/not/there", "not/there"])
def test_without_a_home_to_write_to_matplotlib_remembers_its_fonts_elsewhere(temporary, home):
    assert run(STAGE, HOME=str(temporary / home), TMPDIR=str(temporary)).stderr == NO_MODEL
    (fonts,) = temporary.glob("matplotlib-*/fontlist-*.json")
    found = fonts.stat().st_mtime_ns
    assert run(STAGE, HOME=str(temporary / home), TMPDIR=str(temporary)).stderr == NO_MODEL
    assert fonts.stat().st_mtime_ns == found


@pytest.fixture
def of_a_stage(monkeypatch, tmp_path):
    """Make this process look like a stage's, of a user whose home is `tmp_path`."""
    monkeypatch.setattr(sys, "orig_argv", ["python", "-u", "-m", "stages.plot", "ae"])
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("of_a_stage")
def test_a_home_that_can_be_written_to_is_left_to_matplotlib_and_as_it_was(tmp_path):
    startup.prepare()
    assert "MPLCONFIGDIR" not in os.environ
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("of_a_stage")
def test_a_folder_that_the_user_chose_for_matplotlib_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "not/there"))
    monkeypatch.setenv("MPLCONFIGDIR", "chosen")
    startup.prepare()
    assert os.environ["MPLCONFIGDIR"] == "chosen"
