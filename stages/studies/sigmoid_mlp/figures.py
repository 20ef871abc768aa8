"""Figures of sigmoid-mlp, from its tables and arrays."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.common.metrics import psnr_db
from stages.figures import curves, overview
from stages.figures.palette import INK, MUTED, class_colours

OBJECTIVES = {"mean-squared-error": "squared error", "cross-entropy": "cross-entropy"}
COLOURS = [class_colours(10)[index] for index in (9, 3, 2, 6, 7, 8)]
SHADES = dict(zip(OBJECTIVES, COLOURS, strict=False))

Nested = Mapping[str, Any]


def draw(
    runs: pd.DataFrame, long: pd.DataFrame, arrays: Nested, settings: dict[str, Any], **_: Any
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    updates = np.arange(1000) * int(arrays["updates_an_epoch"])
    figures = {
        "reconstructions": early_and_late(runs, long, arrays, settings),
        "long": long_runs(arrays["long"], updates),
        "spreads": spreads(runs, arrays, settings),
        "losses": losses(arrays["late"], updates),
    }
    return figures | {
        f"gradients_{words.replace(' ', '_').replace('-', '_')}": norms(arrays["late"][name], words, updates)
        for name, words in OBJECTIVES.items()
    }


def early_and_late(
    runs: pd.DataFrame, long: pd.DataFrame, arrays: Nested, settings: dict[str, Any]
) -> Figure:
    """The same validation images early and late, under both objectives, at the best spread."""
    seed, best = runs.seed.min(), long.set_index("objective")
    rows = [overview.Row("validation images", arrays["clean"])]
    for name, words in OBJECTIVES.items():
        s = best.spread[name]
        one = runs[runs.seed == seed].set_index(["objective", "spread"]).loc[name, s]
        for when, part, error in (
            (f"{settings['first_updates']} updates", "early", one.first_mse),
            (f"{settings['ae']['epochs']} epochs", "late", one.mse),
            (f"{settings['long_epochs']} epochs", "long", best.mse[name]),
        ):
            images = arrays[part][name][f"{s:g}"]["images"][0]
            heading = f"{words}, spread {s:g}: {when}"
            rows.append(overview.Row(heading, images, SHADES[name], float(psnr_db(error))))
    return overview.draw(rows, "Sigmoids and gradient descent: early and late")


def spreads(runs: pd.DataFrame, arrays: Nested, settings: dict[str, Any]) -> Figure:
    """The same validation images after `ae.epochs`, a row a spread and objective."""
    rows = [overview.Row("validation images", arrays["clean"])]
    for one in runs[runs.seed == runs.seed.min()].itertuples():
        images = arrays["late"][one.objective][f"{one.spread:g}"]["images"][0]
        heading = f"{OBJECTIVES[one.objective]}, spread {one.spread:g}"
        rows.append(overview.Row(heading, images, SHADES[one.objective], float(psnr_db(one.mse))))
    return overview.draw(rows, f"Spread of initial weights, after {settings['ae']['epochs']} epochs")


def losses(late: Nested, updates: np.ndarray) -> Figure:
    """Validation loss against updates, a line a spread, a panel an objective."""
    panels = {
        words: [
            curves.Line(f"spread {s}", one["loss"], colour)
            for (s, one), colour in zip(sorted(late[name].items(), key=by_size), cycle(COLOURS), strict=False)
        ]
        for name, words in OBJECTIVES.items()
    }
    x = updates[: panels["squared error"][0].values.shape[1]]
    title = "Validation loss, by the spread of initial weights"
    return curves.draw(panels, x, "updates", title, logarithmic=True)


def long_runs(long: Nested, updates: np.ndarray) -> Figure:
    """Training and validation loss of the long runs, from the first epoch on."""
    panels, epochs = {}, 0
    for name, words in OBJECTIVES.items():
        ((s, one),) = long[name].items()
        training, validation = one["train_loss"], one["loss"][:, 1:]
        epochs = training.shape[1]
        lines = [
            curves.Line("training", training, MUTED, dashed=True),
            curves.Line("validation", validation, INK),
        ]
        panels[f"{words}, spread {s}"] = lines
    x = updates[1 : epochs + 1]
    return curves.draw(panels, x, "updates", "The best spread, for long", logarithmic=True)


def norms(late: Nested, words: str, updates: np.ndarray) -> Figure:
    """Gradient norms against updates: a line a layer, a panel a spread."""
    panels = {
        f"spread {s}": [
            curves.Line(f"layer {layer}", one["norms"][:, :, layer - 1], colour)
            for layer, colour in zip(range(1, one["norms"].shape[2] + 1), cycle(COLOURS), strict=False)
        ]
        for s, one in sorted(late.items(), key=by_size)
    }
    x = updates[: next(iter(late.values()))["norms"].shape[1]]
    return curves.draw(panels, x, "updates", f"Gradient norms by layer: {words}", logarithmic=True)


def by_size(item: tuple[str, Any]) -> float:
    """Spreads are names of arrays: in the order of what they say."""
    return float(item[0])
