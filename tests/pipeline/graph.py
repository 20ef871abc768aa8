"""dvc.yaml as a graph: what each stage reads and makes, and which stages a change reaches."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CONSTANT = "data/params.ok"  # always the same text, so it orders stages and never invalidates one
EVERYTHING = "*"  # in place of the keys of params.yaml: the whole file


@dataclass(frozen=True)
class Stage:
    """One stage, or one of a matrix: `embed@vae` has the name `embed` and the model `vae`."""

    name: str
    model: str | None
    description: str
    deps: frozenset[str]
    params: frozenset[str]
    outs: dict[str, dict[str, Any]]  # path → its flags, and under `kind` the list that it stands in

    @property
    def address(self) -> str:
        return f"{self.name}@{self.model}" if self.model else self.name

    @property
    def module(self) -> str:
        return self.name.replace("-", "_")

    @property
    def code(self) -> frozenset[str]:
        return frozenset(path for path in self.deps if path.startswith("stages/"))

    @property
    def data(self) -> frozenset[str]:
        return self.deps - self.code


def read_stages(folder: Path = ROOT) -> dict[str, Stage]:
    """Every stage by its address, the matrix written out."""
    pipeline = read_pipeline(folder)
    own = yaml.safe_load((folder / "params.yaml").read_text())["data"]["own"]
    models = pipeline["vars"][0]["models"]
    stages = [
        _stage(name, entry, model, {"${item.model}": model or "", "${data.own}": own})
        for name, entry in pipeline["stages"].items()
        for model in (models if "matrix" in entry else [None])
    ]
    return {stage.address: stage for stage in stages}


def read_pipeline(folder: Path = ROOT) -> dict[str, Any]:
    """dvc.yaml as it is written."""
    return yaml.safe_load((folder / "dvc.yaml").read_text())


def reached(stages: Iterable[Stage], param: str = "", file: str = "") -> set[str]:
    """Addresses of the stages that a change of a key of params.yaml, or of a file, may run again."""
    stages, changed = list(stages), {file} if file else set()
    ran = [stage for stage in stages if param and stage.params & {param, EVERYTHING}]
    changed |= _outs(ran)
    while new := [stage for stage in stages if stage not in ran and touch(stage.deps, changed)]:
        ran += new
        changed |= _outs(new)
    return {stage.address for stage in ran}


def touch(deps: Iterable[str], changed: Iterable[str]) -> bool:
    """Whether one of `deps` is, holds or lies in one of the `changed` paths."""
    return any(inside(dep, path) or inside(path, dep) for dep in deps for path in changed)


def inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it."""
    return PurePosixPath(path).is_relative_to(folder)


def _outs(stages: Iterable[Stage]) -> set[str]:
    return {path for stage in stages for path in stage.outs} - {CONSTANT}


def _stage(name: str, entry: dict[str, Any], model: str | None, values: dict[str, str]) -> Stage:
    def filled(text: str) -> str:
        for variable, value in values.items():
            text = text.replace(variable, value)
        return text

    outs = {
        filled(path): flags | {"kind": kind}
        for kind in ("outs", "metrics", "plots")
        for path, flags in map(_with_flags, entry.get(kind, []))
    }
    params = [EVERYTHING if isinstance(key, dict) else key for key in entry.get("params", [])]
    deps = map(filled, entry["deps"])
    return Stage(name, model, entry.get("desc", ""), frozenset(deps), frozenset(params), outs)


def _with_flags(out: str | dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return (out, {}) if isinstance(out, str) else next(iter(out.items()))
