"""Errors that a user can mend: one line that says what is wrong and what to do, and no traceback.

Everything else (a bug) keeps its traceback.
"""

import errno
import inspect
import sys
from collections.abc import Callable
from pathlib import Path


class StudyError(Exception):
    """Bad input. Its text names the thing, says what is wrong with it and what would be right."""


def run(main: Callable[..., None]) -> None:
    """Run a stage's `main` on the command line's arguments; exit with 1 and one line on bad input."""
    stage, arguments = _stage(Path(sys.argv[0])), sys.argv[1:]
    if arguments and not inspect.signature(main).parameters:
        sys.exit(f"{stage}: takes no arguments, but got {' '.join(arguments)}; settings are in params.yaml")
    try:
        main(*arguments)
    except StudyError as error:
        sys.exit(f"{stage}: {error}")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.exit(f"{stage}: the disk is full; free some space (`dvc gc -w` drops unused cache) and repeat")
    except KeyboardInterrupt:
        sys.exit(130)


def _stage(file: Path) -> str:
    """The stage that runs `file`: a study's experiment is the stage `measure-<study>`."""
    name = f"measure_{file.parent.name}" if file.stem == "experiment" else file.stem
    return name.replace("_", "-")
