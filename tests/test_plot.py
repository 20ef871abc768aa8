import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stages import plot
from stages.cards.card import keys
from stages.common.artifacts import load_table, save_arrays
from stages.common.classes import DIGITS
from stages.common.errors import StudyError
from tests.figures.pictures import all_pictures, labels, meanings, numbers

NAMES = {
    *(
        "losses.png",
        "reconstructions.png",
        "progress.png",
        "progress.gif",
        "interpolation.png",
        "samples.png",
    ),
    *("walk.png", "histograms.png", "tsne.png", "tsne_images.png", "kernel_pca.png", "kernel_pca_3d.png"),
    *("touching.png", "filters.png", "feature_maps.png"),
}


def save_table(path, columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(
        path, np.column_stack(list(columns.values())), delimiter=",", header=",".join(columns), comments=""
    )


@pytest.fixture
def arrays(tmp_path, monkeypatch, digits):
    """A folder with what earlier stages leave for the VAE: real digits, random maps."""
    monkeypatch.chdir(tmp_path)
    clean, noisy = digits.test.clean[:60], digits.test.noisy[:60]
    ten = {"noisy": noisy[:10], "clean": clean[:10]}
    pictures = all_pictures() | {
        f"{part}_{kind}": ten["clean" if kind == "reconstruction" else kind]
        for part in ("train", "test")
        for kind in ("noisy", "reconstruction", "clean")
    }
    for name in (
        "interpolation",
        "interpolation_start",
        "interpolation_end",
        "samples_prior",
        "samples_fitted",
    ):
        pictures[name] = np.resize(clean, pictures[name].shape)
    DIGITS.save()
    save_arrays("data/noisy/test.npz", clean=clean, noisy=noisy, labels=labels(60))
    save_arrays("data/models/vae/progress.npz", **ten, reconstructions=np.stack([ten["noisy"], ten["clean"]]))
    save_arrays("data/embeddings/vae/pictures.npz", **pictures)
    meanings().to_csv("data/embeddings/vae/coordinates.csv", index=False)
    terms = [f"{part}_{term}" for part in ("train", "validation") for term in ("loss", "cross_entropy", "kl")]
    history = {"epoch": np.arange(1, 3)} | {term: np.array([2.0, 1.0]) for term in terms}
    save_table(tmp_path / "data/models/vae/history.csv", history)
    save_table(
        tmp_path / "data/tsne/vae/tsne.csv",
        dict(zip("xy", numbers(2, 60), strict=True)) | {"label": labels(60)},
    )
    shares = np.full((10, 10), 0.1)
    save_arrays("data/tsne/vae/touching.npz", classes=np.arange(10), codes=shares, map=shares)
    points = dict(zip("xyz", numbers(3, 60), strict=True)) | {"label": labels(60)}
    save_table(tmp_path / "data/tsne/vae/kernel_pca.csv", points)
    return tmp_path


def test_plot_draws_every_figure_twice_the_same_and_small(arrays):
    folder = arrays / "reports/figures/vae"
    plot.main("vae")
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    plot.main("vae")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == first
    assert set(first) == NAMES
    for name, content in first.items():
        assert len(content) < (500_000 if name.endswith(".gif") else 200_000), name
    with Image.open(folder / "progress.gif") as animation:
        assert animation.n_frames == 2


def test_a_table_of_one_row_is_still_a_table(tmp_path):
    save_table(tmp_path / "table.csv", {"epoch": np.ones(1), "train_loss": np.full(1, 3.0)})
    columns = load_table(str(tmp_path / "table.csv"))
    assert list(columns) == ["epoch", "train_loss"]
    assert columns["train_loss"].tolist() == [3]


def test_an_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(StudyError, match=f"'gan' is no model; say one of {', '.join(keys())}"):
        plot.main("gan")


def test_figures_need_neither_torch_nor_sklearn():
    root = Path(plot.__file__).parents[1]
    code = "import sys, stages.plot; print({'torch', 'sklearn', 'pydantic'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    assert output.strip() == "set()", "importing them would take longer than drawing"
