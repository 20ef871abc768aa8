"""CIFAR-10 and SVHN, as small files in torchvision's own layouts."""

import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import torchvision.datasets

from stages.common.errors import StudyError
from stages.images import sources
from stages.images.sources import DataSettings

EACH = 20  # images of a file
COLOURS = np.random.default_rng(0).integers(0, 256, (EACH, 32, 32, 3), np.uint8)
LABELS = np.arange(EACH) % 10


def settings(dataset: str) -> DataSettings:
    return DataSettings(dataset=dataset, own="data/own", test_fraction=0.2)


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


@pytest.fixture
def cifar10(tmp_path, monkeypatch) -> Path:
    """Files of 20 images each, and their checksums in place of the published ones."""
    monkeypatch.chdir(tmp_path)
    folder, kind = Path("data/downloads/CIFAR10/cifar-10-batches-py"), torchvision.datasets.CIFAR10
    folder.mkdir(parents=True)
    rows = COLOURS.transpose(0, 3, 1, 2).reshape(EACH, -1)  # as published: all red, all green, all blue
    for files in ("train_list", "test_list"):
        for name, _ in getattr(kind, files):
            (folder / name).write_bytes(pickle.dumps({"data": rows, "labels": LABELS.tolist()}))
        monkeypatch.setattr(kind, files, [[name, md5(folder / name)] for name, _ in getattr(kind, files)])
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": [*"abcdefghij"]}))
    monkeypatch.setattr(kind, "meta", kind.meta | {"md5": md5(folder / "batches.meta")})
    return folder


@pytest.fixture
def svhn(tmp_path, monkeypatch) -> Path:
    """The same; SVHN calls the digit 0 ten."""
    monkeypatch.chdir(tmp_path)
    folder, kind = Path("data/downloads/SVHN"), torchvision.datasets.SVHN
    folder.mkdir(parents=True)
    parts = {}
    for part in ("train", "test"):
        path = folder / f"{part}_32x32.mat"
        ten = np.where(LABELS == 0, 10, LABELS)[:, None]
        scipy.io.savemat(path, {"X": COLOURS.transpose(1, 2, 3, 0), "y": ten.astype(np.uint8)})
        parts[part] = ["http://127.0.0.1:9/", path.name, md5(path)]
    monkeypatch.setattr(kind, "split_list", parts)
    return folder


@pytest.mark.parametrize(("dataset", "train_files"), [("cifar10", 5), ("svhn", 1)])
def test_images_and_labels_are_those_of_the_files(request, dataset, train_files):
    request.getfixturevalue(dataset)
    train, test, named = sources.fetch(settings(dataset), seed=0)
    np.testing.assert_array_equal(train.images, np.concatenate([COLOURS] * train_files))
    np.testing.assert_array_equal(test.images, COLOURS)
    np.testing.assert_array_equal(test.labels, LABELS)
    assert sources.check(settings(dataset), seed=0) == ((3, 32, 32), EACH)
    assert len(named.names) == 10


@pytest.mark.parametrize(("dataset", "name"), [("cifar10", "data_batch_3"), ("svhn", "test_32x32.mat")])
def test_a_changed_file_is_refused_before_it_is_opened(request, monkeypatch, dataset, name):
    folder = request.getfixturevalue(dataset)
    (folder / name).write_bytes(b"code" + (folder / name).read_bytes())
    monkeypatch.setattr(pickle, "load", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(StudyError, match=f"{dataset.upper()} is truncated or changed; delete it"):
        sources.fetch(settings(dataset), seed=0)


@pytest.mark.parametrize(("dataset", "count"), [("cifar10", 10_000), ("svhn", 26_032)])
def test_what_is_not_downloaded_yet_is_known_by_shape_and_number(tmp_path, monkeypatch, dataset, count):
    monkeypatch.chdir(tmp_path)
    assert sources.check(settings(dataset), seed=0) == ((3, 32, 32), count)


@pytest.mark.parametrize("dataset", ["cifar10", "svhn"])
def test_without_network_it_says_which_files_belong_where(tmp_path, monkeypatch, dataset):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torchvision.datasets.CIFAR10, "url", "http://127.0.0.1:9/x.tar.gz")
    nowhere = {part: ["http://127.0.0.1:9/", f"{part}_32x32.mat", "0"] for part in ("train", "test")}
    monkeypatch.setattr(torchvision.datasets.SVHN, "split_list", nowhere)
    name = {"cifar10": "cifar-10-batches-py/test_batch", "svhn": "train_32x32.mat"}[dataset]
    with pytest.raises(
        StudyError, match=f"{dataset} cannot be downloaded .*{name}.*data/downloads/.*mnist-5k"
    ):
        sources.fetch(settings(dataset), seed=0)
    assert not sources.colour_sets.is_complete(dataset)
