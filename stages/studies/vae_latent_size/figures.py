"""Figures of vae-latent-size, from its tables and arrays."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.figure import Figure

from stages.figures import curves, densities, gallery, samples, side_by_side
from stages.figures.palette import INK, MUTED
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS
from stages.studies.vae_latent_size import sheet

COLOURS = {"with": MODEL_COLOURS["vae"], "without": MODEL_COLOURS["ae"]}
NAMES = {"with": "with the KL term (VAE)", "without": "without the KL term"}
SUBJECT = Subject("VAE", COLOURS["with"], "gaussian")
COORDINATES = 3  # of histograms


def draw(
    runs: pd.DataFrame, real_confidence: float, shown: int, arrays: dict[str, Any], **_: Any
) -> dict[str, Figure]:
    """Every figure by the name of its file; `shown` is the k of pictures of one size."""
    figures = {
        "elbo": bound(runs),
        "units": units(runs),
        "codes": histograms(arrays, shown),
        "confidence": confidence(runs, real_confidence),
        "samples_without_kl": random_codes(arrays, shown),
    }
    if "plane" in arrays:
        figures["codes_k2"] = plane(arrays["plane"])
        figures["manifold"] = sheet.draw(arrays["plane"]["sheet"], replace(SUBJECT, name="VAE, k = 2"))
    return figures | gallery.all_of(arrays["gallery"], SUBJECT)


def of(runs: pd.DataFrame, kl: str, name: str) -> Float[np.ndarray, "runs sizes"]:
    """A measure of the models with or without the KL term: a row a seed, a column a size."""
    return runs[runs.kl == kl].pivot(index="seed", columns="k", values=name).to_numpy(float)


def bound(runs: pd.DataFrame) -> Figure:
    """−ELBO and its two terms against k."""
    name, colour = "validation images", COLOURS["with"]
    panels = {
        "−ELBO": [
            curves.Line(name, -of(runs, "with", "elbo"), colour),
            curves.Line("training images", -of(runs, "with", "train_elbo"), MUTED, dashed=True),
        ],
        "cross-entropy": [
            curves.Line(name, of(runs, "with", "cross_entropy"), colour),
            curves.Line(
                "validation images, no KL term", of(runs, "without", "cross_entropy"), COLOURS["without"]
            ),
        ],
        "KL": [curves.Line(name, of(runs, "with", "kl_nats"), colour)],
    }
    title = "VAE: the bound and its two terms, nats an image"
    return curves.draw(panels, sizes(runs), "code size k", title, colour, log_x=True)


def units(runs: pd.DataFrame) -> Figure:
    """Units in use against k."""
    lines = [
        curves.Line("all k", np.array([sizes(runs)], float), INK, dashed=True),
        curves.Line("active: the mean varies", of(runs, "with", "active_units"), MUTED),
        curves.Line("used: they carry information", of(runs, "with", "used_units"), COLOURS["with"]),
    ]
    title, colour = "VAE: units of the code in use", COLOURS["with"]
    return curves.draw({"units": lines}, sizes(runs), "code size k", title, colour, True, log_x=True)


def confidence(runs: pd.DataFrame, real: float) -> Figure:
    """How sure the judge is of random codes, decoded, against k."""
    level = curves.Line("real test images", np.full((1, len(sizes(runs))), real), INK, dashed=True)
    panels = {
        heading: [
            *(curves.Line(NAMES[kl], of(runs, kl, f"{drawn}_confidence"), COLOURS[kl]) for kl in NAMES),
            level,
        ]
        for heading, drawn in (("codes from N(0, I)", "prior"), ("codes from a fitted Gaussian", "fitted"))
    }
    title = "Confidence of a classifier in random codes, decoded"
    figure = curves.draw(panels, sizes(runs), "code size k", title, log_x=True)
    curves.share_scale(figure.axes[:2])
    return figure


def histograms(arrays: dict[str, Any], k: int) -> Figure:
    """Histograms of the coordinates that vary most, on one scale, over the prior."""
    rows = {}
    for kl, codes in arrays["codes"].items():
        chosen = np.argsort(-codes.var(axis=0), kind="stable")[:COORDINATES]
        drawn = {"N(0, 1)": arrays["normal"][:, : len(chosen)]}
        rows[NAMES[kl]] = densities.Row(codes[:, chosen], chosen, drawn, COLOURS[kl])
    reach = float(np.percentile(np.abs(arrays["codes"]["without"]), 99))
    return densities.draw(rows, f"k = {k}: histograms of codes", max(reach, 3.0))


def random_codes(arrays: dict[str, Any], k: int) -> Figure:
    """Random codes decoded: with the KL term, without, and without but drawn where the codes are."""
    sets = {
        "VAE: N(0, I)": arrays["prior"]["with"],
        "no KL term: N(0, I)": arrays["prior"]["without"],
        "no KL term: fitted": arrays["fitted"]["without"],
    }
    colours = [COLOURS[kl] for kl in ("with", "without", "without")]
    return samples.draw_sets(sets, f"k = {k}: random codes, decoded", INK, colours)


def plane(arrays: dict[str, Any]) -> Figure:
    """Of k = 2: where the codes of images lie with and without the KL term."""
    sides = [
        side_by_side.Side(NAMES[kl], "circle: radius 2", codes, arrays["labels"], COLOURS[kl], 2.0)
        for kl, codes in arrays["codes"].items()
    ]
    return side_by_side.draw(sides, "k = 2: codes of validation images", axes_shown=True)


def sizes(runs: pd.DataFrame) -> list[int]:
    """Every k, from small to large."""
    return sorted(set(runs.k.tolist()))
