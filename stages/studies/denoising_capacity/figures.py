"""Figures of denoising-capacity, from its tables and arrays."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, overview
from stages.figures.palette import INK, MUTED
from stages.studies.colours import MODEL_COLOURS

COLOUR = MODEL_COLOURS["ae"]
SHADES = ("#8cc0ee", "#4796dc", "#1a6fbf", "#0b4584", "#052448")  # of noise levels, the weakest first
CONV_COLOUR = "#8a3b00"


def draw(
    runs: pd.DataFrame,
    linear: pd.DataFrame,
    inputs: pd.DataFrame,
    arrays: dict[str, Any],
    settings: dict[str, Any],
    conv_denoiser: dict[str, float],
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    reference = settings["reference_noise"]
    at_reference = [table[table.noise_std == reference] for table in (runs, linear, inputs)]
    return {
        "psnr": psnr(runs, linear, inputs),
        "denoised": denoised(arrays, *at_reference, conv_denoiser["psnr_db"]),
    }


def psnr(runs: pd.DataFrame, linear: pd.DataFrame, inputs: pd.DataFrame) -> Figure:
    """PSNR against k, a panel for each method, a line for each noise level, on one scale."""
    sizes = sorted(map(int, runs.k.unique()))
    levels = dict(zip(runs.noise_std.unique(), SHADES, strict=False))
    full = linear[(linear.method == "linear") & ~linear.k.isin(sizes)]  # without a bottleneck

    def lines(table: pd.DataFrame, bounds: pd.DataFrame | None = None) -> list[curves.Line]:
        drawn = []
        for level, colour in levels.items():
            one = table[(table.noise_std == level) & table.k.isin(sizes)]
            values = one.pivot(index="seed", columns="k", values="psnr_db").to_numpy()
            drawn.append(curves.Line(f"noise std {level:g}", values, colour))
            if bounds is not None:
                bound = bounds.psnr_db[bounds.noise_std == level].item() + 0 * values[:1]
                drawn.append(curves.Line("without a bottleneck", bound, colour, dashed=True))
        return drawn

    panels = {
        "autoencoder": lines(runs),
        "best linear map": lines(linear[linear.method == "linear"], full),
        "PCA": lines(linear[linear.method == "pca"], inputs),
    }
    title = "Denoising by code size and noise level"
    figure = curves.draw(panels, sizes, "code size k", title, COLOUR, log_x=True)
    drawn = figure.axes[: len(panels)]
    curves.share_scale(drawn)
    drawn[0].set_ylabel("test PSNR, dB")
    return figure


def denoised(
    arrays: dict[str, Any], runs: pd.DataFrame, linear: pd.DataFrame, inputs: pd.DataFrame, conv: float
) -> Figure:
    """The same noisy images as several models restore them; the tables are of their noise level."""
    level, most = inputs.noise_std.item(), runs.k.max()
    pca = linear.psnr_db[(linear.method == "pca") & (linear.k == most)].item()
    rows = [
        overview.Row("clean", arrays["clean"]),
        overview.Row(f"noisy, std {level:g}", arrays["noisy"], MUTED, inputs.psnr_db.item()),
        overview.Row(f"PCA, k = {most}", arrays["pca"], INK, pca),
    ]
    for k, one in runs.groupby("k"):
        if f"k{k}" in arrays:
            rows.append(overview.Row(f"autoencoder, k = {k}", arrays[f"k{k}"], COLOUR, one.psnr_db.mean()))
    rows.append(overview.Row("convolutional denoiser", arrays["conv"], CONV_COLOUR, conv))
    return overview.draw(rows, f"Noise of std {level:g}, and what each code lets through")
