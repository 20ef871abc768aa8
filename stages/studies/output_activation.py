"""output-activation: sigmoid, ReLU or no activation at the end of a decoder, under squared error?

The same dense autoencoder is trained with each of the three. Measured on test images: the range of the raw
outputs, the error before and after clipping to [0, 1], and the dead pixels, black in every output though
not in every image. A ReLU has slope 0 below 0: a pixel that is below 0 for all images gets no gradient into
its own weights, so it is counted how many of the dead pixels get none.
"""

from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, UInt8
from matplotlib.figure import Figure
from pydantic import Field

from stages.analyses.gradients import pixel_gradient_norms
from stages.analyses.outputs import dead_pixels, output_range, raw_outputs
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.metrics import psnr_db
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import to_bytes
from stages.common.trials import Trained, train
from stages.figures import curves, overview
from stages.figures.palette import INK, class_colours
from stages.models import ae
from stages.pages.runs import by_seed, mean, values
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table
from stages.pages.wording import capital

STUDY = "output-activation"
OUTPUTS = ("sigmoid", "relu", "linear")
NAMES = {"sigmoid": "sigmoid", "relu": "ReLU", "linear": "linear"}
COLOURS = dict(zip(OUTPUTS, (class_colours(10)[index] for index in (9, 8, 2)), strict=True))
RAW, CLIPPED = "mse", "mse_clipped"  # errors before and after clipping to [0, 1]
STEP = 0.02  # of the outputs' histogram
EDGES = np.linspace(-1, 2, 151)  # so many steps
IMAGES = 10

Measured = dict[str, Any]
Models = dict[str, dict[float, list[Trained]]]
Pair = tuple[str, float]  # an output and a learning rate


class OutputActivation(Section):
    """The section `output_activation`."""

    code: Count = Field(description="size of the code")
    rates: Ascending[Rate] = Field(min_length=1, description="learning rates, chosen from for each output")
    trial_epochs: Count = Field(description="epochs of each trial of a learning rate")
    trial_runs: Count = Field(description="seeds of these trials, for each output and rate")
    runs: Count = Field(description="seeds for each output, at the chosen rate")
    ae: ae.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    output_activation: OutputActivation


def main() -> None:
    """Choose a rate for each output, train every output and seed with it, measure, write the page."""
    settings = Settings.read()
    section, seed = settings.output_activation, settings.seed
    parts = Parts.load(seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)

    def trained(pairs: list[Pair], epochs: int, runs: int, doing: str) -> dict[Pair, list[Trained]]:
        variants = [variant(section.ae, *pair).model_copy(update={"epochs": epochs}) for pair in pairs]
        seeds = [seed + index for index in range(runs)]
        jobs = [(ae.build, one, section.code, parts, runtime, each) for one in variants for each in seeds]
        return by_key(in_parallel(train, jobs, doing), pairs)

    every = [(output, rate) for output in OUTPUTS for rate in section.rates]
    tried = trained(every, section.trial_epochs, section.trial_runs, "trials of learning rates")
    trials: Models = {output: {rate: tried[output, rate] for rate in section.rates} for output in OUTPUTS}
    chosen = {output: best_rate(by_rate) for output, by_rate in trials.items()}
    found = trained(list(chosen.items()), section.ae.epochs, section.runs, "autoencoders")
    best = {output: runs for (output, _), runs in found.items()}
    starts = [untrained(section, chosen["relu"], seed + index) for index in range(section.runs)]
    metrics = save_metrics(STUDY, measure(trials, best, chosen, starts, parts, runtime))
    publish(STUDY, page(metrics, section, pictures(best, parts, runtime)))


def variant(settings: ae.Settings, output: str, rate: float) -> ae.Settings:
    """The same autoencoder with another output activation and learning rate."""
    return settings.model_copy(update={"output": output, "learning_rate": rate})


def best_rate(by_rate: dict[float, list[Trained]]) -> float:
    """The learning rate with the smallest validation loss, mean over seeds."""
    return min(by_rate, key=lambda rate: trial_loss(by_rate[rate]))


def trial_loss(runs: list[Trained]) -> float:
    """Validation loss after the last epoch, mean over seeds."""
    return float(np.mean([one.history[-1]["validation_loss"] for one in runs]))


def untrained(section: OutputActivation, rate: float, seed: int) -> Any:
    """The ReLU autoencoder as it was before its first update."""
    with seeded_weights(seed):
        return ae.build(variant(section.ae, "relu", rate), section.code).eval().requires_grad_(False)


def measure(
    trials: Models,
    best: dict[str, list[Trained]],
    chosen: dict[str, float],
    starts: list[Any],
    parts: Parts,
    runtime: Runtime,
) -> Measured:
    """Every run at the chosen rates on test images; of the trials, validation loss and dead pixels."""
    ink = (parts.train.clean > 0).any(axis=0)
    return {
        "inked_pixels": int(ink.sum()),
        "relu_from_the_start": by_seed(
            since_the_start(start.to(runtime.device), one.model, parts, runtime)
            for start, one in zip(starts, best["relu"], strict=True)
        ),
        "outputs": {
            output: {
                "rate": chosen[output],
                "runs": by_seed(of_model(one.model, parts, runtime) for one in runs),
                "trials": {
                    f"rate{rate:g}": {
                        "validation_loss": trial_loss(tried),
                        "dead_pixels": by_seed(dead_in_training(one.model, parts, runtime) for one in tried),
                    }
                    for rate, tried in trials[output].items()
                },
            }
            for output, runs in best.items()
        },
    }


def since_the_start(start: Any, trained: Any, parts: Parts, runtime: Runtime) -> dict[str, int]:
    """Pixels that were dead before training, and how many of them still are after it."""
    before, after = (dead_mask(model, parts, runtime) for model in (start, trained))
    return {"dead": int(before.sum()), "still_dead": int((before & after).sum())}


def dead_in_training(model: Any, parts: Parts, runtime: Runtime) -> int:
    """How many pixels are black in the outputs of all training images, though inked in some of these."""
    return int(dead_mask(model, parts, runtime).sum())


def dead_mask(model: Any, parts: Parts, runtime: Runtime) -> Bool[np.ndarray, "28 28"]:
    """Dead pixels of the training images, whose gradients are what could revive them."""
    return dead_pixels(raw_outputs(model, parts.train.clean, runtime), parts.train.clean)


def of_model(model: Any, parts: Parts, runtime: Runtime) -> Measured:
    """Range and errors on test images, dead pixels and gradients on training images."""
    test = raw_outputs(model, parts.test.clean, runtime)
    dead = dead_mask(model, parts, runtime)
    gradient = pixel_gradient_norms(model, parts.train, runtime).numpy().reshape(28, 28)
    energy = np.square(parts.train.clean / np.float64(255)).mean(axis=0)
    return output_range(test) | {
        "mse": reconstruction_error(model, parts.test, runtime, clip=False)["mse"],
        "mse_clipped": reconstruction_error(model, parts.test, runtime)["mse"],
        "dead_pixels": int(dead.sum()),
        "dead_without_gradient": int((dead & (gradient == 0)).sum()),
        "without_gradient": int((gradient == 0).sum()),
        "ink_on_dead_pixels": float(energy[dead].sum() / energy.sum()),
    }


def pictures(best: dict[str, list[Trained]], parts: Parts, runtime: Runtime) -> dict[str, np.ndarray]:
    """Arrays to draw: test images, their reconstructions, values of outputs, maps of dead pixels."""
    arrays = {"clean": parts.test.clean[:IMAGES], "inked": as_ink((parts.train.clean > 0).any(axis=0))[None]}
    for output, runs in best.items():
        raw = raw_outputs(runs[0].model, parts.test.clean, runtime)
        arrays[f"{output}_images"] = to_bytes(torch.from_numpy(raw[:IMAGES]))
        counted = [np.histogram(raw_outputs(one.model, parts.test.clean, runtime), EDGES)[0] for one in runs]
        arrays[f"{output}_histogram"] = np.array(counted) / raw.size
        arrays[f"{output}_dead"] = np.stack([as_ink(dead_mask(one.model, parts, runtime)) for one in runs])
    return arrays


def as_ink(mask: np.ndarray) -> UInt8[np.ndarray, "28 28"]:
    """Black where `mask` is true."""
    return mask.astype(np.uint8) * 255


def page(metrics: Measured, section: OutputActivation, arrays: dict[str, np.ndarray]) -> Page:
    """The study's page, its numbers from `metrics`."""
    outputs = metrics["outputs"]
    return Page(
        question="Which output activation for squared error: sigmoid, ReLU or none?",
        summary=summary(metrics),
        procedure=PROCEDURE.format(
            trial=seeds_and_epochs(section.trial_runs, section.trial_epochs),
            final=seeds_and_epochs(section.runs, section.ae.epochs),
        ),
        findings=[
            Picture("reconstructions", draw_reconstructions(outputs, arrays), LOOK_AT_IMAGES),
            error_table(outputs),
            Picture("values", draw_values(arrays), LOOK_AT_VALUES),
            range_table(outputs),
            Picture("dead_pixels", draw_dead(arrays), LOOK_AT_DEAD),
            dead_table(metrics),
            rate_table(outputs, section),
            WHY.format(gradient=gradient_sentence(outputs), start=start_sentence(metrics)),
        ],
        answer=answer(metrics),
    )


def ranking(outputs: Measured, measure: str = CLIPPED) -> list[str]:
    """Outputs by their error, smallest first."""
    return sorted(OUTPUTS, key=lambda output: mean(outputs[output]["runs"], measure))


def first_is_apart(outputs: Measured, measure: str) -> bool:
    """Whether every seed of the best output has a smaller error than every seed of the second."""
    first, second, _ = (values(outputs[output]["runs"], measure) for output in ranking(outputs, measure))
    return max(first) < min(second)


def summary(metrics: Measured) -> str:
    """The answer in one line."""
    outputs = metrics["outputs"]
    dead, lead = mean(outputs["relu"]["runs"], "dead_pixels"), leaders(outputs)
    sigmoid, linear = (mean(outputs[output]["runs"], "dead_pixels") for output in ("sigmoid", "linear"))
    if dead <= max(sigmoid, linear):
        return f"{capital(lead)}; ReLU outputs do not die here more than others ({number(dead)} pixels)."
    return (
        f"{capital(lead)}; a ReLU output leaves {number(dead)} of {metrics['inked_pixels']} pixels dead, "
        f"a sigmoid one {number(sigmoid)} and a linear one {number(linear)} (means over seeds)."
    )


def leaders(outputs: Measured) -> str:
    """Which output has the smallest error after clipping, and which before, if that is another."""
    clipped, raw = (leader(outputs, measure) for measure in (CLIPPED, RAW))
    lead = f"{clipped} has the smallest error after clipping to [0, 1]"
    if ranking(outputs)[0] == ranking(outputs, RAW)[0]:
        return lead
    return f"{lead}, but {raw} has it before clipping, as training minimises it"


def leader(outputs: Measured, measure: str) -> str:
    """The output with the smallest error, and whether another is level: `sigmoid (level with linear)`."""
    first, second, _ = (NAMES[output] for output in ranking(outputs, measure))
    return first if first_is_apart(outputs, measure) else f"{first} (level with {second})"


def error_table(outputs: Measured) -> str:
    """Errors on test images."""
    keys = (RAW, CLIPPED)
    rows = [
        [
            NAMES[output],
            number(outputs[output]["rate"]),
            *(spread(values(outputs[output]["runs"], key), 4) for key in keys),
        ]
        for output in OUTPUTS
    ]
    return table(["output", "rate chosen", "test MSE, raw", "test MSE, clipped to [0, 1]"], rows)


def range_table(outputs: Measured) -> str:
    """What outputs lie between, and how many leave [0, 1]."""
    rows = [
        [
            NAMES[output],
            number(min(values(outputs[output]["runs"], "smallest"))),
            number(max(values(outputs[output]["runs"], "largest"))),
            percent(mean(outputs[output]["runs"], "below_0")),
            percent(mean(outputs[output]["runs"], "above_1")),
        ]
        for output in OUTPUTS
    ]
    return table(["output", "smallest, any seed", "largest, any seed", "below 0", "above 1"], rows)


def dead_table(metrics: Measured) -> str:
    """Dead pixels, and whether gradients reach them."""
    outputs = metrics["outputs"]
    keys = ("dead_pixels", "dead_without_gradient")
    rows = [
        [
            NAMES[output],
            *(spread(values(outputs[output]["runs"], key)) for key in keys),
            percent(mean(outputs[output]["runs"], "ink_on_dead_pixels"), 2),
        ]
        for output in OUTPUTS
    ]
    header = [
        "output",
        f"dead of {metrics['inked_pixels']} pixels",
        "of these without gradient",
        "ink on them",
    ]
    return table(header, rows)


def rate_table(outputs: Measured, section: OutputActivation) -> str:
    """Validation loss and dead pixels in the trials by learning rate, and whether the grid is wide enough."""
    rates = list(outputs["relu"]["trials"])
    rows = []
    for output in OUTPUTS:
        trials = outputs[output]["trials"]
        rows += [
            [
                f"{NAMES[output]}, validation loss",
                *(number(trials[rate]["validation_loss"]) for rate in rates),
            ],
            [
                f"{NAMES[output]}, dead pixels",
                *(spread(list(trials[rate]["dead_pixels"].values())) for rate in rates),
            ],
        ]
    header = [
        f"trials, after {epochs_of(section.trial_epochs)}",
        *(f"rate {rate.removeprefix('rate')}" for rate in rates),
    ]
    return f"{table(header, rows)}\n\n{edge_sentence(outputs, section.rates)}"


def edge_sentence(outputs: Measured, rates: tuple[float, ...]) -> str:
    """Which outputs might do better with rates that were not tried."""
    edge = [NAMES[output] for output in OUTPUTS if outputs[output]["rate"] in (min(rates), max(rates))]
    if not edge:
        return "No chosen rate lies at the edge of those tried."
    return f"At the edge of the rates tried lies the choice for: {', '.join(edge)}."


def epochs_of(count: int) -> str:
    """`1 epoch`, `5 epochs`."""
    return f"{count} epoch{'' if count == 1 else 's'}"


def seeds_and_epochs(seeds: int, epochs: int) -> str:
    """`4 seeds of 10 epochs`."""
    return f"{seeds} seed{'' if seeds == 1 else 's'} of {epochs_of(epochs)}"


def gradient_sentence(outputs: Measured) -> str:
    """Whether the measured gradients bear the explanation out."""
    dead, silent = (
        sum(values(outputs["relu"]["runs"], key)) for key in ("dead_pixels", "dead_without_gradient")
    )
    if not dead:
        return "In these runs no ReLU output died, so there is nothing to explain."
    others = sum(sum(values(outputs[output]["runs"], "without_gradient")) for output in ("sigmoid", "linear"))
    return (
        f"Measured over all training images, {percent(silent / dead)} of the ReLU's dead pixels have a "
        f"gradient of exactly 0 into their weights; of the pixels of the other two outputs, {others} have."
    )


def start_sentence(metrics: Measured) -> str:
    """How many pixels were dead before training, and how many of these stay so."""
    before, still = (values(metrics["relu_from_the_start"], key) for key in ("dead", "still_dead"))
    if not sum(before):
        return "Before training no pixel is dead: what dies here dies in training."
    share = percent(sum(still) / sum(before))
    return f"Before training {spread(before)} ReLU pixels are dead; {share} of these still are after it."


def answer(metrics: Measured) -> str:
    """The last section."""
    outputs = metrics["outputs"]
    first, second, third = ranking(outputs)
    relu, linear, best = (outputs[output]["runs"] for output in ("relu", "linear", first))
    clipping = 1 - mean(linear, CLIPPED) / mean(linear, RAW)
    excess = mean(relu, CLIPPED) / mean(best, CLIPPED) - 1
    verdict = (
        "The ReLU has the smallest error, its dead pixels notwithstanding."
        if first == "relu"
        else f"The ReLU's error is {percent(excess)} above the best."
    )
    return f"""
    After clipping, errors rank {NAMES[first]}, {NAMES[second]}, {NAMES[third]}:
    {", ".join(number(mean(outputs[output]["runs"], CLIPPED), 4) for output in (first, second, third))}
    (means over seeds). {verdict} {raw_sentence(outputs)}

    A sigmoid cannot leave [0, 1]. A ReLU may leave it above ({percent(mean(relu, "above_1"))} of its values
    do), a linear output on both sides ({percent(mean(linear, "below_0"))} of its values
    are below 0, {percent(mean(linear, "above_1"))} above 1), and clipping these takes {percent(clipping)}
    off the linear output's error: no image has ink below 0 or above 1.

    {weight_of_the_dead(mean(relu, "dead_pixels"), mean(relu, "ink_on_dead_pixels"))}
    """


def raw_sentence(outputs: Measured) -> str:
    """How errors rank before clipping."""
    order = ranking(outputs, RAW)
    if order == ranking(outputs):
        return "Before clipping, the order is the same."
    errors = ", ".join(number(mean(outputs[output]["runs"], RAW), 4) for output in order)
    apart = "is ahead with every seed" if first_is_apart(outputs, RAW) else "is not ahead with every seed"
    return (
        "Before clipping, in the squared error that training minimises, the order is another: "
        f"{', '.join(NAMES[output] for output in order)} ({errors}); {NAMES[order[0]]} {apart}."
    )


def weight_of_the_dead(dead: float, ink: float) -> str:
    """What dead pixels cost."""
    if not dead:
        return "No ReLU output died, so that dead pixels cost nothing here."
    verdict = "rarely inked ones, so that the loss is small" if ink < 0.01 else "not only rarely inked ones"
    return (
        f"Dead pixels of the ReLU are {verdict}: they carry {percent(ink, 2)} of the squared ink of the "
        "training images, all of which is error."
    )


def draw_reconstructions(outputs: Measured, arrays: dict[str, np.ndarray]) -> Figure:
    """Test images and three reconstructions of each."""
    rows = [overview.Row("test images", arrays["clean"])]
    for output in OUTPUTS:
        error = next(iter(outputs[output]["runs"].values()))["mse_clipped"]
        decibels = float(psnr_db(error))
        rows.append(overview.Row(NAMES[output], arrays[f"{output}_images"], COLOURS[output], decibels))
    return overview.draw(rows, "Three output activations, squared error", CAPTION_IMAGES)


def draw_values(arrays: dict[str, np.ndarray]) -> Figure:
    """Share of output values in bins of `STEP`."""
    middles = (EDGES[1:] + EDGES[:-1]) / 2
    shares = {output: arrays[f"{output}_histogram"].astype(float) for output in OUTPUTS}
    panels = {
        NAMES[output]: [curves.Line(NAMES[output], np.where(part > 0, part, np.nan), COLOURS[output])]
        for output, part in shares.items()
    }
    return curves.draw(
        panels,
        list(middles),
        "output value",
        f"Values of outputs before clipping: share in steps of {STEP}",
        CAPTION_VALUES,
        logarithmic=True,
    )


def draw_dead(arrays: dict[str, np.ndarray]) -> Figure:
    """Which pixels are dead: a row an output, a column a seed."""
    columns = min(IMAGES, len(arrays["relu_dead"]))
    rows = [overview.Row("inked in some training image", np.repeat(arrays["inked"], columns, axis=0), INK)]
    rows += [
        overview.Row(f"dead: {NAMES[output]}", arrays[f"{output}_dead"][:columns], COLOURS[output])
        for output in OUTPUTS
    ]
    return overview.draw(rows, "Dead pixels", CAPTION_DEAD)


PROCEDURE = """
A dense autoencoder is trained on clean digits to a small Σ (x − y)², with y = σ(a), y = max(0, a) or y = a
for the last layer's sums a; all else is the same. The learning rate of each is the one with the smallest
mean validation error in trials ({trial}); the results are of new runs with it ({final}). Errors and ranges
are of test images, before any clipping unless said.
A pixel is *dead* where all outputs for the training images are black (below half a grey level)
though some of these images have ink there.
"""
WHY = """
**Why ReLU outputs die.** For a pixel y = max(0, a) with a = wᵀh + b, the gradient is ∂L/∂w = 2 (y − x) · h
where a > 0, and 0 where a ≤ 0. Once an update has pushed a below 0 for every training image, every
summand is 0: neither w nor b moves again, however wrong the pixel is. Only the layers below could bring
it back, by moving h for the sake of other pixels. Pixels at the rim of the digits are pushed down by
the many images without ink there, and pulled up by a few. Others are below 0 from the start, by the draw of
their first weights. A sigmoid's slope is small for small y, but not 0; a linear output's is 1. (Where these
two are black for all images they are not stuck: black is the answer learned.)

{gradient}

{start}
"""
LOOK_AT_IMAGES = "grey haze beside strokes (linear), clean ground (sigmoid, ReLU), strokes with gaps."
LOOK_AT_VALUES = "the wall at 0 (ReLU and sigmoid), the tail below 0 (linear), and the tails above 1."
LOOK_AT_DEAD = "whether dead pixels lie at the rim of the digits, and whether seeds agree on them."
CAPTION_IMAGES = """
Outputs of one seed, clipped to [0, 1]. Decibels are PSNR over the whole test set: more is better.

Read off: haze on the ground, and which strokes each output loses.

Not to be read off: what lies outside [0, 1]. Paper cannot be whiter than white.
"""
CAPTION_VALUES = """
All pixels of all test images; a band spans the seeds. Bins without values leave a gap; values
below −1 or above 2 would not be shown (the table has the extremes).

Read off: what range an activation allows, and how much of it is used beyond [0, 1].

Not to be read off: which values are wrong. What the pixel should be is not in the picture.
"""
CAPTION_DEAD = """
A column is a seed. Top: pixels with ink in some training image. Below: those of them that are black in the
output for every training image.

Read off: where outputs are dead, and how far that hangs on the seed.

Not to be read off: how much ink is lost. A pixel at the rim has ink in a few images only.
"""

if __name__ == "__main__":
    run(main)
