"""tsne MODEL: two- and three-dimensional maps of the codes.

data/embeddings/MODEL → data/tsne/MODEL: `tsne.csv` (x, y, label of the first test codes), `kernel_pca.csv`
(x, y, z, label of training codes), `metrics.json` (trustworthiness and 1-NN error of the t-SNE map) and
`touching.npz` (which classes are neighbours, among the codes and on the map). Without classes there is no
1-NN error, and the one class that all images are of has no other neighbours than itself.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from jaxtyping import Float32, UInt8
from threadpoolctl import threadpool_limits

from stages.analyses.maps import kernel_pca, trustworthiness, tsne
from stages.analyses.probes import leave_one_out_error
from stages.analyses.settings import TsneSettings
from stages.analyses.touching import neighbour_shares
from stages.cards.card import key_of
from stages.common.artifacts import load_typed, save_arrays, save_json, save_table
from stages.common.errors import StudyError, run
from stages.common.settings import Arithmetic, Seed, StageSettings
from stages.images.labels import have_classes

CODES = {"codes": Float32[np.ndarray, "n size"], "labels": UInt8[np.ndarray, "n"]}


class Settings(StageSettings):
    """What this stage reads of params.yaml."""

    arithmetic: Arithmetic
    seed: Seed
    tsne: TsneSettings


def main(*arguments: str) -> None:
    """Load codes, map, measure, save."""
    name = key_of(*arguments)
    settings = Settings.read()
    train, test = (load_typed(f"data/embeddings/{name}/{part}.npz", **CODES) for part in ("train", "test"))
    settings.tsne.check_against(len(test["codes"]))
    check_kernel_pca(len(train["codes"]))
    codes, labels = (test[key][: settings.tsne.images] for key in ("codes", "labels"))
    some = slice(settings.tsne.kernel_pca_codes)
    with threadpool_limits(1), ThreadPoolExecutor(1) as beside:  # one core each
        projecting = beside.submit(kernel_pca, train["codes"][some], components=3, seed=settings.seed)
        points = tsne(codes, settings.tsne.perplexity, settings.seed)
        projection = projecting.result()

    folder = f"data/tsne/{name}"
    save_table(f"{folder}/tsne.csv", pd.DataFrame(points, columns=[*"xy"]).assign(label=labels))
    projected = pd.DataFrame(projection, columns=[*"xyz"]).assign(label=train["labels"][some])
    save_table(f"{folder}/kernel_pca.csv", projected)
    near = settings.tsne.neighbours
    save_arrays(
        f"{folder}/touching.npz",
        classes=np.unique(labels),
        codes=neighbour_shares(codes, labels, near),
        map=neighbour_shares(points, labels, near),
    )
    quality = {"trustworthiness": trustworthiness(codes, points, near)}
    if have_classes(train["labels"]):
        quality["knn_error"] = leave_one_out_error(points, labels)
    save_json(f"{folder}/metrics.json", {"tsne": quality})


def check_kernel_pca(codes: int) -> None:
    """Raises StudyError where there are too few training codes."""
    if codes < 4:
        raise StudyError(f"there are {codes} training codes; kernel PCA to three dimensions needs 4")


if __name__ == "__main__":
    run(main)
