"""The whole project in small: a copy in a git repository of its own, whose pipeline takes seconds a stage."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from stages.common.settings import read_yaml
from stages.images.sources import mnist_5k

ROOT = Path(__file__).parents[2]
RECORDER = Path(__file__).parent / "recorder"
PROJECT = (".dvc/.gitignore", ".dvc/config", ".dvc/plots", ".dvcignore", ".gitignore", "data/own/README.md")
PROJECT += ("reports/explorer/explorer.png",)
PROJECT += ("constraints.txt", "dvc.yaml", "params.yaml", "stages")

FEW = 30  # images of each digit
OWN = "data/own/few.npz"
TRAINING = {"epochs": 2, "batch_size": 50}
NETWORK = {"conv": {"channels": [4, 6]}, "dense": {"hidden": [16]}}
TINY = {
    "latent": 3,
    "data": {"dataset": "own", "own": OWN},
    "ae": TRAINING | NETWORK,
    "vae": TRAINING | NETWORK,
    "wta": TRAINING | {"dense": {"units": 50, "tied": False}, "lifetime": 0.1},
    "embed": {"probe_c": [0.1], "images": 3, "steps": 3, "samples": 3, "coordinates": 2},
    "tsne": {"images": 60, "perplexity": 5.0, "neighbours": 5, "kernel_pca_codes": 50},
}

DVC = (sys.executable, "-m", "dvc")
GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@localhost")


class TinyStudy:
    """The project in `folder`, driven by git and DVC as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = environment(folder)

    @classmethod
    def make(cls, folder: Path) -> "TinyStudy":
        """Copy the project as it is now, make it tiny, and commit it."""
        for name in PROJECT:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder / name)
        save_few_digits(folder / OWN)
        study = cls(folder)
        study.change(TINY)
        study.git("init", "--quiet", "--initial-branch=main")
        study.commit("A tiny study")
        return study

    def copy(self, folder: Path) -> "TinyStudy":
        """The same study somewhere else, with its results and its cache."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return TinyStudy(folder)

    def git(self, *arguments: str) -> str:
        """What git prints."""
        return self._succeeding([*GIT, *arguments])

    def dvc(self, *arguments: str, **environment: str) -> str:
        """What DVC prints, on both streams."""
        return self._succeeding([*DVC, *arguments], **environment)

    def refused(self, *arguments: str) -> str:
        """What DVC prints when it fails, which it must."""
        process = self._run([*DVC, *arguments])
        assert process.returncode, f"dvc {' '.join(arguments)} should have failed:\n{process.stdout}"
        return process.stdout

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """DVC in the background, in a process group of its own."""
        return subprocess.Popen(
            [*DVC, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def commit(self, message: str) -> None:
        """Commit everything that git does not ignore."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def change(self, changes: dict[str, Any]) -> None:
        """Edit params.yaml by hand: top-level values, and values of sections."""
        path = self.folder / "params.yaml"
        params = read_yaml(path)
        for key, value in changes.items():
            if isinstance(value, dict):
                params[key].update(value)
            else:
                params[key] = value
        path.write_text(yaml.safe_dump(params, sort_keys=False))

    def results(self) -> dict[str, bytes]:
        """Every file that the pipeline makes, half-written ones too, and its lock."""
        paths = [*self.folder.glob("data/**/*"), *self.folder.glob("reports/**/*"), self.folder / "dvc.lock"]
        files = {path.relative_to(self.folder).as_posix(): path for path in paths if path.is_file()}
        return {name: path.read_bytes() for name, path in sorted(files.items()) if "data/own" not in name}

    def _succeeding(self, command: list[str], **environment: str) -> str:
        process = self._run(command, **environment)
        assert process.returncode == 0, f"{' '.join(command)}:\n{process.stdout}"
        return process.stdout

    def _run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def environment(folder: Path) -> dict[str, str]:
    """This Python first, and nobody's settings of git or DVC."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DVC_"))}
    return ours | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "DVC_GLOBAL_CONFIG_DIR": str(folder.parent / "dvc-settings"),
        "DVC_SYSTEM_CONFIG_DIR": str(folder.parent / "dvc-settings"),
        "DVC_SITE_CACHE_DIR": str(folder.parent / "dvc-site-cache"),
    }


def save_few_digits(path: Path) -> None:
    """Some real digits of each class, as a user's own images."""
    every = mnist_5k()
    few = np.concatenate([np.flatnonzero(every.labels == label)[:FEW] for label in range(10)])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, images=every.images[few], labels=every.labels[few])


def stages_run(output: str) -> set[str]:
    """Stages that DVC says it ran; those that it took from its run cache are not among them."""
    return set(re.findall(r"^Running stage '(.+?)':", output, re.MULTILINE))


def stages_restored(output: str) -> set[str]:
    """Stages that DVC says it took from its run cache."""
    return set(re.findall(r"^Stage '(.+?)' is cached - skipping run", output, re.MULTILINE))
