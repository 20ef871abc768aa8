"""What a process that runs a stage is told before it imports anything else; `stages/__init__.py` calls it.

Programs that use the package as a library keep what is theirs.
"""

import os
import signal
import sys
from pathlib import Path


def prepare() -> None:
    """Let Ctrl-C end a stage without a traceback, one of several show a bar, and matplotlib start."""
    if "-m stages." not in " ".join(sys.orig_argv):
        return
    # Imports take seconds. `errors.run` catches Ctrl-C later; until then it ends the process on the spot.
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:  # not where it is ignored, as in `… &`
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Of several processes that train one model (see `ranks`) the first shows a bar.
    if os.environ.get("RANK", "0") != "0":
        os.environ["TQDM_DISABLE"] = "1"
    # Figures are drawn without a backend, but matplotlib does not start with one that it does not know.
    os.environ.pop("MPLBACKEND", None)
    if not _home_is_writable():
        os.environ.setdefault("MPLCONFIGDIR", _folder_for_matplotlib())


def _home_is_writable() -> bool:
    import tempfile  # only here: it takes longer than all else that comes before the line about Ctrl-C

    try:
        tempfile.TemporaryFile(dir=Path.home()).close()
    except (OSError, RuntimeError):  # RuntimeError: there is none
        return False
    return True


def _folder_for_matplotlib() -> str:
    """One for all processes: in a new one each, matplotlib would look for fonts each time, and complain."""
    import tempfile

    user = os.getuid() if hasattr(os, "getuid") else ""  # on Windows, the folder above is the user's own
    return os.path.join(tempfile.gettempdir(), f"matplotlib-{user}")
