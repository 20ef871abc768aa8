"""The whole project in small: a copy of it in a git repository of its own, whose pipeline runs in seconds."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from stages.common.sources import mnist_5k

ROOT = Path(__file__).parents[1]
OWN = "data/own/few.npz"
FEW = 30  # images of each digit

TRAINING = {"epochs": 2, "batch_size": 50}
NETWORK = {"channels": [4, 6], "hidden": [16]}
TINY = {
    "latent": 3,
    "device": "cpu",
    "data": {"dataset": "own", "own": OWN},
    "ae": TRAINING | NETWORK,
    "vae": TRAINING | NETWORK,
    "wta": TRAINING | {"units": 50, "lifetime": 0.1},
    "embed": {"probe_c": [0.1], "images": 3, "steps": 3, "samples": 3, "coordinates": 2},
    "tsne": {"images": 60, "perplexity": 5.0, "neighbours": 5, "kernel_pca_codes": 50},
}

# One thread: the networks are so small that more would only wait for each other.
# No state outside the folder: neither git's or DVC's user settings nor DVC's site-wide cache.
ENVIRONMENT = {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@localhost")


class TinyStudy:
    """A copy of the project with tiny settings in `folder`, driven by git and DVC as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        isolated = {"DVC_SITE_CACHE_DIR": str(folder / ".git/dvc-site"), "HOME": str(folder / ".git")}
        self.environment = os.environ | ENVIRONMENT | isolated

    @classmethod
    def make(cls, folder: Path) -> "TinyStudy":
        """Copy what git tracks or would track, make it tiny, and commit it."""
        names = subprocess.check_output(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
        )
        for name in sorted(filter(None, names.split("\0"))):
            if (ROOT / name).exists() and not name.startswith(("tests/", "reports/", "dvc.lock")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        study = cls(folder)
        study.change(TINY)
        save_few_digits(folder / OWN)
        study.git("init", "--quiet", "--initial-branch=main")
        study.commit("A tiny study")
        return study

    def copy(self, folder: Path) -> "TinyStudy":
        """The same study somewhere else, with results and cache."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return TinyStudy(folder)

    def git(self, *arguments: str) -> str:
        """What git prints."""
        return self._checked(["git", *IDENTITY, *arguments])

    def dvc(self, *arguments: str) -> str:
        """What DVC prints, on both streams."""
        return self._checked([*DVC, *arguments])

    def refused(self, *arguments: str) -> str:
        """What DVC prints when it fails, which it must."""
        process = self._run([*DVC, *arguments])
        assert process.returncode, f"should have failed:\n{process.stdout}"
        return process.stdout

    def start(self, *arguments: str) -> subprocess.Popen:
        """DVC in the background, in a process group of its own."""
        return subprocess.Popen(
            [*DVC, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def commit(self, message: str) -> str:
        """Commit everything; the new revision."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD").strip()

    def change(self, changes: dict[str, Any]) -> None:
        """Edit params.yaml by hand: values of sections, and of top-level keys."""
        yaml, path = YAML(), self.folder / "params.yaml"
        params = yaml.load(path)
        for key, value in changes.items():
            if isinstance(value, dict):
                params[key].update(value)
            else:
                params[key] = value
        yaml.dump(params, path)

    def contents(self, *folders: str) -> dict[str, bytes]:
        """Every file below `folders`."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for folder in folders
            for path in sorted((self.folder / folder).rglob("*"))
            if path.is_file()
        }

    def results(self) -> dict[str, bytes]:
        """All that the pipeline makes, and its lock."""
        lock = (self.folder / "dvc.lock").read_bytes()
        return self.contents("reports", *(f"data/{name}" for name in MADE)) | {"dvc.lock": lock}

    def _checked(self, command: list[str]) -> str:
        process = self._run(command)
        assert process.returncode == 0, f"{' '.join(command)} failed:\n{process.stdout}"
        return process.stdout

    def _run(self, command: list[str]) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


DVC = (sys.executable, "-m", "dvc")
MADE = ("raw", "noisy", "models", "embeddings", "tsne")


def save_few_digits(path: Path) -> None:
    """Some real digits of each class, as a user's own images."""
    every = mnist_5k()
    few = np.sort(np.concatenate([np.flatnonzero(every.labels == label)[:FEW] for label in range(10)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, images=every.images[few], labels=every.labels[few])


def stages_run(output: str) -> set[str]:
    """Stages that DVC says it ran (those restored from its run cache are not among them)."""
    return set(re.findall(r"^Running stage '(.+?)':", output, re.MULTILINE))


def stages_restored(output: str) -> set[str]:
    """Stages that DVC took from its run cache."""
    return set(re.findall(r"^Stage '(.+?)' is cached - skipping run", output, re.MULTILINE))
