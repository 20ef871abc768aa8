"""What is pinned, when, and for whom."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.arithmetic import PINS

ROOT = Path(__file__).parents[2]
SHOW = "import os; from stages.common.arithmetic import PINS; print(sorted(set(PINS) & set(os.environ)))"


def pinned(folder: Path, code: str = "", **environment: str) -> str:
    """Which pins a new process in `folder` has after `code`."""
    ours = {name: value for name, value in os.environ.items() if name not in PINS}
    command = [sys.executable, "-c", f"{code}\n{SHOW}"]
    output = subprocess.check_output(
        command, cwd=folder, env=ours | {"PYTHONPATH": str(ROOT)} | environment, text=True
    )
    return output.strip()


@pytest.mark.parametrize("params", ["arithmetic: portable", "", "arithmetic: [", "# arithmetic: fast"])
def test_portable_pins_and_is_the_default(tmp_path, params):
    (tmp_path / "params.yaml").write_text(f"seed: 0\n{params}\n")
    assert pinned(tmp_path) == str(sorted(PINS))


def test_without_settings_it_is_the_default_too(tmp_path):
    assert pinned(tmp_path) == str(sorted(PINS))


def test_fast_pins_nothing_and_takes_inherited_pins_away(tmp_path):
    (tmp_path / "params.yaml").write_text("arithmetic:   fast  # all of it\n")
    assert pinned(tmp_path) == "[]"
    assert pinned(tmp_path, **PINS) == "[]"
    assert pinned(tmp_path, OMP_NUM_THREADS="3") == "['OMP_NUM_THREADS']"


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_program_that_has_loaded_its_libraries_keeps_its_arithmetic(tmp_path, library):
    assert pinned(tmp_path, code=f"import {library}, stages") == "[]"


def test_a_pin_of_the_users_own_gives_way(tmp_path):
    code = "import os, stages; assert os.environ['OMP_NUM_THREADS'] == '1'"
    assert pinned(tmp_path, code=code, OMP_NUM_THREADS="8") == str(sorted(PINS))
