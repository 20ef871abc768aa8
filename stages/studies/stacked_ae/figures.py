"""Figures of stacked-ae, from its tables and arrays."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from stages.figures import curves, gallery
from stages.figures.palette import INK, class_colours
from stages.figures.subject import Subject
from stages.studies.colours import MODEL_COLOURS

SUBJECT = Subject("Best stack", MODEL_COLOURS["ae"])
SINGLE = "single layer"
SHADES = [class_colours(10)[place] for place in (2, 3, 9, 6, 7, 8)]
MEASURES = {"test_cross_entropy": "cross-entropy", "test_mse": "squared error"}
ACTIVATIONS = {"relu": "ReLU", "sigmoid": "sigmoid"}
TRAININGS = {"end to end": "end to end", "greedy": "layer by layer, then fine-tuned"}


def draw(
    runs: pd.DataFrame,
    losses: pd.DataFrame,
    gradients: pd.DataFrame,
    arrays: dict[str, Any],
    settings: dict[str, Any],
    **_: Any,
) -> dict[str, Figure]:
    """Every figure by the name of its file."""
    k = settings["compared"]
    own = {"error": errors(runs), "losses": while_learning(losses, k), "gradients": norms(gradients)}
    return own | gallery.all_of(arrays["gallery"], SUBJECT)


def errors(runs: pd.DataFrame) -> Figure:
    """Both errors of the stacks on test images against k, in units of the single layer's mean."""
    plain = runs.query("training == 'end to end' and activation == 'relu'")
    stacks = [name for name in plain["stack"].unique() if name != SINGLE]

    def lines(measure: str) -> list[curves.Line]:
        tables = {
            name: of.pivot(index="seed", columns="k", values=measure) for name, of in plain.groupby("stack")
        }
        base = tables[SINGLE].mean()
        level = curves.Line(SINGLE, (tables[SINGLE] / base).to_numpy(), INK)
        coloured = zip(stacks, SHADES, strict=False)
        return [
            level,
            *(curves.Line(f"{name}-k", (tables[name] / base).to_numpy(), one) for name, one in coloured),
        ]

    panels = {words: lines(measure) for measure, words in MEASURES.items()}
    title = "Error of stacks, the single layer's = 1"
    return curves.draw(
        panels, sorted(plain.k.unique().tolist()), "code size k", title, SUBJECT.colour, log_x=True
    )


def while_learning(losses: pd.DataFrame, k: int) -> Figure:
    """Validation loss of the deepest stack by epoch, both trainings, ReLU and sigmoid."""
    epochs = sorted(losses.epoch.unique().tolist())
    shades = dict(zip(TRAININGS, (SUBJECT.colour, SHADES[1]), strict=True))

    def lines(of: pd.DataFrame) -> list[curves.Line]:
        tables = of.pivot(index=["training", "seed"], columns="epoch", values="validation_loss")[epochs]
        return [
            curves.Line(words, tables.loc[name].to_numpy(), shades[name]) for name, words in TRAININGS.items()
        ]

    panels = {words: lines(losses[losses.activation == name]) for name, words in ACTIVATIONS.items()}
    title = f"The deepest stack while it learns, k = {k}"
    return curves.draw(panels, epochs, "epoch", title, SUBJECT.colour)


def norms(gradients: pd.DataFrame) -> Figure:
    """Gradient norms layer by layer before training."""
    shades = dict(zip(ACTIVATIONS, (SUBJECT.colour, SHADES[1]), strict=True))
    tables = gradients.pivot(index=["activation", "seed"], columns="layer", values="norm")
    lines = [
        curves.Line(words, tables.loc[name].to_numpy(), shades[name]) for name, words in ACTIVATIONS.items()
    ]
    layers = [str(layer) for layer in tables.columns]
    x_label = "layer, from the image to the code and back to the image"
    title = "Gradients of the deepest stack before training"
    return curves.draw({"‖∂L/∂W‖": lines}, layers, x_label, title, SUBJECT.colour, logarithmic=True)
