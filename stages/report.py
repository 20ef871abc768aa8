"""report: put the three models side by side, in numbers and on one page.

data/noisy, data/models/*/history.csv, data/embeddings, data/tsne, reports/figures/<model> →

    reports/metrics.json           every number of the main line: data, pca, ae, vae, wta
    reports/figures/overview.png   the same noisy digits as each model restores them
    reports/report.html            one file with all figures in it; its sentences follow from the metrics
"""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure

from stages.analyses.likeness import Likeness
from stages.analyses.pca import Pca, fit_pca
from stages.analyses.settings import EmbedSettings, TsneSettings
from stages.analyses.smoothness import smoothness
from stages.common.artifacts import load_arrays, load_json, load_table, save_json, written_whole
from stages.common.datasets import SIDE, NoisyImages
from stages.common.errors import run
from stages.common.metrics import reconstruction_metrics
from stages.common.settings import Latent, Seed, StageSettings
from stages.figures import overview
from stages.figures.palette import INK, MODEL_COLOURS, MUTED
from stages.figures.saving import save_png
from stages.figures.subject import SUBJECTS
from stages.pages import answers, page
from stages.pages.measures import NAMES, Metrics
from stages.pages.settings import Ae, Data, Noise, Vae, Wta

FIGURES = Path("reports/figures")
OVERVIEW = 10  # images a row

Pictures = dict[str, dict[str, np.ndarray]]


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    latent: Latent
    data: Data
    noise: Noise
    ae: Ae
    vae: Vae
    wta: Wta
    embed: EmbedSettings
    tsne: TsneSettings


def main() -> None:
    """Load, measure what is left to measure, compare, save."""
    settings = Settings.read()
    train, test = (NoisyImages.load(f"data/noisy/{part}.npz") for part in ("train", "test"))
    pictures = {model: load_arrays(f"data/embeddings/{model}/pictures.npz") for model in NAMES}
    pca = fit_pca(train.clean, min(settings.latent, SIDE**2))

    metrics = load_json("data/noisy/metrics.json") | {"pca": {"test": denoising_metrics(pca, test)}}
    likeness = Likeness(train.clean, test.clean)
    for model in NAMES:
        metrics[model] = (
            load_json(f"data/embeddings/{model}/metrics.json")
            | load_json(f"data/tsne/{model}/metrics.json")
            | likeness.metrics(pictures[model])
            | filter_metrics(pictures[model])
        )
    save_json("reports/metrics.json", metrics)
    metrics = load_json("reports/metrics.json")  # the page says what the file says, to the last digit
    save_png(draw_overview(pictures, pca, metrics), FIGURES / "overview.png")
    text = page.render(FIGURES, **context(settings, metrics, pictures, len(train), len(test)))
    with written_whole("reports/report.html") as temporary:
        temporary.write_text(text, encoding="utf-8")


def denoising_metrics(pca: Pca, test: NoisyImages) -> dict[str, float]:
    """PCA's reconstructions of the noisy test images against the clean ones."""
    return reconstruction_metrics(test.clean / np.float32(255), pca.reconstruct(test.noisy).clip(0, 1))


def filter_metrics(pictures: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """How smooth the filters of the first and of the last layer are."""
    return {
        "filters": {
            f"{end}_smoothness": smoothness(pictures[f"{end}_filters"]) for end in ("encoder", "decoder")
        }
    }


def draw_overview(pictures: Pictures, pca: Pca, metrics: Metrics) -> Figure:
    """The same test images: noisy, as PCA and each model restore them, clean."""
    any_of_them = next(iter(pictures.values()))
    noisy, clean = (any_of_them[f"test_{kind}"][:OVERVIEW] for kind in ("noisy", "clean"))

    def psnr(model: str) -> float:
        return metrics[model]["test"]["psnr_db"]

    return overview.draw(
        [
            overview.Row("noisy input", noisy, MUTED, metrics["data"]["noisy_psnr_db"]),
            overview.Row(f"PCA, {len(pca.components)} components", _restored(pca, noisy), MUTED, psnr("pca")),
            *(
                overview.Row(
                    SUBJECTS[model].name,
                    pictures[model]["test_reconstruction"][:OVERVIEW],
                    MODEL_COLOURS[model],
                    psnr(model),
                )
                for model in NAMES
            ),
            overview.Row("clean target", clean, INK),
        ]
    )


def _restored(pca: Pca, noisy: UInt8[np.ndarray, "n 28 28"]) -> UInt8[np.ndarray, "n 28 28"]:
    return (255 * pca.reconstruct(noisy).clip(0, 1)).round().astype(np.uint8)


def context(
    settings: Settings, metrics: Metrics, pictures: Pictures, train: int, test: int
) -> dict[str, Any]:
    """Everything that the page's template names; `train` and `test` count images."""
    components = min(settings.latent, SIDE**2)
    lengths = {model: getattr(settings, model).epochs for model in NAMES}
    losses = {model: validation_loss(model, length) for model, length in lengths.items()}
    ends = ("encoder_filters", "decoder_filters")
    sizes = {model: tuple(arrays[end].shape[-1] for end in ends) for model, arrays in pictures.items()}
    return {
        "settings": settings,
        "counts": {"train": train, "test": test, "components": components},
        "numbers": answers.counted(settings.latent, "number"),
        "epochs": epochs(lengths),
        "columns": page.COLUMNS,
        "table": page.table(metrics),
        "questions": page.QUESTIONS,
        "answers": {
            "denoising": answers.denoising(metrics, components),
            "code-space": answers.code_space(metrics, settings.latent, settings.wta.code),
            "interpolation": answers.interpolation(metrics),
            "generation": answers.generation(metrics, settings.vae.beta),
            "filters": answers.filters(metrics, sizes, settings.wta.top.lifetime),
            "learning": answers.learning(losses),
        },
    }


def epochs(lengths: dict[str, int]) -> str:
    """How long the models were trained, in words."""
    if len(set(lengths.values())) == 1:
        return f"{lengths['ae']} each"
    return ", ".join(f"{length} ({NAMES[model]})" for model, length in lengths.items())


def validation_loss(model: str, length: int) -> list[float]:
    """The validation loss after each of the last `length` epochs: of a stack, those of its top layer."""
    return load_table(f"data/models/{model}/history.csv")["validation_loss"][-length:].tolist()


if __name__ == "__main__":
    run(main)
