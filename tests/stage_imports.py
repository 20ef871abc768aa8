"""Which files of the project a stage needs to run, directly and through others, read off the source."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
NO_PART_OF_A_PROGRAM = {".py", ".yaml", ".md"}  # imported, DVC's own, and prose


def imported_files(start: Path) -> set[str]:
    """Paths below ROOT that `start` needs, itself included: what is imported, and templates beside it.

    `__init__.py` files that hold nothing but a docstring are left out.
    """
    found: set[str] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(ROOT).as_posix()
        if name not in found:
            found.add(name)
            waiting += _templates(path)
            if path.suffix == ".py":
                waiting += _imports(path)
    return {name for name in found if not _only_docstring(ROOT / name)}


def _imports(path: Path) -> list[Path]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [file for name in names if name.startswith("stages") for file in _files(name)]


def _templates(path: Path) -> list[Path]:
    """Files beside `path` that are named in it, as a page's template is."""
    others = (file for file in path.parent.iterdir() if file.is_file())
    text = path.read_text()
    return [file for file in others if file.suffix not in NO_PART_OF_A_PROGRAM and file.name in text]


def _files(module: str) -> list[Path]:
    path = ROOT.joinpath(*module.split("."))
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()]


def _only_docstring(path: Path) -> bool:
    if path.name != "__init__.py":
        return False
    return all(isinstance(node, ast.Expr) for node in ast.parse(path.read_text()).body)
