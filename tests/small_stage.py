"""A training stage in small: a folder with settings and images, in which it runs as `python -m` runs it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from stages.common.settings import read_yaml
from tests.small import AE, NOISE, VAE, WTA, small_digits
from tests.stage_imports import ROOT

MODELS = {"ae": AE, "vae": VAE, "wta": WTA}


def make_folder(folder: Path, **changes: Any) -> Path:
    """`folder` with data/noisy, and the project's params.yaml with small models and `changes`."""
    digits = small_digits(train=20)
    for part in ("train", "validation", "test"):
        getattr(digits, part).save(folder / f"data/noisy/{part}.npz")
    params = read_yaml(ROOT / "params.yaml") | MODELS | {"noise": NOISE | {"fresh": True}} | changes
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    return folder


def start(folder: Path, stage: str, **environment: str) -> subprocess.Popen:
    """The stage, running in `folder`; what it prints can be read."""
    # without what a study that ran in this process before has said to its own processes
    inherited = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}
    return subprocess.Popen(
        [sys.executable, "-m", f"stages.{stage}"],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(folder: Path, stage: str, **environment: str) -> str:
    """What the stage prints, which must succeed."""
    process = start(folder, stage, **environment)
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output
