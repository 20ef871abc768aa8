"""A training that was killed goes on, to the bytes of one that was not."""

import signal
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from stages.analyses.learning import Learning
from stages.common.errors import StudyError
from stages.images.datasets import NoisyImages
from stages.training import snapshots
from stages.training.loop import fit
from stages.training.progress import Progress
from stages.training.snapshots import Snapshots
from stages.training.watching import all_of
from tests import small_stage
from tests.small import CPU, build, model_settings, noise_settings

STACK = ({"architecture": "dense", "size": 30, "lifetime": 0.2},)
CASES = {
    "ae": ("ae", {"architecture": "conv", "schedule": "one-cycle"}),
    "ae, dropout": ("ae", {}),
    "vae": ("vae", {"optimizer": "sgd", "sgd": {"momentum": 0.9}, "learning_rate": 1e-4}),
    "wta": ("wta", {"schedule": "one-cycle", "stack": STACK}),
}
EPOCHS = 4


class Killed(Exception):
    """Stands for whatever ends a process."""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder without snapshots, where one is written after each epoch."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SNAPSHOT_SECONDS", "0")


def trained(case: str, digits, killed_after: int = 0, seed: int = 0, keep: bool = True):
    """Weights, history, measures and pictures, as from a stage; killed in the epoch after that many."""
    name, changes = CASES[case]
    settings, model = model_settings(name, epochs=EPOCHS, **changes), build(name, **changes)
    if "dropout" in case:
        model.encoder.insert(1, nn.Dropout())
    progress, learning = Progress(digits.test, CPU), Learning(digits.train, digits.validation, CPU)
    records = (progress.epochs, learning.rows)
    kept = Snapshots(name, (settings, seed), tuple(vars(digits).values()), records) if keep else None

    def kill(model):
        if killed_after and len(learning.rows) > killed_after:
            raise Killed

    watch, fresh, history = all_of(progress, learning, kill), noise_settings(fresh=True), []
    for part in (model.upto(depth) for depth in (1, 2)) if name == "wta" else (model,):
        history += fit(part, digits.train, digits.validation, settings, CPU, seed, fresh, watch, kept)
    return model.state_dict(), history, learning.rows, progress.epochs


def assert_same_bytes(one, other):
    """Of two results of `trained`."""
    (weights, history, measures, pictures), (weights_2, history_2, measures_2, pictures_2) = one, other
    assert history == history_2
    assert measures == measures_2
    np.testing.assert_array_equal(np.stack(pictures), np.stack(pictures_2))
    assert weights.keys() == weights_2.keys()
    assert all(torch.equal(value, weights_2[name]) for name, value in weights.items())


@pytest.mark.parametrize(
    ("case", "killed_after"),
    [("ae", 1), ("ae", 3), ("ae, dropout", 2), ("vae", 2), ("wta", 2), ("wta", 4), ("wta", 6)],
)
def test_what_goes_on_gives_the_bytes_of_what_was_never_stopped(case, killed_after, digits, capsys):
    with pytest.raises(Killed):
        trained(case, digits, killed_after)
    found = trained(case, digits)
    assert "takes the training up after epoch" in capsys.readouterr().err
    assert_same_bytes(found, trained(case, digits, keep=False))


def test_what_goes_on_trains_only_what_is_left(digits):
    with pytest.raises(Killed):
        trained("ae", digits, killed_after=3)
    seen = []

    class Counting(Progress):
        def __call__(self, model):
            seen.append(model)

    settings, model = model_settings("ae", epochs=EPOCHS, **CASES["ae"][1]), build("ae", **CASES["ae"][1])
    kept = Snapshots("ae", (settings, 0), tuple(vars(digits).values()), ([], []))
    history = fit(
        model, digits.train, digits.validation, settings, CPU, 0, None, Counting(digits.test, CPU), kept
    )
    assert len(history) == EPOCHS
    assert len(seen) == 1


def test_a_training_that_was_killed_twice_goes_on_twice(digits):
    for killed_after in (1, 3):
        with pytest.raises(Killed):
            trained("ae", digits, killed_after)
    assert_same_bytes(trained("ae", digits), trained("ae", digits, keep=False))


# --- what is passed over


def test_a_snapshot_of_other_settings_is_passed_over_with_a_line(digits, capsys):
    with pytest.raises(Killed):
        trained("ae", digits, killed_after=2, seed=1)
    found = trained("ae", digits)
    line = (
        "data/snapshots/ae/1.pt is of other settings, images, code or libraries; the training starts anew\n"
    )
    assert line in capsys.readouterr().err
    assert_same_bytes(found, trained("ae", digits, keep=False))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: b"",
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
    ],
    ids=["cut off", "empty", "another bit"],
)
def test_a_damaged_snapshot_is_passed_over_with_a_line(damage, digits, capsys):
    with pytest.raises(Killed):
        trained("ae", digits, killed_after=2)
    path = Path("data/snapshots/ae/1.pt")
    path.write_bytes(damage(path.read_bytes()))
    found = trained("ae", digits)
    assert "data/snapshots/ae/1.pt is damaged; the training starts anew\n" in capsys.readouterr().err
    assert_same_bytes(found, trained("ae", digits, keep=False))


def key(digits, facts=("a",), **changes) -> bytes:
    images = [type(digits.train)(**vars(digits.train) | changes)]
    return Snapshots("ae", facts, images, ())._key


def test_every_fact_image_file_of_code_and_library_is_part_of_the_key(digits, monkeypatch, tmp_path):
    keys = [key(digits), key(digits, facts=("b",))]
    keys.append(
        key(digits, noisy=digits.train.noisy ^ (np.arange(digits.train.noisy.size) == 7).reshape(-1, 28, 28))
    )
    with monkeypatch.context() as patch:
        patch.setattr(torch, "__version__", "0.0")
        keys.append(key(digits))
    (tmp_path / "edited.py").write_text(Path(snapshots.__file__).read_text() + "\n")
    with monkeypatch.context() as patch:
        patch.setattr(
            snapshots.sys.modules["stages.training.snapshots"], "__file__", str(tmp_path / "edited.py")
        )
        keys.append(key(digits))
    assert len(set(keys)) == 5
    assert key(digits) == keys[0]


# --- when and where


def test_the_key_of_large_images_needs_no_copy_of_them():
    images = np.zeros((4000, 28, 28), np.uint8)
    of = Snapshots("ae", (), [NoisyImages(images, images, np.zeros(4000, np.uint8))], ())
    tracemalloc.start()
    assert of._key
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < images.nbytes / 4


def test_a_training_that_takes_less_than_the_seconds_writes_none(digits, monkeypatch):
    monkeypatch.delenv("SNAPSHOT_SECONDS")
    trained("ae", digits)
    assert not Path("data").exists()


def test_where_no_snapshot_can_be_written_the_training_goes_on(digits, capsys):
    Path("data").write_text("in the way")
    found = trained("ae", digits)
    assert "1.pt cannot be written (" in capsys.readouterr().err
    assert_same_bytes(found, trained("ae", digits, keep=False))


def test_seconds_that_are_no_number_are_refused(digits, monkeypatch):
    monkeypatch.setenv("SNAPSHOT_SECONDS", "soon")
    with pytest.raises(StudyError, match="SNAPSHOT_SECONDS is 'soon'; it should be a number, such as 30"):
        Snapshots("ae", (), (), ())


def test_a_stage_that_was_killed_leaves_the_files_of_one_that_was_not(tmp_path):
    ae = small_stage.AE | {"epochs": 40}
    killed, other = (small_stage.make_folder(tmp_path / name, ae=ae) for name in ("killed", "other"))
    process = small_stage.start(killed, "train_ae")
    while not (killed / "data/snapshots/ae/1.pt").exists():
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (killed / "data/models").exists()
    assert "takes the training up after epoch" in small_stage.run(killed, "train_ae")
    small_stage.run(other, "train_ae")
    for path in (other / "data/models/ae").iterdir():
        assert path.read_bytes() == (killed / "data/models/ae" / path.name).read_bytes(), path.name
    assert not (killed / "data/snapshots/ae").exists()
