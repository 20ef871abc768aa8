"""explore: one page with the run in it, of whatever size and kind the run is."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from stages import explore
from stages.analyses import layers
from stages.common.artifacts import load_json, save_arrays, save_json, save_table
from stages.common.classes import DIGITS, GARMENTS
from stages.common.errors import StudyError
from stages.common.settings import read_yaml
from stages.images.datasets import NoisyImages
from stages.pages.explorer import packing
from stages.training.checkpoints import save_model
from tests.figures.pictures import images, labels, numbers
from tests.pages.report_metrics import CARDS, all_metrics
from tests.small import MODELS, build, model_settings

ROOT = Path(__file__).parents[1]
MAPPED = 12  # test images
MANIFEST = re.compile(r'<script type="application/json" id="manifest">(.*?)</script>', re.DOTALL)


@pytest.fixture
def project(tmp_path, monkeypatch, digits):
    """A folder with what earlier stages leave: real digits, models that learned nothing, random maps."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    DIGITS.save()
    digits.test.save("data/noisy/test.npz")
    metrics = all_metrics(CARDS)
    save_json("data/noisy/metrics.json", {"data": metrics["data"]})
    for name in CARDS:
        save_model(f"data/models/{name}", name, build(name), model_settings(name), latent_of(name))
        size = 100 if name == "wta" else 10
        save_outputs(name, size, metrics[name])
        for figure in (ROOT / "reports/figures" / name).glob("*.png"):
            path = Path("reports/figures") / name / figure.name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (3, 2)).save(path)
    return tmp_path


def latent_of(name):
    return 10 if MODELS[name][0].Settings.takes_latent else None


def save_outputs(name, size, metrics):
    for part, count in (("train", 60), ("test", 200)):
        save_arrays(f"data/embeddings/{name}/{part}.npz", codes=numbers(count, size), labels=labels(count))
    save_json(f"data/embeddings/{name}/metrics.json", {key: metrics[key] for key in ("test", "codes")})
    save_json(f"data/tsne/{name}/metrics.json", {"tsne": metrics["tsne"]})
    for path, columns, count in (("tsne", "xy", MAPPED), ("kernel_pca", "xyz", 30)):
        points = pd.DataFrame(numbers(count, len(columns)), columns=[*columns]).assign(label=labels(count))
        save_table(f"data/tsne/{name}/{path}.csv", points)
    history = pd.DataFrame({"epoch": [1, 2], "train_loss": [3.0, 2.0], "validation_loss": [3.0, 2.5]})
    save_table(f"data/models/{name}/history.csv", history)
    learning = {"noisy": images(4), "clean": images(4), "reconstructions": images(2, 4)}
    save_arrays(f"data/models/{name}/progress.npz", **learning)


def page_of(project) -> str:
    explore.main()
    return (project / "reports/explorer.html").read_text(encoding="utf-8")


def content_of(project) -> dict:
    """The page's data, with notes in place of arrays."""
    return json.loads(MANIFEST.search(page_of(project))[1])


def models_of(project) -> dict[str, dict]:
    return {model["key"]: model for model in content_of(project)["models"]}


def test_the_page_carries_the_run_and_what_one_needs_to_check_it(project, digits):
    content = content_of(project)
    assert content["labels"]["shape"] == [MAPPED], "no more images than are mapped"
    assert content["pixels"]["shape"] == [MAPPED, 28, 28]
    assert [model["key"] for model in content["models"]] == list(CARDS)
    assert content["metrics"]["vae"]["test"]["elbo"] == -120.0
    settings = read_yaml(project / "params.yaml")
    assert content["settings"] == {name: settings[name] for name in content["settings"]}
    assert settings.keys() - content["settings"].keys() == {"parallel", "processes"}  # how, not what
    assert set(content["versions"]) >= {"torch", "numpy"}
    for model in content["models"]:
        assert model["unavailable"] is None
        assert model["tsne"]["shape"] == [MAPPED, 2]
        assert model["neighbours"]["shape"] == [MAPPED, 5]
        assert model["history"]["validation_loss"] == [3.0, 2.5]


def test_codes_of_few_numbers_are_carried_and_sparse_ones_made_on_the_spot(project):
    models = models_of(project)
    for name in ("ae", "vae"):
        assert models[name]["codes"]["shape"] == [MAPPED, 10]
        assert models[name]["gaussian"]["factor"]["shape"] == [10, 10]
        assert len(models[name]["coordinates"]) == 10
    assert models["wta"]["codes"] is None
    assert "sparse" in models["wta"]["codesUnavailable"].lower()
    assert (models["wta"]["latent"], models["wta"]["units"]) == (100, 100)


def test_a_coordinate_says_what_it_was_found_to_mean(project):
    found = {"coordinate": [0, 3], "measure": ["ink", "slant"], "share": [0.07, 0.69], "sign": [1, -1]}
    found |= {"classes_agreeing": [0, 8], "classes": [10, 10], "named": [0, 1]}
    save_table("data/embeddings/vae/coordinates.csv", pd.DataFrame(found))
    models = models_of(project)
    said = [one["meaning"] for one in models["vae"]["coordinates"]]
    assert said[3] == "slant (r² = 0.69, in 8 of 10 classes)"
    assert [*said[:3], *said[4:]] == [None] * 9
    assert {one["meaning"] for one in models["ae"]["coordinates"]} == {None}, "nobody looked"


def test_fewer_images_can_be_asked_for(project):
    settings = read_yaml(project / "params.yaml") | {"explore": {"images": 4}}
    (project / "params.yaml").write_text(yaml.safe_dump(settings))
    content = content_of(project)
    assert content["labels"]["shape"] == [4]
    assert content["models"][0]["neighbours"]["shape"] == [4, 3], "of four codes, each has three others"


def test_classes_are_those_that_occur_by_the_names_of_the_data_set(project, digits):
    test = digits.test
    kept = np.isin(test.labels, (2, 5))
    NoisyImages(test.clean[kept], test.noisy[kept], test.labels[kept]).save("data/noisy/test.npz")
    GARMENTS.save()
    content = content_of(project)
    found = [(one["label"], one["name"]) for one in content["classes"]]
    assert found == [(2, "Pullover"), (5, "Sandal")]
    assert content["noun"] == "garment"


def test_what_cannot_be_shown_says_why(project, monkeypatch):
    monkeypatch.setattr(packing, "MOST", 120_000)  # of the three, the dense autoencoders have fewer weights
    monkeypatch.setattr(packing, "FINE", 1000)
    monkeypatch.setattr(explore, "LARGEST_CODE", 9)
    models = models_of(project)
    assert models["wta"]["layers"] is None
    assert models["wta"]["unavailable"] == (
        "The model has 156,800 weights, which would make this page too large."
    )
    assert models["ae"]["layers"]["decoder"][0]["weights"]["bits"] == 4
    assert models["ae"]["codesUnavailable"] == "Codes of more than 9 numbers would make this page too large."
    assert models["ae"]["coordinates"] is None


def test_a_layer_that_the_page_does_not_know_is_named(project, monkeypatch):
    def refuse(model):
        raise layers.UnknownLayerError("GELU is no layer that is known")

    monkeypatch.setattr(explore, "layers_of", refuse)
    model = models_of(project)["ae"]
    assert model["unavailable"] == "This page cannot run the model: GELU is no layer that is known."
    assert model["latent"] == 10
    assert model["codes"], "its maps and codes can still be looked at"


def test_the_same_inputs_give_the_same_bytes(project):
    assert page_of(project) == page_of(project)


def test_the_page_needs_no_other_file(project):
    page = page_of(project)
    assert set(re.findall(r"""(?:src|href)=["'](?!data:|#)([^"']*)""", page)) == {"report.html"}
    assert not re.findall(r"""https?://(?!www\.w3\.org/)|@import|url\((?!["']?data:)|\bfetch\(""", page)


@pytest.mark.parametrize("damage", ["missing", "damaged"])
@pytest.mark.parametrize(
    "path",
    [
        "data/noisy/test.npz",
        "data/models/vae/weights.safetensors",
        "data/models/ae/progress.npz",
        "data/embeddings/wta/train.npz",
        "data/tsne/vae/tsne.csv",
        "data/tsne/ae/metrics.json",
    ],
)
def test_a_missing_or_damaged_input_is_named_in_a_line_and_the_page_stays(project, path, damage):
    before = page_of(project)
    (project / path).unlink() if damage == "missing" else (project / path).write_text("no\n")
    with pytest.raises(StudyError, match=re.escape(path)) as caught:
        explore.main()
    assert str(caught.value).count("\n") == 0
    assert (project / "reports/explorer.html").read_text(encoding="utf-8") == before


def test_the_page_of_the_default_run_is_at_most_two_and_a_half_megabytes(tmp_path, monkeypatch):
    if not (ROOT / "data/models/wta/weights.safetensors").exists():
        pytest.skip("needs the trained models of the main line: `dvc repro` makes them")
    for name in ("params.yaml", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/figures").symlink_to(ROOT / "reports/figures")
    monkeypatch.chdir(tmp_path)
    models = models_of(tmp_path)
    assert len(page_of(tmp_path).encode()) <= 2_500_000
    assert all(model["unavailable"] is None for model in models.values())
    assert load_json("data/embeddings/ae/metrics.json")["codes"]["size"] == models["ae"]["latent"]
