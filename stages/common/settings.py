"""Typed settings: how a stage reads its part of `params.yaml`.

A stage declares what it reads as a class, one field a top-level key:

    class Settings(StageSettings):
        seed: Seed
        vae: vae.Settings

and gets it, checked, by `Settings.read()`. The fields of that class are what `dvc.yaml` lists as the
stage's `params`; a test compares the two.
"""

import difflib
import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from stages.common.errors import StudyError

Others = Any  # of a validator: ValidationInfo, with the fields above; a protocol that no isinstance can check
Settings = TypeVar("Settings", bound=BaseModel)
Item = TypeVar("Item")

PARAMS = Path("params.yaml")

Seed = Annotated[int, Field(ge=0, lt=2**31)]
Latent = Annotated[int, Field(ge=1, le=10_000, description="size of the code of the AE and the VAE")]
Count = Annotated[int, Field(ge=1)]
BatchSize = Annotated[int, Field(ge=1, le=60_000)]  # all of MNIST; a mistyped size would fill the memory
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(gt=0, lt=1)]  # a proper part of a whole
Share = Annotated[float, Field(gt=0, le=1)]  # a part of a whole, or all of it
# Results are kept by value: a value that stands twice would be two results of one name.
Distinct = Annotated[tuple[Item, ...], AfterValidator(lambda items: _distinct(items))]
Ascending = Annotated[tuple[Item, ...], AfterValidator(lambda items: _ascending(items))]
Odd = Annotated[Count, AfterValidator(lambda size: _odd(size))]  # side of a kernel that has a middle
Arithmetic = Literal["portable", "fast"]
Processes = Annotated[int, Field(ge=1, le=256)]  # of one machine; a mistyped number would choke it


class Section(BaseModel):
    """A section of `params.yaml`: frozen, strictly typed, no unknown keys."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )


def needed_by(selector: str, *choices: str) -> AfterValidator:
    """For an optional section that has to be there where the key `selector` has one of `choices`.

    So a choice stays one word, `architecture: dense`, and what belongs to it alone stands apart:

        architecture: Literal["conv", "dense"]
        dense: Annotated[Dense | None, needed_by("architecture", "dense")] = None
    """

    def check(section: Section | None, others: Others) -> Section | None:
        chosen = others.data.get(selector)
        if section is None and chosen in choices:
            raise PydanticCustomError("section_missing", f"{selector}: {chosen} needs it")
        return section

    return AfterValidator(check)


class StageSettings(Section):
    """What one stage reads of `params.yaml`; keys of other stages are none of its business."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def read(cls: type[Settings], path: Path = PARAMS) -> Settings:
        """Read and check `path`.

        Raises:
            StudyError: broken YAML, or a key that is unknown, missing, ill-typed or out of range.
        """
        return validated(cls, read_yaml(path), source=path)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a mapping of YAML 1.2, in which `1e-05`, as DVC writes it, is a number.

    Raises:
        StudyError: no such file, broken YAML, or no mapping.
    """
    try:
        content = yaml.load(path.read_bytes(), _Yaml)
    except FileNotFoundError:
        raise StudyError(f"{path} does not exist; `git checkout {path}` brings it back") from None
    except yaml.MarkedYAMLError as error:
        raise StudyError(
            f"{path}, line {error.problem_mark.line + 1}: broken YAML: {error.problem}"
        ) from None
    except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:  # no text; `!!int ten`
        raise StudyError(f"{path}: broken YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise StudyError(f"{path} should hold `key: value` lines, not {type(content).__name__}")
    return content


class _Yaml(yaml.SafeLoader):
    """The core schema of YAML 1.2, and no key twice.

    PyYAML's own is that of YAML 1.1: `off` is false, `010` is 8, `1:30` is 90, `2024-05-06` a date, and
    `1e-05` a string.
    """

    yaml_implicit_resolvers: ClassVar = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep)
        keys = [self.construct_object(key) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is there twice", mark)
        return mapping

    def construct_integer(self, node: yaml.ScalarNode) -> int:
        """`0o17` and `0x1f` as well; `010` is ten."""
        text = str(self.construct_scalar(node))
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


for _tag, _pattern, _first in (  # section 10.3.2 of the specification
    ("null", r"null|Null|NULL|~|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    _Yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^({_pattern})$"), list(_first))
_Yaml.add_constructor("tag:yaml.org,2002:int", _Yaml.construct_integer)


def validated(kind: type[Settings], content: dict[str, Any], source: Path) -> Settings:
    """Turn plain `content` into `kind`.

    Raises:
        StudyError: a line for every key that is unknown, missing, ill-typed or out of range.
    """
    try:
        return kind.model_validate(_with_tuples(content))
    except ValidationError as error:
        lines = [f"{source}: {_explanation(problem, kind)}" for problem in error.errors()]
        raise StudyError("\n".join(dict.fromkeys(lines))) from None


def known_keys(kind: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Dotted names of all keys of `kind`, sections and their members; of a list of sections, once."""
    for name, field in kind.model_fields.items():
        yield prefix + name
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from known_keys(part, f"{prefix}{name}.")


def _distinct(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(items)) < len(items):
        raise PydanticCustomError("distinct", "it should hold every value once")
    return items


def _odd(size: int) -> int:
    if size % 2 == 0:
        raise PydanticCustomError("odd", "it should be odd, to have a middle")
    return size


def _ascending(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if list(items) != sorted(set(items)):
        raise PydanticCustomError("ascending", "it should go from small to large, every value once")
    return items


def _explanation(problem: Any, kind: type[BaseModel]) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        name = ".".join(part for part in problem["loc"] if isinstance(part, str))  # without places in lists
        nearest = difflib.get_close_matches(name, known_keys(kind), n=1, cutoff=0)
        return f"{key} is unknown; the nearest known key is {nearest[0]}"
    if problem["type"] == "missing":
        return f"{key} is missing; it is needed"
    if problem["type"] == "section_missing":
        return f"{key} is missing; {problem['msg']}"
    if problem["type"] == "value_error":
        return problem["msg"].removeprefix("Value error, ")
    return f"{key} is {_with_lists(problem['input'])!r}; {_in_yamls_words(problem['msg'])}"


def _in_yamls_words(message: str) -> str:
    for old, new in (
        ("Input should", "it should"),
        ("Tuple should", "it should"),
        ("a valid tuple", "a list"),
        (" after validation", ""),
    ):
        message = message.replace(old, new)
    return message


def _with_lists(value: Any) -> Any:
    # the inverse of `_with_tuples`: as it stands in the file
    if isinstance(value, dict):
        return {key: _with_lists(item) for key, item in value.items()}
    return [_with_lists(item) for item in value] if isinstance(value, tuple) else value


def _with_tuples(value: Any) -> Any:
    # frozen settings hold tuples, but YAML and JSON know lists only
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return tuple(_with_tuples(item) for item in value) if isinstance(value, list) else value
