"""On PYTHONPATH, this makes every stage note the files that it opens below the working folder.

Python imports a module of this name at start. The notes go to $OPENED_FILES/<stage>[ <model>].json as two
sorted lists, `read` and `written`.
"""

import atexit
import json
import os
import sys
from pathlib import Path

HERE = os.getcwd() + os.sep
WRITING = os.O_WRONLY | os.O_RDWR

opened: dict[str, set[str]] = {"read": set(), "written": set()}


def note(event: str, arguments: tuple) -> None:
    if event == "open" and isinstance(arguments[0], str):
        path, _, flags = arguments
        full = os.path.abspath(path)
        if full.startswith(HERE) and not full.endswith(".pyc"):
            opened["written" if flags & WRITING else "read"].add(full.removeprefix(HERE))


def save(path: Path) -> None:
    content = {name: sorted(paths) for name, paths in opened.items()}  # before this opens a file itself
    path.write_text(json.dumps(content))


if sys.orig_argv[1:2] == ["-m"] and sys.orig_argv[2].startswith("stages."):
    sys.addaudithook(note)
    name = " ".join([sys.orig_argv[2].removeprefix("stages."), *sys.orig_argv[3:]])
    atexit.register(save, Path(os.environ["OPENED_FILES"], f"{name}.json"))
