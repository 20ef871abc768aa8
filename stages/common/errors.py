"""Errors that a user can mend: one line that says what is wrong and what to do, and no traceback.

Everything else (a bug) keeps its traceback.
"""

import errno
import inspect
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class StudyError(Exception):
    """Bad input. Its text names the thing, says what is wrong with it and what would be right."""


def run(main: Callable[..., None]) -> None:
    """Run a stage's `main` on the command line's arguments; exit with 1 and one line on bad input."""
    stage, arguments = _stage(Path(sys.argv[0])), sys.argv[1:]
    if arguments and not inspect.signature(main).parameters:
        sys.exit(f"{stage}: takes no arguments, but got {' '.join(arguments)}; settings are in params.yaml")
    try:
        with _interruptible():
            main(*arguments)
            print(end="", flush=True)  # what was printed may not have left yet; here its failure can be told
    except StudyError as error:
        sys.exit(f"{stage}: {error}")
    except BrokenPipeError:  # as in `… | head`: nobody reads on
        sys.exit(141)
    except OSError as error:
        if not (advice := _advice(error)):
            raise
        sys.exit(f"{stage}: {advice}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        _drop_what_cannot_be_printed()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt inside; outside, `startup` has it end the process at once."""
    ends_the_process = signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    if ends_the_process:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if ends_the_process:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _advice(error: OSError) -> str | None:
    """What to do about files in the way, and the like; None where `error` is about something else."""
    path = error.filename2 or error.filename  # of a file that is renamed: to what
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full; free some space (`dvc gc -w` drops unused cache) and repeat"
        case errno.EISDIR if path:
            return f"{path} is a folder, where a file should be; move it away"
        case errno.ENOTDIR | errno.EEXIST if path:
            return f"a file is in the way of the folder {path}; move it away"
        case errno.EACCES | errno.EPERM | errno.EROFS if path:
            return f"{path} may not be read or written; change its permissions, or its folder's"
    return None


def _drop_what_cannot_be_printed() -> None:
    try:
        print(end="", flush=True)
    except OSError:  # Python would try again as it ends, and fail with a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stage(file: Path) -> str:
    """The stage that runs `file`: a study's experiment is the stage `measure-<study>`."""
    name = f"measure_{file.parent.name}" if file.stem == "experiment" else file.stem
    return name.replace("_", "-")
