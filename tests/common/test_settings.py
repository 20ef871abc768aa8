"""Settings: what is accepted, and the one line that a bad value gets."""

import math
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from stages.common.errors import StudyError
from stages.common.settings import (
    Arithmetic,
    Ascending,
    Count,
    Distinct,
    Fraction,
    Latent,
    Rate,
    Section,
    Seed,
    Share,
    StageSettings,
    known_keys,
    needed_by,
    read_yaml,
    validated,
)


class Model(Section):
    """A section."""

    learning_rate: Rate
    epochs: Count
    fraction: Fraction
    kind: Literal["small", "large"]
    sizes: tuple[Count, ...]
    fresh: bool
    momentum: float = Field(ge=0, lt=1)


class Settings(StageSettings):
    """What a stage reads."""

    seed: Seed
    latent: Latent
    arithmetic: Arithmetic
    model: Model


GOOD = {
    "seed": "0",
    "latent": "10",
    "arithmetic": "portable",
    "learning_rate": "0.001",
    "epochs": "3",
    "fraction": "0.5",
    "kind": "small",
    "sizes": "[3, 4]",
    "fresh": "true",
    "momentum": "0.9",
}


def written(folder: Path, **changes: str) -> Path:
    """A params.yaml with `changes`; a key with the value "" is left out, a new one goes into `model`."""
    values = {key: value for key, value in (GOOD | changes).items() if value}
    top = [f"{key}: {value}" for key, value in values.items() if key in ("seed", "latent", "arithmetic")]
    section = [
        f"  {key}: {value}" for key, value in values.items() if key not in ("seed", "latent", "arithmetic")
    ]
    path = folder / "params.yaml"
    path.write_text("\n".join([*top, "other: {stage: 1}", "model:", *section]) + "\n")
    return path


def read(folder: Path, **changes: str) -> Settings:
    return Settings.read(written(folder, **changes))


def refusal(folder: Path, **changes: str) -> str:
    """The message for `changes`, which is one line that names the file."""
    with pytest.raises(StudyError) as caught:
        read(folder, **changes)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{folder / 'params.yaml'}: ")
    return message.removeprefix(f"{folder / 'params.yaml'}: ")


def test_good_settings_are_read_as_they_are(tmp_path):
    settings = read(tmp_path)
    assert (settings.seed, settings.latent, settings.arithmetic) == (0, 10, "portable")
    assert settings.model == Model(
        learning_rate=0.001, epochs=3, fraction=0.5, kind="small", sizes=(3, 4), fresh=True, momentum=0.9
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-5", 1e-5), ("1e-05", 1e-5), ("1E-5", 1e-5), ("1.5e-3", 0.0015), (".5", 0.5), ("2", 2.0)],
)
def test_a_rate_in_any_notation_is_a_number(tmp_path, text, value):
    assert read(tmp_path, learning_rate=text).model.learning_rate == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("1e-05", 1e-5), ("1e5", 1e5), ("-.5E+3", -500.0), ("1.", 1.0), ("-.inf", -math.inf), ("1.0", 1.0)],
        *[("010", 10), ("0o17", 15), ("0x1F", 31), ("+7", 7), ("-0", 0)],
        *[("true", True), ("False", False), ("null", None), ("~", None), ("", None)],
        *[(word, word) for word in ("yes", "no", "on", "off", "y", "N", "Yes", "nUll", "tRue")],
        *[(word, word) for word in ("1:30", "2024-05-06", "1_000", "0b11", "1e", ".", "0o8", "inf", "=")],
        *[("'1'", "1"), ("!!str 1", "1"), ("!!int 0o10", 8)],
    ],
)
def test_words_and_numbers_are_those_of_yaml_1_2(tmp_path, text, value):
    (tmp_path / "params.yaml").write_text(f"key: {text}\n")
    read = read_yaml(tmp_path / "params.yaml")["key"]
    assert (read, type(read)) == (value, type(value))


def test_nan_is_a_number(tmp_path):
    (tmp_path / "params.yaml").write_text("key: .nan\n")
    assert math.isnan(read_yaml(tmp_path / "params.yaml")["key"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a:\n  b: 1\n  'b': 1\n", 3),
        ("a: {b: 1, b: 1}\n", 1),
        ("a: {1: 1, 1.0: 1}", 1),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path, text, line):
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(StudyError, match=rf"params.yaml, line {line}: broken YAML: .* is there twice$"):
        read_yaml(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("typo", "known"),
    [("lerning_rate", "learning_rate"), ("epoch", "epochs"), ("size", "sizes"), ("momemtum", "momentum")],
)
def test_an_unknown_key_gets_the_nearest_known_one(tmp_path, typo, known):
    message = refusal(tmp_path, **{typo: "1"})
    assert message == f"model.{typo} is unknown; the nearest known key is model.{known}"


def test_a_key_unlike_any_other_still_gets_a_known_one(tmp_path):
    assert refusal(tmp_path, zzz="1").startswith("model.zzz is unknown; the nearest known key is ")


def test_a_missing_key_is_named(tmp_path):
    assert refusal(tmp_path, epochs="") == "model.epochs is missing; it is needed"
    assert refusal(tmp_path, seed="") == "seed is missing; it is needed"


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("latent", "abc", "is 'abc'; it should be a valid integer"),
        ("latent", "10.0", "is 10.0; it should be a valid integer"),
        ("latent", "'10'", "is '10'; it should be a valid integer"),
        ("latent", "true", "is True; it should be a valid integer"),
        ("latent", "null", "is None; it should be a valid integer"),
        ("latent", "[1]", "is [1]; it should be a valid integer"),
        ("latent", "10001", "is 10001; it should be less than or equal to 10000"),
        ("model.sizes", "3", "is 3; it should be a list"),
        ("latent", "0", "is 0; it should be greater than or equal to 1"),
        ("latent", "-3", "is -3; it should be greater than or equal to 1"),
        ("seed", "-1", "is -1; it should be greater than or equal to 0"),
        ("arithmetic", "quick", "is 'quick'; it should be 'portable' or 'fast'"),
        ("model.learning_rate", "-0.1", "is -0.1; it should be greater than 0"),
        ("model.learning_rate", "0", "is 0; it should be greater than 0"),
        ("model.learning_rate", "fast", "is 'fast'; it should be a valid number"),
        ("model.learning_rate", "true", "is True; it should be a valid number"),
        ("model.learning_rate", ".nan", "is nan; it should be a finite number"),
        ("model.learning_rate", ".inf", "is inf; it should be a finite number"),
        ("model.epochs", "0", "is 0; it should be greater than or equal to 1"),
        ("model.epochs", "1.5", "is 1.5; it should be a valid integer"),
        ("model.fraction", "1", "is 1; it should be less than 1"),
        ("model.kind", "medium", "is 'medium'; it should be 'small' or 'large'"),
        ("model.fresh", "1", "is 1; it should be a valid boolean"),
        ("model.fresh", "'yes'", "is 'yes'; it should be a valid boolean"),
        ("model.momentum", ".nan", "is nan; it should be a finite number"),
    ],
)
def test_a_bad_value_is_named_shown_and_corrected(tmp_path, key, value, reason):
    assert refusal(tmp_path, **{key.removeprefix("model."): value}).startswith(f"{key} {reason}")


def test_an_item_of_a_list_is_named_by_its_place(tmp_path):
    assert refusal(tmp_path, sizes="[3, 0]") == "model.sizes.1 is 0; it should be greater than or equal to 1"


def test_every_bad_key_gets_its_line(tmp_path):
    with pytest.raises(StudyError) as caught:
        read(tmp_path, latent="0", epochs="0", typo="1")
    assert [line.split(": ")[1].split()[0] for line in str(caught.value).split("\n")] == [
        "latent",
        "model.epochs",
        "model.typo",
    ]


def test_a_section_that_is_no_section_is_named(tmp_path):
    (tmp_path / "params.yaml").write_text("seed: 0\nlatent: 1\narithmetic: fast\nmodel: 5\n")
    with pytest.raises(StudyError, match="model is 5; it should be a valid dictionary"):
        Settings.read(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "seed: [0",
        "seed: 0\n latent: 1",
        "seed: 0\nseed: 1",
        "\tseed: 0",
        "a: b: c",
        "seed: &a\n*b",
        "seed: \x00",
        "seed: !!int ten",
        "seed: !!timestamp ten",
        "seed: !!bool ten",
        "seed: !!python/object:os.system {}",
        "a: 1\n---\na: 1",
        "? [1]\n: 2",
    ],
)
def test_broken_yaml_is_one_line(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(StudyError) as caught:
        Settings.read(path)
    assert "broken YAML" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_yaml_names_the_line(tmp_path):
    (tmp_path / "params.yaml").write_text("seed: 0\nlatent: 1\n  arithmetic: fast\n")
    with pytest.raises(StudyError, match="params.yaml, line 3: broken YAML"):
        Settings.read(tmp_path / "params.yaml")


@pytest.mark.parametrize(("text", "kind"), [("", "NoneType"), ("- 1\n- 2\n", "list"), ("hello", "str")])
def test_yaml_that_is_no_mapping_is_refused(tmp_path, text, kind):
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(StudyError, match=f"should hold `key: value` lines, not {kind}"):
        read_yaml(tmp_path / "params.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "params.yaml").write_bytes(b"seed: \xff\xfe\n")
    with pytest.raises(StudyError, match="broken YAML"):
        read_yaml(tmp_path / "params.yaml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StudyError, match="params.yaml does not exist"):
        Settings.read(tmp_path / "params.yaml")


def test_keys_of_other_stages_are_none_of_a_stages_business(tmp_path):
    assert not hasattr(read(tmp_path), "other")


def test_settings_cannot_be_changed(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        read(tmp_path).model.epochs = 7


def test_known_keys_are_sections_and_their_members():
    keys = list(known_keys(Settings))
    assert keys[:4] == ["seed", "latent", "arithmetic", "model"]
    assert keys[4:] == [f"model.{name}" for name in Model.model_fields]


def test_in_a_list_of_sections_the_nearest_key_is_one_of_theirs():
    class Stack(Section):
        layers: tuple[Model, ...]

    assert list(known_keys(Stack)) == ["layers", *(f"layers.{name}" for name in Model.model_fields)]
    layer = {"learning_rate": 0.1, "epochs": 1, "fraction": 0.5, "kind": "small", "sizes": [], "fresh": True}
    with pytest.raises(StudyError) as caught:
        validated(Stack, {"layers": [layer | {"momentum": 0.9, "epoch": 1}]}, Path("x"))
    assert str(caught.value) == "x: layers.0.epoch is unknown; the nearest known key is layers.epochs"


def test_the_length_of_a_list_is_told_in_plain_words():
    class Pair(Section):
        channels: tuple[int, int]

    with pytest.raises(
        StudyError, match=r"^x: channels is \[1, 2, 3\]; it should have at most 2 items, not 3$"
    ):
        validated(Pair, {"channels": [1, 2, 3]}, Path("x"))


class Big(Section):
    """Of `kind: big` and `kind: huge`."""

    size: Count


class Chosen(Section):
    """A choice, and what belongs to one of them."""

    kind: Literal["small", "big", "huge"]
    big: Annotated[Big | None, needed_by("kind", "big", "huge")] = None


class Outer(Section):
    """Sections in a section."""

    one: Chosen


def test_the_section_of_a_choice_may_be_there_and_must_be_where_it_was_chosen():
    assert validated(Chosen, {"kind": "small"}, Path("x")).big is None
    for kind in ("small", "big", "huge"):
        assert validated(Chosen, {"kind": kind, "big": {"size": 1}}, Path("x")).big == Big(size=1)
    for missing in ({}, {"big": None}):
        with pytest.raises(StudyError, match=r"^x: one\.big is missing; kind: huge needs it$"):
            validated(Outer, {"one": {"kind": "huge"} | missing}, Path("x"))


def test_an_impossible_choice_is_refused_for_itself():
    with pytest.raises(StudyError, match=r"^x: kind is 'tiny'; it should be 'small', 'big' or 'huge'$"):
        validated(Chosen, {"kind": "tiny"}, Path("x"))


def test_keys_of_optional_sections_are_known():
    assert list(known_keys(Outer)) == ["one", "one.kind", "one.big", "one.big.size"]
    with pytest.raises(StudyError, match=r"^x: one\.big\.sise is unknown; .* is one\.big\.size$"):
        validated(Outer, {"one": {"kind": "big", "big": {"size": 1, "sise": 2}}}, Path("x"))


class Lists(Section):
    """Lists whose items are names of results."""

    sizes: Ascending[Count] = Field(default=(1,), min_length=1)
    rates: Distinct[Share] = (1.0,)


@pytest.mark.parametrize(
    ("key", "values", "reason"),
    [
        ("sizes", [2, 2, 5], "it should go from small to large, every value once"),
        ("sizes", [100, 2, 5], "it should go from small to large, every value once"),
        ("sizes", [], "it should have at least 1 item, not 0"),
        ("rates", [1.0, 0.2, 1.0], "it should hold every value once"),
    ],
)
def test_results_that_are_kept_by_value_have_each_value_once(key, values, reason):
    with pytest.raises(StudyError) as caught:
        validated(Lists, {key: values}, Path("x"))
    assert str(caught.value) == f"x: {key} is {values}; {reason}"


def test_items_of_such_lists_are_checked_as_well():
    assert validated(Lists, {"sizes": [2, 5], "rates": [1.0, 0.2]}, Path("x")).rates == (1.0, 0.2)
    with pytest.raises(StudyError, match=r"^x: sizes.1 is 0; it should be greater than or equal to 1$"):
        validated(Lists, {"sizes": [2, 0]}, Path("x"))


def test_lists_of_json_and_yaml_become_tuples():
    class Sizes(Section):
        sizes: tuple[tuple[int, ...], ...]

    assert validated(Sizes, {"sizes": [[1, 2], []]}, Path("x")).sizes == ((1, 2), ())
