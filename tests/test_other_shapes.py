"""The main line from images to pages, on images that are no digits: in colour, or wide."""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from stages import (
    check_params,
    embed,
    explore,
    fetch_data,
    plot,
    prepare_noisy_data,
    report,
    train_ae,
    train_vae,
    train_wta,
    tsne,
)
from stages.common import large_arrays
from stages.common.artifacts import load_arrays, load_json, load_table
from stages.common.settings import read_yaml
from stages.pages.picture import Picture
from tests.pipeline.tiny_study import TINY

ROOT = Path(__file__).parents[1]
TRAINERS = {"ae": train_ae, "vae": train_vae, "wta": train_wta}
RGB, WIDE = (32, 32, 3), (20, 36)


def shapes_on_ground(axes: tuple[int, ...], count: int = 240) -> dict[str, np.ndarray]:
    """Bars: up or across, in any colour on a dark ground."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 30, (count, *axes), dtype=np.uint8)
    for index, image in enumerate(images):
        place, colour = draw.integers(2, min(axes[:2]) - 6), draw.integers(80, 220, axes[2:])
        image[(slice(place, place + 4), slice(2, -2))[:: 1 if index % 2 else -1]] += colour.astype(np.uint8)
    return {"images": images, "labels": np.array(["up", "across"])[np.arange(count) % 2]}


def change(**sections) -> None:
    """Write params.yaml: that of the project, made tiny, with these keys in its sections."""
    params = read_yaml(ROOT / "params.yaml")
    for changes in (TINY, {"data": {"own": "own.npz"}}, {"tsne": {"images": 40}}, sections):
        for key, value in changes.items():
            params[key] = params[key] | value if isinstance(value, dict) else value
    Path("params.yaml").write_text(yaml.safe_dump(params))


def run_all() -> None:
    """Every stage, in order."""
    for stage in (check_params, fetch_data, prepare_noisy_data, *TRAINERS.values()):
        stage.main()
    for model in TRAINERS:
        for stage in (embed, tsne, plot):
            stage.main(model)
    explore.main()
    report.main()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("axes", "architecture"), [(RGB, "conv"), (WIDE, "dense")], ids=["RGB", "wide"])
def test_the_main_line_runs_to_its_pages(folder, axes, architecture):
    np.savez("own.npz", **shapes_on_ground(axes))
    conv = {"maps": 6, "encoder_kernels": [5], "decoder_kernel": 7, "pool": 4}
    change(
        ae={"architecture": architecture},
        vae={"architecture": architecture},
        wta={"architecture": architecture, "conv": conv},
    )
    run_all()
    for model in TRAINERS:
        pictures = load_arrays(f"data/embeddings/{model}/pictures.npz")
        assert pictures["test_reconstruction"].shape[1:] == axes
        assert pictures["decoder_filters"].shape[3:] == axes[2:]
    metrics = load_json("reports/metrics.json")
    assert metrics["pca"]["test"]["psnr_db"] > metrics["data"]["noisy_psnr_db"]
    text = Path("reports/report.html").read_text()
    assert re.search("<h1", text)
    assert ("red weights are positive" in text) == (axes == WIDE)
    assert ("a colour is bright where its weight is positive" in text) == (axes == RGB)
    assert Picture.read("reports/figures/ae/tsne_images.png").height > 500


def test_all_is_measured_on_disk_and_on_a_part_where_so_few_images_are_asked_for(folder, monkeypatch):
    """A class of which no image is among the first ones is there all the same."""
    monkeypatch.setattr(large_arrays, "LARGE", 1000)
    arrays = shapes_on_ground(RGB)
    arrays["labels"] = np.where(np.arange(240) < 10, "rare", arrays["labels"])
    np.savez("own.npz", **arrays)
    change(data={"own": "own.npz", "grey": True}, embed={"most_images": 25}, tsne={"images": 25})
    run_all()
    metrics = load_json("reports/metrics.json")
    of_test = load_arrays("data/embeddings/ae/test.npz")["labels"]
    assert set(of_test) == {0, 1, 2}
    assert 25 <= len(of_test) <= 27
    assert metrics["data"]["test_images"] == len(of_test)
    assert metrics["data"]["mapped_images"] == len(load_table("data/tsne/ae/tsne.csv")) == 25
    assert not [path.name for path in Path("data").iterdir() if path.name.startswith("tmp")]
