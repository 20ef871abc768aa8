"""Arithmetic that is the same on every x86-64 processor with AVX2.

Libraries choose their kernels by the processor they find. Another kernel sums in another order, so the last
bit of a product differs, and training magnifies that: with the same seed, the autoencoder's probe error was
14.0 % on one maker's processor and 16.0 % on the other's. So `arithmetic: portable` in params.yaml, the
default, pins what is chosen; `fast` leaves it to the machine. Libraries read these variables once, while they
load: hence this module is the first that `stages` imports, and it imports nothing of them.

One thread a process, since a sum over threads depends on their number. Cores are filled by what can run side
by side; a second thread within an operation would gain a third on an idle machine, and loses all of it and
more as soon as another process wants a core.

What no variable reaches stands elsewhere: matrix products in `products.py`; Adam in `training/loop.py`,
fused, as the plain one takes square roots from MKL's vector library, which differ.
"""

import os
import re
import sys
from pathlib import Path

PARAMS = Path("params.yaml")

PINS = {
    # Threads, of every library that has its own.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # PyTorch's own loops; oneDNN: its convolutions; MKL: the rest, equal for all makers in this mode alone.
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_CBWR": "COMPATIBLE",
    # OpenBLAS, which NumPy and SciPy bring; NumPy's own loops (exp, log), by the names of version 2.4.
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}


def is_portable() -> bool:
    """Whether params.yaml asks for `portable`, or does not say.

    By its line, as a YAML parser takes a tenth of a second; check-params has looked at the value.
    """
    try:
        return not re.search(r"^arithmetic:\s*fast\b", PARAMS.read_text(encoding="utf-8"), re.MULTILINE)
    except (OSError, ValueError):  # missing or no text: whoever reads the settings says so
        return True


def pin() -> None:
    """Set the pins for this process and those that it starts, or with `fast` take inherited ones away.

    Where NumPy or PyTorch are there already, whoever imports `stages` is no stage but somebody's own program,
    whose arithmetic is theirs; or a process of a study, which has inherited its pins.
    """
    if {"numpy", "torch"} & sys.modules.keys():
        return
    if is_portable():
        os.environ |= PINS
    elif is_pinned():
        for name in PINS:
            del os.environ[name]


def is_pinned() -> bool:
    """Whether this process computes portably: its own pins, or those of the process that started it."""
    return all(os.environ.get(name) == value for name, value in PINS.items())
