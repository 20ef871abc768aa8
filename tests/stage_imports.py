"""Which files of the project a stage needs to run, directly and through others, read off the source."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATE = re.compile(r'"(?:\./)?([\w.-]+\.(?:j2|css|js|json))"')  # as Python and other templates name it
TEMPLATE_FOLDERS = (
    "stages/pages/report",
    "stages/studies",
)  # beside the folder of the file itself


def imported_files(*starts: Path) -> set[str]:
    """Paths below ROOT that `starts` need, themselves included: what is imported, and templates named.

    `__init__.py` files that hold nothing but a docstring are left out.
    """
    found: set[str] = set()
    waiting = [*starts, *_imports(ROOT / "stages/__init__.py")]  # which every stage runs first
    while waiting:
        path = waiting.pop()
        name = path.relative_to(ROOT).as_posix()
        if name not in found:
            found.add(name)
            waiting += _templates(path)
            if path.suffix == ".py":
                waiting += _imports(path)
    # `stages/__init__.py` itself says what stages there are: a new word in it should not run them all.
    return {name for name in found if not _only_docstring(ROOT / name)} - {"stages/__init__.py"}


def _imports(path: Path) -> list[Path]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [file for name in names if name.startswith("stages") for file in _files(name)]


def _templates(path: Path) -> list[Path]:
    folders = [path.parent, *(ROOT / folder for folder in TEMPLATE_FOLDERS)]
    named = TEMPLATE.findall(path.read_text())
    found = (next((folder / name for folder in folders if (folder / name).is_file()), None) for name in named)
    return [file for file in found if file]


def _files(module: str) -> list[Path]:
    path = ROOT.joinpath(*module.split("."))
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()]


def _only_docstring(path: Path) -> bool:
    if path.name != "__init__.py":
        return False
    return all(isinstance(node, ast.Expr) for node in ast.parse(path.read_text()).body)
