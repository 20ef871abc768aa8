"""The names of classes, and the word for what an image shows."""

import pytest

from stages.common.artifacts import save_json
from stages.common.classes import DIGITS, GARMENTS, Classes
from stages.common.errors import StudyError


def test_what_was_saved_is_read_back(tmp_path):
    GARMENTS.save(tmp_path / "classes.json")
    assert Classes.load(tmp_path / "classes.json") == GARMENTS


def test_labels_have_names_and_one_without_a_name_stands_for_itself():
    assert GARMENTS.of([9, 0]) == ["Ankle boot", "T-shirt/top"]
    assert DIGITS.of([3, 11]) == ["3", "11"]


def test_only_digits_are_digits():
    assert DIGITS.are_digits
    assert not GARMENTS.are_digits


def test_one_has_its_article():
    assert [Classes((), noun).one for noun in ("digit", "image")] == ["a digit", "an image"]


@pytest.mark.parametrize("content", [{}, {"names": 3, "noun": "digit"}])
def test_something_else_is_refused(tmp_path, content):
    save_json(tmp_path / "classes.json", content)
    with pytest.raises(StudyError, match="names no classes"):
        Classes.load(tmp_path / "classes.json")
