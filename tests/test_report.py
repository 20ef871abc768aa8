"""report: one metrics file, and one page that needs nothing else."""

import base64
import itertools
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stages import report
from stages.common.artifacts import load_json, load_table, save_arrays, save_json, save_table
from stages.common.classes import DIGITS, GARMENTS
from stages.common.errors import StudyError
from stages.common.settings import read_yaml
from stages.pages.report import page
from stages.pages.report.chance import Chance
from stages.pages.report.comparison import Comparison
from stages.pages.report.measures import groups
from tests.figures.pictures import all_pictures, meanings, units
from tests.pages.report_metrics import CARDS, THREE, all_metrics
from tests.pages.report_words import words

ROOT = Path(__file__).parents[1]
COLUMNS = ("noisy", "pca", *THREE)
STILLS = (
    *("losses", "reconstructions", "progress", "interpolation", "samples", "walk", "histograms"),
    *("tsne", "tsne_images", "touching", "kernel_pca", "kernel_pca_3d", "filters", "feature_maps"),
)
OF_ALL_MODELS = ("overview", "learning")


def own_stills(model):
    """Figures that not every model has."""
    return ("units",) if CARDS[model].code == "sparse" else ()


@pytest.fixture
def project(tmp_path, monkeypatch, digits):
    """A folder with what earlier stages leave: real digits, random pictures, one-pixel figures."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    DIGITS.save()
    digits.train.save("data/noisy/train.npz")
    digits.test.save("data/noisy/test.npz")
    metrics = all_metrics(CARDS)
    noise = {key: metrics["data"][key] for key in ("noisy_mse", "noisy_psnr_db")}
    save_json("data/noisy/metrics.json", {"data": noise})
    for model in CARDS:
        save_arrays(f"data/embeddings/{model}/pictures.npz", **all_pictures())
        made = {key: metrics[model].get(key) for key in ("test", "codes", "coordinates", "units")}
        made = {key: part for key, part in made.items() if part}
        save_json(f"data/embeddings/{model}/metrics.json", made)
        save_table(f"data/embeddings/{model}/coordinates.csv", units() if "units" in made else meanings())
        save_json(f"data/tsne/{model}/metrics.json", {"tsne": metrics[model]["tsne"]})
        history = pd.DataFrame({"epoch": [1, 2], "train_loss": [3.0, 2.0], "validation_loss": [3.0, 2.0]})
        save_table(f"data/models/{model}/history.csv", history)
        measures = pd.DataFrame({"epoch": [1, 2], "psnr_db": [12.0, 17.0], "probe_error": [0.3, 0.2]})
        save_table(f"data/models/{model}/measures.csv", measures)
        shares = np.array([[0.9, 0.1], [0.2, 0.8]])
        save_arrays(f"data/tsne/{model}/touching.npz", classes=np.arange(2), codes=shares, map=shares)
        for name in (*(f"{name}.png" for name in (*STILLS, *own_stills(model))), "progress.gif"):
            path = tmp_path / "reports/figures" / model / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (3, 2)).save(path)
    return tmp_path


class Page(HTMLParser):
    """Every tag with its attributes, and a check that tags are closed in order."""

    VOID = frozenset({"meta", "link", "img", "br", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(project) -> Page:
    report.main()
    return Page((project / "reports/report.html").read_text(encoding="utf-8"))


def test_the_metrics_of_all_stages_become_one_file(project, digits):
    report.main()
    metrics = load_json("reports/metrics.json")
    assert set(metrics) == {"data", "pca", *CARDS}
    assert set(metrics["pca"]["test"]) == {"mse", "psnr_db", "cross_entropy"}
    assert metrics["data"]["noisy_psnr_db"] == 13.0
    assert metrics["data"]["test_images"] == len(digits.test)
    assert metrics["vae"]["test"]["elbo"] == -120.0
    assert metrics["wta"]["codes"]["active_fraction"] == 0.05
    for model, made_up in all_metrics().items():
        assert set(metrics[model]) == set(made_up)
    assert (
        metrics["pca"]["test"]["mse"]
        < np.square((digits.test.noisy - digits.test.clean.astype(float)) / 255).mean()
    )


def test_the_same_inputs_give_the_same_bytes(project):
    def outputs():
        report.main()
        names = ("metrics.json", "report.html", *(f"figures/{name}.png" for name in OF_ALL_MODELS))
        return {name: (project / "reports" / name).read_bytes() for name in names}

    assert outputs() == outputs()


def test_the_page_needs_no_other_file_and_leads_to_the_studies(project):
    page = page_of(project)
    links = [
        link for _, attributes in page.tags for key, link in attributes.items() if key in ("src", "href")
    ]
    elsewhere = [link[:60] for link in links if not link.startswith(("data:", "#"))]
    studies = [f"studies/{name}/index.html" for name in ("ae-or-vae", "chance", "confusions", "wta-sparsity")]
    assert sorted(elsewhere) == sorted(["explorer.html", "studies/index.html", *studies])
    assert page.all("script") == [{}]
    text = (project / "reports/report.html").read_text(encoding="utf-8")
    assert not re.findall(r"https?://|@import|url\(", text)


def test_every_figure_is_on_the_page_once_with_words_for_who_cannot_see_it(project):
    images = page_of(project).all("img")
    own = sum(len(own_stills(model)) for model in CARDS)
    assert len(images) == len(CARDS) * (len(STILLS) + 1) + own + len(OF_ALL_MODELS)
    alts = [image["alt"] for image in images]
    assert all(len(alt) > 20 for alt in alts)
    assert len(set(alts)) == len(alts)
    for image in images:
        kind, content = image["src"].split(";base64,")
        assert kind in ("data:image/png", "data:image/gif")
        assert base64.b64decode(content, validate=True)
        assert int(image["width"]) > 0
        assert int(image["height"]) > 0


def test_links_within_the_page_lead_somewhere_and_ids_are_unique(project):
    page = page_of(project)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    targets = {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")}
    references = {
        attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes
    }
    assert targets | references <= set(ids)


def test_headings_and_tables_are_ordered_for_screen_readers(project):
    page = page_of(project)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all("scope" in header for header in page.all("th"))


def test_the_best_of_a_row_is_marked_baselines_and_what_is_level_included():
    metrics = all_metrics(pca__test__psnr_db=20.0, wta__test__mse=0.01, ae__codes__knn_error=0.2)
    comparison = Comparison(page.with_noisy_input(metrics), Chance.read())
    best = {
        row.path: [
            key
            for key, (_, is_best) in zip(COLUMNS, page.cells(row, comparison, THREE), strict=True)
            if is_best
        ]
        for row in (row for rows in groups(THREE).values() for row in rows)
    }
    assert best["test.psnr_db"] == ["pca"]
    assert best["test.mse"] == ["wta"]
    assert best["codes.knn_error"] == ["vae", "wta"]
    assert best["tsne.trustworthiness"] == [], "all are level"
    assert best["samples.prior_distance"] == [], "neither way is better"
    assert best["test.elbo"] == [], "there is nothing to compare with"


def test_of_a_stack_the_top_layers_epochs_count(project):
    save_table(
        "data/models/wta/history.csv",
        pd.DataFrame({"epoch": [1, 2, 3, 4], "validation_loss": [1.0, 2.0, 9.0, 8.0]}),
    )
    assert report.validation_loss("wta", 2) == [9.0, 8.0]
    measures = {"psnr_db": np.array([9.0, 9, 1, 2]), "probe_error": np.array([0.1, 0.1, 0.5, 0.4])}
    assert report.when_gained(measures, 2) == {"psnr_gained": 2, "probe_gained": 2}


def test_a_picture_of_the_explorer_stands_in_the_link_to_it(project):
    Image.new("L", (3, 2)).save(project / "explorer.png")
    before = len(page_of(project).all("img"))
    report.STILL.parent.mkdir(parents=True)
    (project / "explorer.png").rename(report.STILL)
    assert len(page_of(project).all("img")) == before + 1


def test_the_page_has_the_rows_that_embed_left(project):
    report.main()
    metrics = load_json("reports/metrics.json")
    assert metrics["ae"]["coordinates"]["each"] == load_table("data/embeddings/ae/coordinates.csv").to_dict(
        "records"
    )
    assert {row["kind"]: row["count"] for row in metrics["wta"]["units"]["each"]} == {"noise": 1, "stroke": 3}


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda path: path.write_text("no")], ids=["missing", "damaged"]
)
def test_a_missing_or_damaged_figure_is_named_and_the_page_stays(project, spoil):
    report.main()
    before = (project / "reports/report.html").read_bytes()
    spoil(project / "reports/figures/vae/tsne.png")
    with pytest.raises(StudyError, match=r"reports/figures/vae/tsne\.png"):
        report.main()
    assert (project / "reports/report.html").read_bytes() == before


def test_the_page_is_made_without_torch_and_sklearn():
    code = "import sys, stages.report; print({'torch', 'sklearn', 'pandas'} & set(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert output.strip() == "set()"


def test_pictures_of_garments_are_not_called_digits(project):
    GARMENTS.save()
    report.main()
    metrics = load_json("reports/metrics.json")
    text = words(metrics, read_yaml(project / "params.yaml"), CARDS, GARMENTS)
    assert "digit" not in text.lower()
    pairs = [pair for key in CARDS for pair in metrics[key]["touching"]["codes"]["pairs"]]
    assert pairs
    assert all(set(pair.split(" and ")) <= set(GARMENTS.names) for pair in pairs)
    assert any(pair in text for pair in pairs)


def test_the_page_says_what_the_metrics_file_says(project):
    report.main()
    metrics = json.loads((project / "reports/metrics.json").read_text())
    text = (project / "reports/report.html").read_text(encoding="utf-8")
    assert text == page.render(
        metrics,
        read_yaml(project / "params.yaml"),
        CARDS,
        DIGITS,
        lambda name: page.Picture.read(report.FIGURES / name),
    )
