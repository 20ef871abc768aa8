"""JavaScript modules as one script: a page opened from disk may not load others.

Every module becomes a function of its own that returns what it exports, in the order in which they need each
other, and an import takes from these: names of one module stay out of the way of another's.

    import { a, b as c } from "./other.js";      →  const { a, b: c } = modules["other.js"];
    export function f() { … }                    →  function f() { … }      and at the end  return { f };

That is all that modules may use: these imports, and exports of functions, classes, const and let.
"""

import re
from pathlib import Path

from stages.common.errors import StudyError

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|class|const|let) (\w+))", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def inlined(entry: Path) -> str:
    """The module `entry` and all that it imports, as the text of one script.

    Raises:
        StudyError: two modules import each other, or one has an import or export of another form.
    """
    modules: dict[str, str] = {}
    _add(entry, modules, ())
    return "const modules = {};\n" + "\n".join(modules.values())


def _add(path: Path, modules: dict[str, str], above: tuple[str, ...]) -> None:
    if path.name in above:
        raise StudyError(f"{path.name} imports itself: {' → '.join((*above, path.name))}")
    source = path.read_text(encoding="utf-8")
    for _, name in IMPORT.findall(source):
        if name not in modules:
            _add(path.parent / name, modules, (*above, path.name))
    modules[path.name] = _as_function(path.name, source, entry=not above)


def _as_function(name: str, source: str, entry: bool) -> str:
    body = EXPORT.sub(r"\1", IMPORT.sub(_from_modules, source))
    if other := OTHER.search(body):
        raise StudyError(f"{name}: {other[0]!r} is of a form that cannot be inlined")
    if entry:  # it may await
        return f"// {name}\n{body}"
    exported = ", ".join(name for _, name in EXPORT.findall(source))
    return f'// {name}\nmodules["{name}"] = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n'


def _from_modules(found: re.Match[str]) -> str:
    names = ", ".join(name.strip().replace(" as ", ": ") for name in found[1].split(",") if name.strip())
    return f'const {{ {names} }} = modules["{found[2]}"];\n'
