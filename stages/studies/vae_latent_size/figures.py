"""Figures of vae-latent-size, from its tables and arrays."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.figure import Figure

from stages.common.classes import Classes
from stages.figures import curves, densities, gallery, samples, side_by_side
from stages.figures.palette import INK, MUTED
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS
from stages.studies.vae_latent_size import sheet

SPECIFIED, RELU, WITHOUT = "specified", "relu", "without KL"
COLOURS = {SPECIFIED: MODEL_COLOURS["vae"], WITHOUT: MODEL_COLOURS["ae"]}
NAMES = {SPECIFIED: "with the KL term (VAE)", WITHOUT: "cross-entropy only"}
SUBJECT = Subject("VAE", COLOURS[SPECIFIED], "gaussian")
COORDINATES = 3  # of histograms


def draw(
    runs: pd.DataFrame,
    widths: pd.DataFrame,
    shown: int,
    arrays: dict[str, Any],
    named: Classes,
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file; `shown` is the k of pictures of one size."""
    figures = {
        "elbo": bound(runs),
        "units": units(runs),
        "widths": clouds(widths[widths.k == shown], shown),
        "codes": histograms(arrays, shown),
        "samples_without_kl": random_codes(arrays, shown),
    }
    if "plane" in arrays:
        figures["codes_k2"] = plane(arrays["plane"], named)
        figures["manifold"] = sheet.draw(arrays["plane"]["sheet"], replace(SUBJECT, name="VAE, k = 2"))
    return figures | gallery.all_of(arrays["gallery"], SUBJECT)


def of(runs: pd.DataFrame, model: str, name: str) -> Float[np.ndarray, "runs sizes"]:
    """A measure of one kind of model: a row a seed, a column a size."""
    return runs[runs.model == model].pivot(index="seed", columns="k", values=name).to_numpy(float)


def bound(runs: pd.DataFrame) -> Figure:
    """−ELBO and its two terms against k, of the VAE as specified and with a ReLU."""
    kinds = {"sigmoid, as specified": SPECIFIED, "ReLU": RELU}
    colours = dict(zip(kinds, (COLOURS[SPECIFIED], MUTED), strict=True))
    panels = {
        heading: [
            curves.Line(words, sign * of(runs, kind, name), colours[words]) for words, kind in kinds.items()
        ]
        for heading, name, sign in (
            ("−ELBO", "elbo", -1),
            ("cross-entropy", "cross_entropy", 1),
            ("KL", "kl_nats", 1),
        )
    }
    title = "VAE: the bound and its two terms, nats an image"
    return curves.draw(panels, sizes(runs), "code size k", title, COLOURS[SPECIFIED], log_x=True)


def units(runs: pd.DataFrame) -> Figure:
    """Units in use against k."""
    lines = [
        curves.Line("all k", np.array([sizes(runs)], float), INK, dashed=True),
        curves.Line("active: the mean varies", of(runs, SPECIFIED, "active_units"), MUTED),
        curves.Line("used: they carry information", of(runs, SPECIFIED, "used_units"), COLOURS[SPECIFIED]),
    ]
    title, colour = "VAE: units of the code in use", COLOURS[SPECIFIED]
    return curves.draw({"units": lines}, sizes(runs), "code size k", title, colour, True, log_x=True)


def clouds(widths: pd.DataFrame, k: int) -> Figure:
    """Width and spread of q(z|x), and the one over the other, by epoch."""
    table = widths.assign(ratio=widths.width / widths.spread)

    def lines(name: str) -> list[curves.Line]:
        return [
            curves.Line(
                words,
                table[table.model == model].pivot(index="seed", columns="epoch", values=name).to_numpy(),
                COLOURS[model],
            )
            for model, words in NAMES.items()
        ]

    headings = {"width": "width: σ", "spread": "spread of μ", "ratio": "width / spread"}
    panels = {heading: lines(name) for name, heading in headings.items()}
    epochs = sorted(table.epoch.unique().tolist())
    return curves.draw(panels, epochs, "epoch", f"k = {k}: q(z|x) while it learns", logarithmic=True)


def histograms(arrays: dict[str, Any], k: int) -> Figure:
    """Histograms of the coordinates that vary most, on one scale, over the prior."""
    rows = {}
    for model, codes in arrays["codes"].items():
        chosen = np.argsort(-codes.var(axis=0), kind="stable")[:COORDINATES]
        drawn = {"N(0, 1)": arrays["normal"][:, : len(chosen)]}
        rows[NAMES[model]] = densities.Row(codes[:, chosen], chosen, drawn, COLOURS[model])
    reach = float(np.percentile(np.abs(arrays["codes"][WITHOUT]), 99))
    return densities.draw(rows, f"k = {k}: histograms of codes", max(reach, 3.0))


def random_codes(arrays: dict[str, Any], k: int) -> Figure:
    """Random codes decoded: with the KL term, without, and without but drawn where the codes are."""
    sets = {
        "with KL: N(0, I)": arrays["prior"][SPECIFIED],
        "no KL: N(0, I)": arrays["prior"][WITHOUT],
        "no KL: fitted": arrays["fitted"][WITHOUT],
    }
    colours = [COLOURS[model] for model in (SPECIFIED, WITHOUT, WITHOUT)]
    return samples.draw_sets(sets, f"k = {k}: random codes, decoded", INK, colours)


def plane(arrays: dict[str, Any], named: Classes) -> Figure:
    """Of k = 2: where the codes of images lie with and without the KL term."""
    sides = [
        side_by_side.Side(NAMES[model], "circle: radius 2", codes, arrays["labels"], COLOURS[model], 2.0)
        for model, codes in arrays["codes"].items()
    ]
    return side_by_side.draw(sides, "k = 2: codes of validation images", named, axes_shown=True)


def sizes(runs: pd.DataFrame) -> list[int]:
    """Every k, from small to large."""
    return sorted(set(runs.k.tolist()))
