"""Made-up contents of `reports/metrics.json`, with any models."""

import copy
from functools import reduce
from typing import Any

from stages.cards.card import Card, Measure, cards

CARDS = cards()
SPARSE_UNITS = Measure("codes.active_fraction", "Active fraction", "%", 1, "Share of the code that is not 0")
FOURTH = Card("sae", "Sparse autoencoder", "SAE", "#446644", "sparse", (SPARSE_UNITS,))
THREE = {key: CARDS[key] for key in ("ae", "vae", "wta")}  # whatever models there are
FOUR = THREE | {"sae": FOURTH}

IN_COMMON = {
    "test": {"mse": 0.02, "psnr_db": 17.0, "cross_entropy": 0.12},
    "codes": {"size": 10, "linear_probe_error": 0.1, "knn_error": 0.08},
    "tsne": {"trustworthiness": 0.98, "knn_error": 0.12},
    "interpolation": {"midpoint_distance": 0.9, "crossfade_distance": 1.0},
    "samples": {"prior_distance": 1.5, "fitted_distance": 1.0},
    "filters": {"encoder_smoothness": 0.1, "decoder_smoothness": 0.5},
    "training": {
        "epochs": 10,
        "best_epoch": 10,
        "rise_after_best": 0.0,
        "psnr_gained": 6,
        "probe_gained": 4,
    },
    "touching": {
        "codes": {"strangers": 0.2, "pairs": {"4 and 9": 0.17, "3 and 5": 0.12, "2 and 8": 0.05}},
        "map": {"strangers": 0.15, "pairs": {"4 and 9": 0.16, "3 and 8": 0.1, "2 and 8": 0.05}},
    },
}
EACH = [
    {"coordinate": 0, "measure": "ink", "share": 0.5, "limit": 0.6, "classes_agreeing": 2, "named": 0},
    {"coordinate": 1, "measure": "slant", "share": 0.4, "limit": 0.3, "classes_agreeing": 9, "named": 1},
]
COORDINATES = {
    "named": 0.5,
    "strongest_share": 0.4,
    "random_named": 0.2,
    "random_share": 0.4,
    "each": [row | {"sign": 1, "classes": 10} for row in EACH],
}
UNITS = [
    {"kind": "noise", "count": 40, "where": "top", "there": 0.2, "slant": [-5.0, 0.0, 7.0]},
    {"kind": "stroke", "count": 60, "where": "middle", "there": 0.3, "slant": [-4.0, 7.0, 20.0]},
]
OF_A_KIND: dict[str, dict[str, Any]] = {
    "plain": {"coordinates": COORDINATES},
    "gaussian": {
        "coordinates": COORDINATES,
        "test": {"elbo": -120.0, "kl": 17.0},
        "codes": {"active_units": 9},
        "histograms": {"coordinates": 8, "wider_than_prior": 7},
    },
    "sparse": {
        "codes": {"active_fraction": 0.05},
        "units": {"whole": 0.0, "part": 0.0, "stroke": 0.6, "noise": 0.4, "each": UNITS},
    },
}


def all_metrics(models: dict[str, Card] = THREE, **changes: float) -> dict[str, Any]:
    """A full set, in which all models have the same numbers; `ae__test__mse=0.01` changes one."""
    metrics: dict[str, Any] = {
        "data": {
            "noisy_mse": 0.05,
            "noisy_psnr_db": 13.0,
            "train_images": 3600,
            "test_images": 1000,
            "mapped_images": 1000,
            "measured_lines": 200,
            "measured_samples": 200,
        },
        "pca": {"components": 10, "test": {"mse": 0.04, "psnr_db": 14.0, "cross_entropy": 0.2}},
    }
    for key, card in models.items():
        own = OF_A_KIND[card.code]
        metrics[key] = {
            name: part | own.get(name, {}) for name, part in ({name: {} for name in own} | IN_COMMON).items()
        }
    metrics = copy.deepcopy(metrics)
    for path, value in changes.items():
        *parents, last = path.split("__")
        reduce(dict.__getitem__, parents, metrics)[last] = value
    return metrics
