"""sigmoid-mlp: why did the deep autoencoders of old learn so slowly?

784-256-128-256-784 with sigmoids everywhere, weights and biases from N(0, s²), and plain stochastic gradient
descent, for several s, under squared error and cross-entropy. Watched: the loss, reconstructions after 20
updates, after 20 epochs and after many, the gradient's norm in each layer, saturated and constant units.

The chain rule through a layer h' = σ(W h + b) multiplies by Wᵀ diag(σ'), with σ' ≤ 1/4. With W of spread s
and n units that is about s √n / 4 a layer: small s shrinks the gradient from layer to layer, while large
s drives σ into saturation, where σ' itself vanishes.

Reference: Glorot & Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010.
All is computed in float32 (`precision` is not read): from small weights the hidden units answer different
images so nearly alike that bfloat16 would round the difference away.
"""

from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np
from jaxtyping import UInt8
from matplotlib.figure import Figure
from pydantic import Field
from torch import nn

from stages.analyses.gradients import gradient_norms
from stages.analyses.outputs import raw_outputs, variety
from stages.analyses.pca import fit_pca
from stages.analyses.saturation import sigmoid_units
from stages.common.datasets import NoisyImages
from stages.common.errors import run
from stages.common.metrics import mse, psnr_db
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Fraction, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import evaluate
from stages.common.trials import Trained, train
from stages.figures import curves, overview
from stages.figures.palette import INK, MUTED, class_colours
from stages.models import ae
from stages.models.networks import PIXELS
from stages.pages.runs import by_seed, mean, values
from stages.pages.study import Page, Picture, number, percent, power, publish, save_metrics, spread, table

STUDY = "sigmoid-mlp"
OBJECTIVES = ("mean-squared-error", "cross-entropy")
NAMES = {"mean-squared-error": "squared error", "cross-entropy": "cross-entropy"}
FILES = {"mean-squared-error": "squared_error", "cross-entropy": "cross_entropy"}
COLOURS = [class_colours(10)[index] for index in (9, 8, 2, 6, 3, 0)]
BATCH = 500  # training images whose gradient is measured
IMAGES = 10
CONSTANT = 0.05  # of the data's variety: below it, an output is all but the same for all images

Measured = dict[str, Any]  # metrics.json, or a branch of it


# Plain dictionaries, since typed ones cannot be handed from one process to another.
# What a trained network makes of the validation images: `units` (hidden layer → shares of saturated and of
# constant units), `mse`, `variety`, and `images` of the first of them, uint8 (n, 28, 28).
AtTheEnd = dict[str, Any]
# The same for a run, and `loss` on validation images and `norms` (layer → gradient's norm) over time, both
# from before the first update on, `train_loss` from after it on, and `units_before` training.
Watched = dict[str, Any]
Runs = dict[str, dict[float, list[Watched]]]  # objective → spread → seeds


class SigmoidMlp(Section):
    """The section `sigmoid_mlp`."""

    code: Count = Field(description="units of the middle layer")
    spreads: Ascending[Rate] = Field(min_length=1, description="std of initial weights and biases")
    squared_error_rates: Ascending[Rate] = Field(min_length=1, description="learning rates to choose from")
    cross_entropy_rates: Ascending[Rate] = Field(min_length=1, description="learning rates to choose from")
    trial_epochs: Count = Field(description="epochs of each trial of a learning rate")
    runs: Count = Field(description="seeds for each objective and spread")
    first_updates: Count = Field(description="after so many, first reconstructions; `ae.epochs` has the next")
    long_epochs: int = Field(ge=4, description="epochs of the best spread, to see whether it converges")
    settled: Fraction = Field(description="converged: the last quarter improves neither loss by as much")
    ae: ae.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    sigmoid_mlp: SigmoidMlp


def main() -> None:
    """Choose rates, train with every spread, the best one for long, write the page."""
    settings = Settings.read()
    section, seed = settings.sigmoid_mlp, settings.seed
    parts = Parts.load(seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, "float32")
    rates = chosen_rates(section, parts, runtime, seed)
    variants = {pair: variant(section.ae, *pair, rate) for pair, rate in rates.items()}
    seeds = [seed + index for index in range(section.runs)]

    def watch(jobs: list[ae.Settings], images: Parts, seeds: list[int], doing: str) -> list[Watched]:
        every = [(one, section.code, images, runtime, each) for one in jobs for each in seeds]
        return in_parallel(watched, every, doing)

    few = first_images(parts, section.first_updates * section.ae.batch_size)
    short = [one.model_copy(update={"epochs": 1}) for one in variants.values()]
    early = grouped(watch(short, few, seeds[:1], "first updates"), list(variants))
    runs = grouped(watch(list(variants.values()), parts, seeds, "spreads"), list(variants))
    best = {objective: best_spread(by_spread) for objective, by_spread in runs.items()}
    longer = [variants[pair].model_copy(update={"epochs": section.long_epochs}) for pair in best.items()]
    long = dict(zip(best, watch(longer, parts, seeds[:1], "long runs"), strict=True))

    metrics = save_metrics(STUDY, measure(section, rates, early, runs, best, long, parts))
    drawn = Drawn(early, runs, long, best, parts.validation.clean[:IMAGES], len(parts.train))
    publish(STUDY, page(metrics, section, drawn))


@dataclass(frozen=True)
class Drawn:
    """What the pictures show, beside the metrics."""

    early: Runs
    runs: Runs
    long: dict[str, Watched]  # by objective, as is `best`
    best: dict[str, float]  # spread
    clean: UInt8[np.ndarray, "n 28 28"]
    trained_images: int


def build(settings: ae.Settings, code: int) -> ae.DenoisingAutoencoder:
    """The plain autoencoder with a sigmoid on its code, too."""
    model = ae.build(settings, code)
    model.encoder.append(nn.Sigmoid())
    return model


def variant(settings: ae.Settings, objective: str, spread_: float, rate: float) -> ae.Settings:
    """The same network with another objective, spread and learning rate."""
    changes = {"objective": objective, "initialisation_std": spread_, "learning_rate": rate}
    return settings.model_copy(update=changes)


def grids(section: SigmoidMlp) -> dict[str, tuple[float, ...]]:
    """The learning rates to choose from, by objective."""
    return dict(zip(OBJECTIVES, (section.squared_error_rates, section.cross_entropy_rates), strict=True))


def chosen_rates(
    section: SigmoidMlp, parts: Parts, runtime: Runtime, seed: int
) -> dict[tuple[str, float], float]:
    """For each objective and spread, the rate with the smallest validation loss after a few epochs."""
    rates = grids(section)
    short = section.ae.model_copy(update={"epochs": section.trial_epochs})
    trials = [
        (objective, s, rate) for objective in OBJECTIVES for s in section.spreads for rate in rates[objective]
    ]
    jobs = [(build, variant(short, *trial), section.code, parts, runtime, seed) for trial in trials]
    trained = in_parallel(train, jobs, "trials of learning rates")
    losses = {trial: one.history[-1]["validation_loss"] for trial, one in zip(trials, trained, strict=True)}
    return {
        (objective, s): min(rates[objective], key=lambda rate: losses[objective, s, rate])
        for objective in OBJECTIVES
        for s in section.spreads
    }


def watched(settings: ae.Settings, code: int, parts: Parts, runtime: Runtime, seed: int) -> Watched:
    """Train, and measure before training, after each epoch and at the end."""
    batch, norms = first_images(parts, BATCH).train, []
    with seeded_weights(seed):
        start = build(settings, code).to(runtime.device).eval()
    before = evaluate(start, parts.validation, runtime, seed).means()["loss"]
    norms.append(gradient_norms(start, batch, runtime))
    units = sigmoid_units(start, parts.validation, runtime)

    def after_epoch(model: nn.Module) -> None:
        norms.append(gradient_norms(model, batch, runtime))

    trained = train(build, settings, code, parts, runtime, seed, after_epoch=after_epoch)
    return Watched(
        loss=[before, *(row["validation_loss"] for row in trained.history)],
        train_loss=[row["train_loss"] for row in trained.history],
        norms={layer: [row[layer] for row in norms] for layer in norms[0]},
        units_before=units,
        **at_the_end(trained, parts, runtime),
    )


def at_the_end(trained: Trained, parts: Parts, runtime: Runtime) -> AtTheEnd:
    """What a trained network makes of the validation images."""
    outputs = raw_outputs(trained.model.to(runtime.device), parts.validation.clean, runtime)
    return {
        "units": sigmoid_units(trained.model, parts.validation, runtime),
        "mse": float(mse(parts.validation.clean / np.float32(255), outputs).mean()),
        "variety": variety(outputs, parts.validation.clean),
        "images": np.round(outputs[:IMAGES] * 255).astype(np.uint8),
    }


def first_images(parts: Parts, count: int) -> Parts:
    """The same with the first `count` training images only: an epoch of them is so many updates."""
    train = parts.train
    few = NoisyImages(train.clean[:count], train.noisy[:count], train.labels[:count])
    return replace(parts, train=few)


def grouped(results: list[Watched], pairs: list[tuple[str, float]]) -> Runs:
    """Results in the order of `pairs`, equally many of each, by objective and spread."""
    by_pair = by_key(results, pairs)
    return {
        objective: {s: of for (name, s), of in by_pair.items() if name == objective}
        for objective in OBJECTIVES
    }


def best_spread(by_spread: dict[float, list[Watched]]) -> float:
    """The spread with the smallest validation loss after the last epoch, mean over seeds."""
    return min(by_spread, key=lambda s: np.mean([one["loss"][-1] for one in by_spread[s]]))


def measure(
    section: SigmoidMlp,
    rates: dict[tuple[str, float], float],
    early: Runs,
    runs: Runs,
    best: dict[str, float],
    long: dict[str, Watched],
    parts: Parts,
) -> Measured:
    """All numbers of the page."""
    return {
        "baselines": baselines(section.code, parts),
        "spreads": {
            objective: {
                f"std{s:g}": {
                    "rate": rates[objective, s],
                    "first_updates": {key: early[objective][s][0][key] for key in ("mse", "variety")},
                    "runs": by_seed({key: one[key] for key in ("mse", "variety")} for one in of_spread),
                    "gradients": gradients_of(of_spread),
                    "units": units_of(of_spread),
                }
                for s, of_spread in by_spread.items()
            }
            for objective, by_spread in runs.items()
        },
        "long": {
            objective: {"std": best[objective], "mse": one["mse"], "variety": one["variety"]} | gains(one)
            for objective, one in long.items()
        },
    }


def baselines(code: int, parts: Parts) -> Measured:
    """Validation error of two answers that need no network: the mean training image, and PCA."""
    images = parts.validation.clean
    target = images / np.float32(255)
    principal = fit_pca(parts.train.clean, code)
    return {
        "mean_image": float(
            mse(target, np.broadcast_to(principal.mean.reshape(28, 28), target.shape)).mean()
        ),
        "pca": float(mse(target, principal.reconstruct(images)).mean()),
    }


def gradients_of(of_spread: list[Watched]) -> Measured:
    """Norms before training by layer, mean over seeds, and how much smaller the first is than the last."""
    norms = {layer: np.mean([one["norms"][layer][0] for one in of_spread]) for layer in of_spread[0]["norms"]}
    first, *_, last = norms.values()
    named = {f"layer{index}": float(norm) for index, norm in enumerate(norms.values(), start=1)}
    return named | {"first_to_last": float(first / last)}


def units_of(of_spread: list[Watched]) -> Measured:
    """Shares of saturated values and constant units over all hidden layers, mean over seeds."""
    return {
        f"{kind}_{when}": float(np.mean([layer[kind] for one in of_spread for layer in one[key].values()]))
        for when, key in (("before", "units_before"), ("after", "units"))
        for kind in ("saturated", "constant")
    }


def gains(one: Watched) -> dict[str, float]:
    """What the last quarter of the epochs did for both losses, and validation's excess over training's."""
    loss = one["loss"][1:]
    return {
        "validation_gain": last_quarter_gain(loss),
        "training_gain": last_quarter_gain(one["train_loss"]),
        "excess_over_training": loss[-1] / one["train_loss"][-1] - 1,
    }


def last_quarter_gain(loss: list[float]) -> float:
    """By what share the smallest loss of the last quarter is below the one before that quarter."""
    quarter = len(loss) // 4
    return 1 - min(loss[-quarter:]) / loss[-quarter - 1]


def state(variety_: float) -> str:
    """In a word, what outputs look like."""
    return "one picture for all images" if variety_ < CONSTANT else "pictures that differ"


def converged(entry: Measured, settled: float) -> bool:
    """Whether neither loss of a long run improves any more, and its outputs differ."""
    gain = max(entry["validation_gain"], entry["training_gain"])
    return entry["variety"] >= CONSTANT and gain < settled


def verdict(entry: Measured, settled: float) -> str:
    """How a long run ends, as a predicate."""
    if entry["variety"] < CONSTANT:
        return "is stuck: its output is still all but the same for all images"
    if converged(entry, settled):
        return "has converged"
    if entry["validation_gain"] < settled:
        return "no longer improves on validation images, while its training loss still falls"
    return "has not converged"


def page(metrics: Measured, section: SigmoidMlp, drawn: Drawn) -> Page:
    """The study's page, its numbers from `metrics`."""
    return Page(
        question="Why does a deep sigmoid network learn so slowly?",
        summary=summary(metrics, section),
        procedure=PROCEDURE.format(
            layers="-".join(str(size) for size in sizes(section)),
            runs=section.runs,
            updates=section.first_updates,
            batch=section.ae.batch_size,
            trial=section.trial_epochs,
            epochs=section.ae.epochs,
            long=section.long_epochs,
            settled=percent(section.settled, 0),
        ),
        findings=[
            Picture("reconstructions", draw_stages(section, drawn), LOOK_AT_STAGES),
            stages_table(metrics, section),
            edge_sentence(metrics, section),
            Picture("long", draw_long(section, drawn), LOOK_AT_LONG),
            convergence(metrics, section),
            Picture("spreads", draw_spreads(section, drawn), LOOK_AT_SPREADS),
            Picture("losses", draw_losses(section, drawn), LOOK_AT_LOSSES),
            *(
                Picture(f"gradients_{FILES[objective]}", draw_gradients(section, drawn, objective), look)
                for objective, look in zip(OBJECTIVES, LOOK_AT_GRADIENTS, strict=True)
            ),
            gradient_table(metrics),
            WHY.format(factors=factors(section)),
            unit_table(metrics),
        ],
        answer=answer(metrics, section),
    )


def sizes(section: SigmoidMlp) -> list[int]:
    """Of all layers, from image to image."""
    hidden = section.ae.hidden
    return [PIXELS, *hidden, section.code, *reversed(hidden), PIXELS]


def factors(section: SigmoidMlp) -> str:
    """s √n / 4 for every spread, with n of the widest hidden layer, and what large sums do."""
    n = max(sizes(section)[1:-1])
    bounds = {s: s * n**0.5 / 4 for s in section.spreads}
    every = ", ".join(f"{number(bound, 2)} at s = {s:g}" for s, bound in bounds.items())
    large = [s for s, bound in bounds.items() if bound >= 1]
    text = f"For n = {n} that is {every}."
    if large:
        deviation = number(2 * bounds[min(large)], 2)
        text += (
            f" From s = {min(large):g} on that would not shrink a gradient, but then the sums a have a "
            f"deviation of about s √n / 2, {deviation} or more: σ(a) comes near 0 or 1, and σ' falls "
            "well below 1/4."
        )
    return text


def entries(metrics: Measured, objective: str) -> dict[float, Measured]:
    """What was measured of each spread."""
    return {float(key.removeprefix("std")): entry for key, entry in metrics["spreads"][objective].items()}


def smallest_first_layer(metrics: Measured) -> tuple[str, float, float]:
    """Objective, spread and ratio where the first layer's gradient is smallest beside the last one's."""
    ratios = {
        (objective, s): entry["gradients"]["first_to_last"]
        for objective in OBJECTIVES
        for s, entry in entries(metrics, objective).items()
    }
    objective, s = min(ratios, key=ratios.__getitem__)
    return objective, s, ratios[objective, s]


def summary(metrics: Measured, section: SigmoidMlp) -> str:
    """The answer in one line."""
    _, s, ratio = smallest_first_layer(metrics)
    why = (
        f"at spread {s:g} the first layer's gradient is 1/{number(1 / ratio, 2)} of the last one's"
        if ratio < 0.1
        else "though no layer's gradient is less than a tenth of the last one's"
    )
    spreads = spread_sentence(metrics, "mean-squared-error")
    return f"{early_clause(metrics, section)}; {why}. {spreads} {end_sentence(metrics, section)}"


def early_clause(metrics: Measured, section: SigmoidMlp) -> str:
    """What the best spreads' outputs look like after the first updates."""
    differ = [
        NAMES[objective]
        for objective in OBJECTIVES
        if at_best(metrics, objective)["first_updates"]["variety"] >= CONSTANT
    ]
    when = f"After {section.first_updates} updates"
    if not differ:
        return f"{when} even the best spreads give one picture for all images"
    under = "" if len(differ) == len(OBJECTIVES) else f" under {differ[0]} only"
    return f"{when} outputs of the best spreads begin to differ{under}"


def end_sentence(metrics: Measured, section: SigmoidMlp) -> str:
    """Which objectives let the network converge in the long runs."""
    done = [NAMES[one] for one in OBJECTIVES if converged(metrics["long"][one], section.settled)]
    who = {0: "neither objective", 1: f"{(*done, '')[0]} alone", 2: "either objective"}[len(done)]
    return f"Training converges within {section.long_epochs} epochs under {who}."


def at_best(metrics: Measured, objective: str) -> Measured:
    """What was measured of the spread that learns most."""
    return entries(metrics, objective)[metrics["long"][objective]["std"]]


def spread_sentence(metrics: Measured, objective: str) -> str:
    """Which spread learns fastest, and whether beyond the seeds' own spread."""
    errors = {s: values(entry["runs"], "mse") for s, entry in entries(metrics, objective).items()}
    first, *others = sorted(errors, key=lambda s: np.mean(errors[s]))
    clear = all(max(errors[first]) < min(errors[s]) for s in others)
    kind = "learns most" if clear else "is level with another as the one that learns most"
    return f"Under {NAMES[objective]}, spread {first:g} {kind}."


def stages_table(metrics: Measured, section: SigmoidMlp) -> str:
    """Error and variety after 20 updates, 20 epochs, and many, by objective and spread."""
    rows = []
    for objective in OBJECTIVES:
        long = metrics["long"][objective]
        for s, entry in entries(metrics, objective).items():
            rows.append(
                [
                    f"{NAMES[objective]}, spread {s:g}",
                    f"{entry['rate']:g}",
                    number(entry["first_updates"]["mse"]),
                    spread(values(entry["runs"], "mse")),
                    percent(mean(entry["runs"], "variety")),
                    number(long["mse"]) if s == long["std"] else "–",
                ]
            )
    base = metrics["baselines"]
    rows += [["mean training image", "–", number(base["mean_image"]), "–", percent(0), "–"]]
    rows += [[f"PCA, k = {section.code}", "–", number(base["pca"]), "–", "–", "–"]]
    header = ["validation MSE after", "rate chosen", f"{section.first_updates} updates"]
    header += [f"{section.ae.epochs} epochs", "variety then", f"{section.long_epochs} epochs"]
    return table(header, rows) + "\n\n" + ABOUT_VARIETY


def edge_sentence(metrics: Measured, section: SigmoidMlp) -> str:
    """Which networks might do better with rates that were not tried."""
    edge = [
        f"{NAMES[objective]}, spread {s:g} (the {'smallest' if rate == min(rates) else 'largest'}, {rate:g})"
        for objective, rates in grids(section).items()
        for s, rate in ((s, entry["rate"]) for s, entry in entries(metrics, objective).items())
        if rate in (min(rates), max(rates))
    ]
    if not edge:
        return "No chosen rate lies at the edge of those tried."
    better = "Rates beyond it might do better."
    return f"At the edge of the rates tried lies the choice for: {'; '.join(edge)}. {better}"


def convergence(metrics: Measured, section: SigmoidMlp) -> str:
    """Whether the long runs converged, and by what rule."""
    sentences = []
    for objective, entry in metrics["long"].items():
        excess = entry["excess_over_training"]
        side = "above" if excess >= 0 else "below"
        sentences.append(
            f"Under {NAMES[objective]} (spread {entry['std']:g}) the network "
            f"{verdict(entry, section.settled)}. The last quarter of {section.long_epochs} epochs "
            f"{changes(entry)}; "
            f"at the end the validation loss is {percent(abs(excess))} {side} the training loss."
        )
    rule = f"A run counts as converged where neither loss improves by {percent(section.settled, 0)} or more."
    return " ".join([*sentences, rule])


def changes(entry: Measured) -> str:
    """`worsens the validation loss by 0.3 % and improves the training loss by 12.0 %`."""
    parts = ("validation", "training")
    gains_ = [entry[f"{part}_gain"] for part in parts]
    verbs = ["worsens" if round(gain, 3) < 0 else "improves" for gain in gains_]
    first, second = (
        f"the {part} loss by {percent(abs(gain))}" for part, gain in zip(parts, gains_, strict=True)
    )
    again = "" if verbs[0] == verbs[1] else f"{verbs[1]} "
    return f"{verbs[0]} {first} and {again}{second}"


def gradient_table(metrics: Measured) -> str:
    """Norms by layer before training."""
    rows = []
    for objective in OBJECTIVES:
        for s, entry in entries(metrics, objective).items():
            *norms, ratio = entry["gradients"].values()
            cells = [power(value) for value in (*norms, ratio)]
            rows.append([f"{NAMES[objective]}, spread {s:g}", *cells])
    layers = len(rows[0]) - 2
    numbers = [f"layer {index}" for index in range(1, layers + 1)]
    return table(["gradient before training", *numbers, "first / last"], rows)


def unit_table(metrics: Measured) -> str:
    """Saturated values and constant units."""
    keys = ("saturated_before", "saturated_after", "constant_before", "constant_after")
    rows = [
        [f"{NAMES[objective]}, spread {s:g}", *(percent(entry["units"][key]) for key in keys)]
        for objective in OBJECTIVES
        for s, entry in entries(metrics, objective).items()
    ]
    header = ["hidden units", *(key.replace("_", ", ") + " training" for key in keys)]
    return table(header, rows) + "\n\n" + UNITS


def answer(metrics: Measured, section: SigmoidMlp) -> str:
    """The last section."""
    base = metrics["baselines"]
    return "\n\n".join(
        [
            " ".join(after_both(metrics, section, objective) for objective in OBJECTIVES),
            " ".join(spread_sentence(metrics, objective) for objective in OBJECTIVES)
            + " "
            + small_sentence(metrics, section)
            + " "
            + large_sentence(metrics),
            " ".join(long_sentence(metrics, section, objective, base["pca"]) for objective in OBJECTIVES),
        ]
    )


def after_both(metrics: Measured, section: SigmoidMlp, objective: str) -> str:
    """What 20 iterations give in either reading, at the best spread."""
    entry = at_best(metrics, objective)
    ratio = percent(mean(entry["runs"], "mse") / metrics["baselines"]["mean_image"], 0)
    early, later = state(entry["first_updates"]["variety"]), state(mean(entry["runs"], "variety"))
    return (
        f"Under {NAMES[objective]}, {section.first_updates} updates yield {early}, and "
        f"{section.ae.epochs} epochs {later}, with {ratio} of the mean image's error."
    )


def small_sentence(metrics: Measured, section: SigmoidMlp) -> str:
    """What the smallest spread does to gradients."""
    of = entries(metrics, "mean-squared-error")
    s = min(of)
    ratio = of[s]["gradients"]["first_to_last"]
    if ratio > 0.1:
        return (
            f"With spread {s:g} gradients do not shrink much on the way down (first to last: {power(ratio)})."
        )
    early = of[s]["first_updates"]["variety"]
    then = "hence" if early < CONSTANT else "yet"
    return (
        f"With spread {s:g} the gradient is lost on its way down (first to last layer: {power(ratio)}): "
        f"the lowest layers hardly learn at first, {then} {state(early)} after "
        f"{section.first_updates} updates."
    )


def large_sentence(metrics: Measured) -> str:
    """What the largest spread does to units."""
    of = entries(metrics, "mean-squared-error")
    s = max(of)
    share = of[s]["units"]["saturated_before"]
    if share < 0.25:
        return f"With spread {s:g} only {percent(share)} of the hidden values are saturated at the start."
    return (
        f"With spread {s:g}, {percent(share)} of the hidden values are saturated at the start, and where "
        "σ' is next to nothing, large weights do not make up for it."
    )


def long_sentence(metrics: Measured, section: SigmoidMlp, objective: str, pca: float) -> str:
    """How the long run ends, beside PCA."""
    entry = metrics["long"][objective]
    beside = "below" if entry["mse"] < pca else "above"
    return (
        f"After {section.long_epochs} epochs the network under {NAMES[objective]} "
        f"{verdict(entry, section.settled)}. Its error is {number(entry['mse'])}, {beside} that of PCA "
        f"with as many numbers ({number(pca)})."
    )


def updates(section: SigmoidMlp, epochs: int, images: int) -> list[float]:
    """Updates done before the first epoch, after the first, and so on."""
    return [float(epoch * -(-images // section.ae.batch_size)) for epoch in range(epochs + 1)]


def draw_stages(section: SigmoidMlp, drawn: Drawn) -> Figure:
    """The same validation images early and late, under both objectives, at the best spread."""
    rows = [overview.Row("validation images", drawn.clean)]
    for objective, colour in zip(OBJECTIVES, COLOURS, strict=False):
        s, name = drawn.best[objective], NAMES[objective]
        for text, one in (
            (f"{section.first_updates} updates", drawn.early[objective][s][0]),
            (f"{section.ae.epochs} epochs", drawn.runs[objective][s][0]),
            (f"{section.long_epochs} epochs", drawn.long[objective]),
        ):
            rows.append(overview.Row(f"{name}, spread {s:g}: {text}", one["images"], colour, psnr(one)))
    return overview.draw(rows, "Sigmoids and gradient descent: early and late", CAPTION_STAGES)


def draw_spreads(section: SigmoidMlp, drawn: Drawn) -> Figure:
    """The same validation images after `ae.epochs`, a row a spread and objective."""
    rows = [overview.Row("validation images", drawn.clean)]
    for objective, colour in zip(OBJECTIVES, COLOURS, strict=False):
        for s, of in drawn.runs[objective].items():
            rows.append(
                overview.Row(f"{NAMES[objective]}, spread {s:g}", of[0]["images"], colour, psnr(of[0]))
            )
    return overview.draw(rows, f"Initial spread, after {section.ae.epochs} epochs", CAPTION_STAGES)


def psnr(one: Watched) -> float:
    """PSNR in dB over all validation images."""
    return float(psnr_db(one["mse"]))


def draw_losses(section: SigmoidMlp, drawn: Drawn) -> Figure:
    """Validation loss against updates, a line a spread, a panel an objective."""
    panels = {
        NAMES[objective]: [
            curves.Line(f"spread {s:g}", np.array([one["loss"] for one in of]), colour)
            for (s, of), colour in zip(by_spread.items(), cycle(COLOURS), strict=False)
        ]
        for objective, by_spread in drawn.runs.items()
    }
    x = updates(section, section.ae.epochs, drawn.trained_images)
    title = "Validation loss, by the spread of initial weights"
    return curves.draw(panels, x, "updates", title, CAPTION_LOSSES, logarithmic=True)


def draw_long(section: SigmoidMlp, drawn: Drawn) -> Figure:
    """Training and validation loss of the long runs."""
    panels = {
        f"{NAMES[objective]}, spread {drawn.best[objective]:g}": [
            curves.Line("training", np.array([one["train_loss"]]), MUTED, dashed=True),
            curves.Line("validation", np.array([one["loss"][1:]]), INK),
        ]
        for objective, one in drawn.long.items()
    }
    x = updates(section, section.long_epochs, drawn.trained_images)[1:]
    return curves.draw(panels, x, "updates", "The best spread, for long", CAPTION_LONG, logarithmic=True)


def draw_gradients(section: SigmoidMlp, drawn: Drawn, objective: str) -> Figure:
    """Gradient norms against updates: a line a layer, a panel a spread."""
    panels = {
        f"spread {s:g}": [
            curves.Line(f"layer {layer}", np.array([one["norms"][layer] for one in of]), colour)
            for layer, colour in zip(of[0]["norms"], cycle(COLOURS), strict=False)
        ]
        for s, of in drawn.runs[objective].items()
    }
    x = updates(section, section.ae.epochs, drawn.trained_images)
    title = f"Gradient norms by layer: {NAMES[objective]}"
    return curves.draw(panels, x, "updates", title, CAPTION_GRADIENTS.format(batch=BATCH), logarithmic=True)


PROCEDURE = """
{layers}, a sigmoid after every layer, weights and biases from N(0, s²) with s the *spread*,
plain stochastic gradient descent (no momentum, batches of {batch}) on clean digits. Minimised are sums over
pixels, Σ (x − y)², then −Σ x log y + (1 − x) log(1 − y). For each objective and spread the learning
rate is the one with the smallest validation loss after {trial} epochs; then {runs} seeds are trained
for {epochs} epochs, and the best spread for {long}. "{updates} iterations" is read both ways: as {updates}
updates and as {epochs} epochs. A run counts as converged when the last quarter of its
epochs improves neither validation nor training loss by {settled} or more, and
its outputs differ from image to image (a plateau is flat, too).
"""
ABOUT_VARIETY = """
*Variety* is the outputs' variance from image to image, as a share of the images' own: 0 is one picture for
all. Errors are means over pixels; of several seeds the smallest and the largest are in brackets.
"""
WHY = """
**Why the gradient is small.** Let δₗ = ∂L/∂aₗ for the sums aₗ of layer l. Then δₗ = σ'(aₗ) · Wₗ₊₁ᵀ δₗ₊₁, and
∂L/∂Wₗ = δₗ hₗ₋₁ᵀ. As σ' = σ(1 − σ) ≤ 1/4, and as Wᵀ with n rows of spread s changes a length by about
s √n, a layer multiplies the gradient by about s √n / 4 at most. {factors}
Squared error has one more factor σ' at the output; in cross-entropy it
cancels: ∂L/∂a = y − x.
"""
UNITS = """
*Saturated*: values within 0.01 of 0 or 1, where σ' < 0.01. *Constant* (dead): units whose value deviates by
less than 0.01 from image to image, and so tells the next layer nothing. Both on validation images.
"""
LOOK_AT_STAGES = "after how much training digits stop being one grey blot, and which objective is first."
LOOK_AT_LONG = "whether the lines have become level, and whether validation leaves training."
LOOK_AT_SPREADS = "rows in which all ten pictures are the same: the network has learned the mean image."
LOOK_AT_LOSSES = "plateaus: a line that is level and then falls was waiting for gradients to grow."
LOOK_AT_GRADIENTS = (
    "how far apart the layers are, and whether lower layers catch up as the loss leaves its plateau.",
    "the same without the output's σ' in the way.",
)
CAPTION_STAGES = """
One seed. Decibels are PSNR over all validation images: more is better, 3 dB more is half the squared error.

Read off: whether outputs depend on the image at all, and how much of a digit they have.

Not to be read off: how far training is from its end. A plateau looks like an end.
"""
CAPTION_LOSSES = """
Mean over validation images, before training and after each epoch; dots are single seeds. Rates were chosen
for each spread.

Read off: whether and how long a spread rests on a plateau, and where it ends in this time.

Not to be read off: which objective is better. Their units differ.
"""
CAPTION_LONG = """
Mean over images, one seed. Training loss is a mean over the epoch, while weights still change.

Read off: whether more updates would still help.

Not to be read off: which objective is better. Their units differ.
"""
CAPTION_GRADIENTS = """
‖∂L/∂W‖ of each layer's weights for the same {batch} training images, before training and after each epoch;
dots are single seeds. Layers count from the image.

Read off: which layers hardly move, and when they begin to.

Not to be read off: how useful a step is. A large gradient may point across a valley.
"""

if __name__ == "__main__":
    run(main)
