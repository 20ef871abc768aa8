"""Whether this computer gives the committed bytes: they come of exact versions, and of kernels for AVX2."""

from importlib import metadata
from pathlib import Path

import torch

CONSTRAINTS = Path("constraints.txt")


def differences() -> list[str]:
    """A sentence for each thing that is not as it was where the committed bytes were made."""
    found = []
    if torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"):  # pinned to the former
        found.append("this processor lacks AVX2, which `arithmetic: portable` stands on")
    if others := other_versions():
        has = "other versions than constraints.txt says are installed"
        found.append(f"{has} ({', '.join(others)}); `pip install -c constraints.txt -e .` brings those")
    return found


def other_versions(path: Path = CONSTRAINTS) -> list[str]:
    """Packages that are there in another version than `path` says; without the file, none."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    wanted = dict(line.split("==") for line in lines if "==" in line)
    return [
        f"{name} {version}" for name in wanted if (version := _installed(name)) not in (None, wanted[name])
    ]


def _installed(name: str) -> str | None:
    """The version, without what says for which accelerator it was built; None: not there."""
    try:
        return metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return None  # used by tests alone
