"""A model's name from the command line: one of those there are, or one line that names them."""

import subprocess
import sys
from pathlib import Path

import pytest

from stages.common.errors import StudyError
from stages.common.model_names import MODELS, model_name
from stages.figures.subject import SUBJECTS
from stages.pages.measures import NAMES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_there_is_gives_its_name(name):
    assert model_name(name) == name


@pytest.mark.parametrize("arguments", [(), ("",), ("foo",), ("AE",), ("ae", "vae"), ("ae", "ae")])
def test_anything_else_is_refused_with_the_names_there_are(arguments):
    with pytest.raises(StudyError) as caught:
        model_name(*arguments)
    assert str(caught.value) == f"'{' '.join(arguments)}' is no model; say one of ae, vae, wta"


def test_figures_and_pages_know_the_same_models():
    assert tuple(SUBJECTS) == tuple(NAMES) == MODELS


@pytest.mark.parametrize("stage", ["embed", "tsne", "plot"])
def test_a_stage_refuses_in_one_line(stage, tmp_path):
    process = subprocess.run(
        [sys.executable, "-m", f"stages.{stage}", "ae", "vae"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    line = f"{stage}: 'ae vae' is no model; say one of ae, vae, wta\n"
    assert (process.returncode, process.stdout, process.stderr) == (1, "", line)
