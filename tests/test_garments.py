"""Fashion-MNIST in small, from its four files to the last page: nowhere is a shoe called a digit."""

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml
from matplotlib.text import Text
from PIL import Image

from stages import (
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
from stages.cards.card import keys
from stages.common.classes import GARMENTS, Classes
from stages.common.settings import read_yaml
from stages.images import downloads
from stages.studies import bench, page
from stages.studies.settings import PAGES
from tests.idx_files import idx, md5, packed
from tests.pipeline.tiny_study import TINY
from tests.small import small_digits
from tests.studies.tiny import ROOT, one_after_the_other, write_params

TRAINING = {"epochs": 1, "batch_size": 50}
STUDIES = {  # those that look at filters
    "conv-filters": {"runs": 1, "conv_maps__epochs": 1, "conv_maps__channels": [2, 2]},
    "wta-sparsity": {
        "rates": [0.1, 1.0],
        "runs": 1,
        "conv_rates": [1.0],
        "conv_runs": 1,
        "conv_epochs": 1,
        "shown": 5,
        "wta__dense__units": 30,
        "wta__conv__maps": 4,
        "wta__epochs": 1,
    },
    "supervised-features": {
        "latent": 4,
        "runs": 2,
        "labels": [20],
        "draws": 2,
        "presented": 20,
        "perplexity": 5.0,
        "wta__dense__units": 30,
        **{f"{model}__epochs": 1 for model in ("ae", "vae", "wta", "classifier")},
        **{f"{model}__conv__channels": [2, 4] for model in ("ae", "vae", "classifier")},
    },
}


@pytest.fixture(scope="module")
def drawn():
    """What figures say, by their files."""
    return {}


@pytest.fixture(scope="module")
def project(tmp_path_factory, drawn):
    """A folder in which the main line and the studies of filters have run; figures are noted, not painted."""
    folder = tmp_path_factory.mktemp("garments")

    def note(figure, path):
        still = next(figure) if str(path).endswith(".gif") else figure
        drawn[str(path)] = [text.get_text() for text in still.findobj(Text)]
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (3, 2)).save(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for module in (plot, report, page):
            patch.setattr(module, "save_png", note)
            patch.setattr(module, "save_gif", note, raising=False)
        publish(folder / "data/downloads/FashionMNIST/raw", patch)
        run_main_line(folder)
        for study, changes in STUDIES.items():
            run_study(folder, study, changes, patch)
    return folder


def publish(raw: Path, patch: pytest.MonkeyPatch) -> None:
    """Fashion-MNIST's files, of a few images, and the checksums that they have."""
    parts = small_digits(train=30, validation=1, test=10)
    files = {}
    for name, part in (("train", parts.train), ("t10k", parts.test)):
        files |= {f"{name}-images-idx3-ubyte": part.clean, f"{name}-labels-idx1-ubyte": part.labels}
    contents = {f"{name}.gz": packed(idx(values)) for name, values in files.items()}
    patch.setattr(downloads, "SHAPES", {name: values.shape for name, values in files.items()})
    sums = {name: md5(content) for name, content in contents.items()}
    patch.setattr(downloads, "MD5", {"FashionMNIST": sums})
    raw.mkdir(parents=True)
    for name, content in contents.items():
        (raw / name).write_bytes(content)


def run_main_line(folder: Path) -> None:
    """Every stage, in this process."""
    params = read_yaml(ROOT / "params.yaml")
    for key, value in TINY.items():
        params[key] = params[key] | value if isinstance(value, dict) else value
    params["data"]["dataset"] = "fashion-mnist"
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    for stage in (fetch_data, prepare_noisy_data, train_ae, train_vae, train_wta):
        stage.main()
    for stage in (embed, tsne, plot):
        for model in keys():
            stage.main(model)
    for stage in (report, explore):
        stage.main()


def run_study(folder: Path, study: str, changes: dict, patch: pytest.MonkeyPatch) -> None:
    """Measure, draw and write."""
    write_params(folder, study, changes)
    experiment = import_module(f"stages.studies.{study.replace('-', '_')}.experiment")
    for module in (bench, experiment):
        patch.setattr(module, "in_parallel", one_after_the_other, raising=False)
    experiment.main()
    page.main(study)


def html(path: Path) -> str:
    """A page, with its code, without what is packed into it."""
    return re.sub(r"[A-Za-z0-9+/=]{200,}", "", path.read_text(encoding="utf-8"))


def test_what_was_fetched_has_the_names_of_its_classes(project):
    assert Classes.load(project / "data/classes.json") == GARMENTS
    assert len(np.load(project / "data/raw/train.npz")["labels"]) == 300


@pytest.mark.parametrize("name", ["report", "explorer"])
def test_the_main_lines_pages_speak_of_garments(project, name):
    text = html(project / f"reports/{name}.html")
    assert "digit" not in text.lower()
    assert GARMENTS.noun in text


@pytest.mark.parametrize("study", STUDIES)
def test_pages_of_the_studies_of_filters_speak_of_garments(project, study):
    for name in ("README.md", "index.html"):
        text = (project / PAGES / study / name).read_text(encoding="utf-8")
        assert "digit" not in text.lower()
        assert GARMENTS.noun in text


def test_figures_name_garments(project, drawn):
    assert len(drawn) > 50
    assert [path for path, texts in drawn.items() if "digit" in " ".join(texts).lower()] == []
    for path in ("reports/figures/ae/tsne.png", f"{PAGES}/supervised-features/figures/codes.png"):
        assert set(GARMENTS.names) <= set(drawn[path])
