"""A model is known by its card, from the command line as well; anything else is refused in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from stages.cards.card import cards, key_of, keys, load
from stages.common.errors import StudyError
from stages.studies.colours import MODEL_COLOURS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("key", keys())
def test_a_card_has_the_name_of_its_file_and_of_a_models_file(key):
    assert load(key).key == key_of(key) == key
    assert (ROOT / f"stages/models/{key}.py").exists()


def test_no_two_models_look_alike():
    for fact in ("name", "short", "colour"):
        assert len({getattr(card, fact) for card in cards().values()}) == len(keys())


def test_the_studies_draw_the_models_in_the_colours_of_their_cards():
    assert {key: load(key).colour for key in MODEL_COLOURS} == MODEL_COLOURS


@pytest.mark.parametrize("arguments", [(), ("",), ("foo",), ("AE",), ("card",), ("ae", "vae"), ("ae", "ae")])
def test_anything_else_is_refused_with_the_names_there_are(arguments):
    with pytest.raises(StudyError) as caught:
        load(*arguments)
    assert str(caught.value) == f"'{' '.join(arguments)}' is no model; say one of {', '.join(keys())}"


@pytest.mark.parametrize("stage", ["embed", "tsne", "plot"])
def test_a_stage_refuses_in_one_line(stage, tmp_path):
    process = subprocess.run(
        [sys.executable, "-m", f"stages.{stage}", "ae", "vae"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    line = f"{stage}: 'ae vae' is no model; say one of {', '.join(keys())}\n"
    assert (process.returncode, process.stdout, process.stderr) == (1, "", line)


def test_cards_are_read_without_torch():
    code = "import sys; from stages.cards.card import cards; cards(); print('torch' in sys.modules)"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout == "False\n"
