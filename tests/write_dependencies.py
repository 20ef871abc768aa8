"""Write the code that each stage depends on into both pipeline files: `python -m tests.write_dependencies`.

A file is a cache key: a stage lists the very files that it imports, and the templates that they name. What a
stage loads by the name of a model or of a study is told here; all else is read off the source.
"""

from pathlib import Path

import yaml

from tests.stage_imports import ROOT, imported_files

STAGES = ROOT / "stages"
MAIN, STUDIES = ROOT / "dvc.yaml", STAGES / "studies/dvc.yaml"
MODEL = "${item.model}"
LOADED = {  # stage → what it loads by the name of its model
    "embed": ("stages/models/{}.py",),
    "plot": ("stages/cards/{}.py",),
}
OF_ALL_MODELS = {
    "check-params": ("stages/models/{}.py",),
    "explore": ("stages/models/{}.py", "stages/cards/{}.py"),
    "report": ("stages/cards/{}.py",),
}


def main() -> None:
    """Rewrite both files."""
    for path in (MAIN, STUDIES):
        path.write_text(rewritten(path))


def rewritten(path: Path) -> str:
    """The pipeline file with the right lists of code; everything else as it is, comments too."""
    lines: list[str] = []
    stage, in_deps = "", False
    for line in path.read_text().splitlines():
        if line.startswith("  ") and line[2] not in " #-" and line.endswith(":"):
            stage = line.strip().removesuffix(":")
        if in_deps and line.strip().startswith("- stages/"):
            continue
        if in_deps and not line.startswith("      "):
            lines += [f"      - {file}" for file in code(path, stage)]
            in_deps = False
        in_deps = in_deps or line == "    deps:"
        lines.append(line)
    return "\n".join(lines) + "\n"


def code(path: Path, stage: str) -> list[str]:
    """What `stage` of the pipeline file `path` runs: its own file first, the others sorted."""
    starts = of_study(stage) if path == STUDIES else [STAGES / f"{stage.replace('-', '_')}.py"]
    first = starts[0].relative_to(ROOT).as_posix()
    files = imported_files(*starts)
    if path == MAIN:
        files |= by_name_of_model(stage)
    return [first, *sorted(files - {first})]


def by_name_of_model(stage: str) -> set[str]:
    """Files that the main line's `stage` loads by name, and what these import; of a matrix, for any model."""
    models = yaml.safe_load(MAIN.read_text())["vars"][0]["models"]
    if stage in OF_ALL_MODELS:
        return imported_files(
            *(ROOT / pattern.format(model) for pattern in OF_ALL_MODELS[stage] for model in models)
        )
    found: set[str] = set()
    for pattern in LOADED.get(stage, ()):
        own = {pattern.format(model) for model in models}
        found |= imported_files(*(ROOT / file for file in own)) - own | {pattern.format(MODEL)}
    return found


def of_study(stage: str) -> list[Path]:
    """Where a stage of the studies begins."""
    folder = STAGES / "studies"
    experiments = sorted(folder.glob("*/experiment.py"))
    if stage == "check-studies":
        return [folder / "check_params.py", *experiments]
    if stage == "studies-index":
        return [folder / "index.py"]
    if stage.startswith("measure-"):
        return [folder / stage.removeprefix("measure-").replace("-", "_") / "experiment.py"]
    own = folder / stage.replace("-", "_")
    parts = [folder / "page.py", own / "figures.py", own / "page.md.j2", own / "verdicts.py"]
    return [part for part in parts if part.exists() or part.name != "verdicts.py"]


if __name__ == "__main__":
    main()
