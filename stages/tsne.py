"""tsne MODEL: two- and three-dimensional maps of the codes.

data/embeddings/MODEL → data/tsne/MODEL: `tsne.csv` (x, y, label of the first test codes), `kernel_pca.csv`
(x, y, z, label of training codes) and `metrics.json` (trustworthiness and 1-NN error of the t-SNE map).
"""

from threadpoolctl import threadpool_limits

from stages.analyses.maps import kernel_pca, trustworthiness, tsne
from stages.analyses.probes import leave_one_out_error
from stages.analyses.settings import TsneSettings
from stages.common.artifacts import load_arrays, save_json, save_table
from stages.common.errors import StudyError, run
from stages.common.settings import Seed, StageSettings


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    seed: Seed
    tsne: TsneSettings


def main(name: str = "") -> None:
    """Load codes, map, measure, save."""
    settings = Settings.read()
    train, test = (load_arrays(f"data/embeddings/{name}/{part}.npz") for part in ("train", "test"))
    codes, labels = (test[key][: settings.tsne.images] for key in ("codes", "labels"))
    check_against_size(settings.tsne, len(codes), len(train["codes"]))
    # A sum over threads depends on their number and order; one thread gives the same map with any number.
    with threadpool_limits(1):
        points = tsne(codes, settings.tsne.perplexity, settings.seed)
    some = slice(settings.tsne.kernel_pca_codes)
    projection = kernel_pca(train["codes"][some], components=3, seed=settings.seed)

    folder = f"data/tsne/{name}"
    save_table(f"{folder}/tsne.csv", x=points[:, 0], y=points[:, 1], label=labels)
    x, y, z = projection.T
    save_table(f"{folder}/kernel_pca.csv", x=x, y=y, z=z, label=train["labels"][some])
    quality = {
        "trustworthiness": trustworthiness(codes, points, settings.tsne.neighbours),
        "knn_error": leave_one_out_error(points, labels),
    }
    save_json(f"{folder}/metrics.json", {"tsne": quality})


def check_against_size(settings: TsneSettings, codes: int, training: int) -> None:
    """Raises StudyError where there are too few codes for the settings."""
    if settings.perplexity >= codes:
        raise StudyError(
            f"tsne.perplexity is {settings.perplexity:g}; it should be below the {codes} codes there are"
        )
    if training < 4:
        raise StudyError(f"there are {training} training codes; kernel PCA to three dimensions needs 4")
    if settings.neighbours >= codes / 2:
        raise StudyError(
            f"tsne.neighbours is {settings.neighbours}; it should be below half of the {codes} codes"
        )


if __name__ == "__main__":
    run(main)
