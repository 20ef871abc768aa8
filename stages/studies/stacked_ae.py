"""stacked-ae: do more layers help, and are they hard to train today?

Dense stacks 784-256-k, 784-256-128-k and so on, mirrored by their decoders, against the single layer
784-k-784, with the same objective, the same code (linear) and the same number of updates. The stacks are
trained end to end; at one k also greedily, layer by layer, and then fine-tuned (Bengio et al., 2007; see
`models/layerwise.py`), and the deepest of them with sigmoids in place of ReLUs both ways.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from pydantic import Field, model_validator

from stages.analyses.course import course_measures, course_set
from stages.analyses.gradients import gradient_norms
from stages.analyses.reconstruction import reconstruction_error
from stages.common.datasets import NoisyImages
from stages.common.errors import run
from stages.common.layerwise_training import LayerwiseTrained, train_layerwise
from stages.common.parallel import in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Distinct, Rate, Section
from stages.common.study import StudySettings
from stages.common.trials import Trained, train
from stages.figures import curves
from stages.figures.palette import INK, MODEL_COLOURS, class_colours
from stages.figures.subject import Subject
from stages.models import ae
from stages.pages.course import Looks, course_pictures, observed
from stages.pages.runs import columns, mean, values
from stages.pages.sizes import at
from stages.pages.study import Page, Picture, number, percent, power, publish, save_metrics, spread, table
from stages.pages.wording import listed

STUDY = "stacked-ae"
COLOUR = MODEL_COLOURS["ae"]
SUBJECT = Subject("Best stack", COLOUR)
SINGLE = "single layer"
MEASURES = {"cross_entropy": "cross-entropy", "mse": "squared error"}
ENTROPY = "test_cross_entropy"  # what training minimises, and depths and ways are compared by
ACTIVATIONS = {"relu": "ReLU", "sigmoid": "sigmoid"}
PROBE = 500  # training images on which gradients are measured

Hidden = tuple[Count, ...]
Metrics = dict[str, Any]


class Case(NamedTuple):
    """One training run."""

    hidden: tuple[int, ...]
    k: int
    seed: int
    activation: str = "relu"
    way: str = "end to end"

    @property
    def name(self) -> str:
        """Hidden layers in words: `256-128`."""
        return "-".join(map(str, self.hidden)) or SINGLE


class Stacked(Section):
    """The section `stacked_ae`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    stacks: Distinct[Hidden] = Field(min_length=1, description="hidden layers, from shallow to deep")
    runs: Count = Field(description="seeds of everything")
    compared: Count = Field(description="the k at which ways of training are compared")
    layer_epochs: Count = Field(description="of each layer in greedy training; the rest fine-tunes")
    single_rate: Rate = Field(description="learning rate of the single layer")
    sigmoid_rate: Rate = Field(description="learning rate with sigmoids")
    ae: ae.Settings

    @model_validator(mode="after")
    def _consistent(self) -> "Stacked":
        if self.compared not in self.sizes:
            raise ValueError(f"stacked_ae.compared is {self.compared}; it should be one of the sizes")
        layers = 1 + max(len(stack) for stack in self.stacks)
        if self.layer_epochs * layers >= self.ae.epochs:
            raise ValueError(
                f"stacked_ae.layer_epochs is {self.layer_epochs}; {layers} layers leave none of the "
                f"{self.ae.epochs} epochs for fine-tuning"
            )
        return self


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    stacked_ae: Stacked


def main() -> None:
    """Train every stack, compare depths and ways of training, write the page."""
    settings = Settings.read()
    section = settings.stacked_ae
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    cases = cases_of(section, settings.seed)
    jobs = [
        (case.way, settings_of(case, section), case.k, parts, runtime, case.seed, section.layer_epochs)
        for case in cases
    ]
    trained = dict(zip(cases, in_parallel(train_one, jobs, "stacks"), strict=True))

    metrics = measure(trained, section, parts, runtime)
    metrics["gradients"] = gradients(section, settings.seed, parts, runtime)
    metrics = save_metrics(STUDY, metrics)  # rounded, so that the page chooses the same stacks
    generator = np.random.default_rng(settings.seed)
    stacks = {"-".join(map(str, hidden)): hidden for hidden in section.stacks}
    variants = {
        k: course_set(
            trained[Case(stacks[best_stack(metrics, k)], k, settings.seed)].model, parts, runtime, generator
        )
        for k in section.sizes
    }
    metrics = save_metrics(STUDY, metrics | {"course": course_measures(variants, parts)})
    publish(STUDY, page(metrics, section, histories(trained, section), variants))


def cases_of(section: Stacked, seed: int) -> list[Case]:
    """Every run: all stacks at all k end to end, and the other ways at one k."""
    seeds = [seed + number for number in range(section.runs)]
    k, deepest = section.compared, section.stacks[-1]
    cases = [Case(hidden, k, s) for k in section.sizes for hidden in ((), *section.stacks) for s in seeds]
    cases += [Case(hidden, k, s, way="greedy") for hidden in section.stacks for s in seeds]
    return cases + [Case(deepest, k, s, "sigmoid", way) for way in ("end to end", "greedy") for s in seeds]


def settings_of(case: Case, section: Stacked) -> ae.Settings:
    """Settings of one run: hidden layers, activation, and the learning rate that goes with them."""
    rate = section.ae.learning_rate if case.hidden else section.single_rate
    rate = section.sigmoid_rate if case.activation == "sigmoid" else rate
    changes = {"hidden": case.hidden, "activation": case.activation, "learning_rate": rate}
    return section.ae.model_copy(update=changes)


def train_one(
    way: str, settings: ae.Settings, k: int, parts: Parts, runtime: Runtime, seed: int, layer_epochs: int
) -> Trained:
    """Train one stack, end to end or greedily."""
    if way == "greedy":
        return train_layerwise(ae.build, settings, k, parts, runtime, seed, layer_epochs)
    return train(ae.build, settings, k, parts, runtime, seed)


def measure(trained: dict[Case, Trained], section: Stacked, parts: Parts, runtime: Runtime) -> Metrics:
    """Errors of every run: `sizes` by k and stack, `ways` by activation, stack and way, at one k."""
    sizes: Metrics = {}
    ways: Metrics = {}
    for case, one in trained.items():
        errors = errors_of(one, parts, runtime)
        if case.activation == "relu" and case.way == "end to end":
            place(sizes, f"k{case.k}", case.name)[f"seed{case.seed}"] = errors
        if case.k == section.compared and case.hidden:
            place(ways, case.activation, case.name, case.way)[f"seed{case.seed}"] = errors
    return {"sizes": sizes, "ways": ways}


def place(tree: Metrics, *keys: str) -> Metrics:
    """The branch of `tree` under `keys`, made where it is missing."""
    for key in keys:
        tree = tree.setdefault(key, {})
    return tree


def errors_of(trained: Trained, parts: Parts, runtime: Runtime) -> dict[str, float]:
    """Errors of one run on test images, its cross-entropy on validation images and after the greedy phase."""
    errors = {
        f"test_{name}": reconstruction_error(trained.model, parts.test, runtime)[name] for name in MEASURES
    }
    errors["validation_cross_entropy"] = reconstruction_error(trained.model, parts.validation, runtime)[
        "cross_entropy"
    ]
    if isinstance(trained, LayerwiseTrained):
        before = reconstruction_error(trained.pretrained, parts.test, runtime)
        errors["test_cross_entropy_before"] = before["cross_entropy"]
    return errors


def gradients(section: Stacked, seed: int, parts: Parts, runtime: Runtime) -> Metrics:
    """Gradient norms of the deepest stack before training: a number for each layer, activation and seed."""
    images = NoisyImages(parts.train.clean[:PROBE], parts.train.noisy[:PROBE], parts.train.labels[:PROBE])
    found: Metrics = {}
    for draw in range(section.runs):
        for activation in ACTIVATIONS:
            case = Case(section.stacks[-1], section.compared, seed + draw, activation)
            with seeded_weights(case.seed):
                model = ae.build(settings_of(case, section), case.k)
            norms = gradient_norms(model, images, runtime)
            place(found, activation)[f"seed{case.seed}"] = norms
    return found


def histories(trained: dict[Case, Trained], section: Stacked) -> dict[str, dict[str, np.ndarray]]:
    """Validation loss of the deepest stack by activation, way and epoch; NaN while layers are trained."""
    deepest, k = section.stacks[-1], section.compared
    found: dict[str, dict[str, np.ndarray]] = {}
    for activation in ACTIVATIONS:
        for way in ("end to end", "greedy"):
            chosen = [
                one.history
                for case, one in trained.items()
                if (case.hidden, case.k, case.activation, case.way) == (deepest, k, activation, way)
            ]
            losses = [[row["validation_loss"] for row in history] for history in chosen]
            place(found, activation)[way] = np.array(
                [[np.nan] * (section.ae.epochs - len(one)) + one for one in losses]
            )
    return found


def best_stack(metrics: Metrics, k: int) -> str:
    """The stack with the smallest mean cross-entropy on validation images."""
    stacks = {name: entry for name, entry in metrics["sizes"][f"k{k}"].items() if name != SINGLE}
    return min(stacks, key=lambda name: mean(stacks[name], "validation_cross_entropy"))


def below(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether all runs of `one` are below all of `other`."""
    return max(one) < min(other)


def page(
    metrics: Metrics,
    section: Stacked,
    losses: dict[str, dict[str, np.ndarray]],
    variants: dict[int, dict[str, np.ndarray]],
) -> Page:
    """The study's page, its numbers from `metrics`."""
    best = {k: best_stack(metrics, k) for k in section.sizes}
    layers = list(next(iter(metrics["gradients"]["relu"].values())))
    return Page(
        question="Do more layers make a better autoencoder, and are they hard to train?",
        summary=summary(metrics, section),
        procedure=PROCEDURE.format(
            runs=section.runs,
            epochs=section.ae.epochs,
            layer_epochs=f"{section.layer_epochs} epoch{'s' if section.layer_epochs > 1 else ''}",
            chance=percent(2 / math.comb(2 * section.runs, section.runs), 0),
            k=section.compared,
        ),
        findings=[
            Picture("error", draw_errors(metrics, section), LOOK_FOR_ERROR),
            depth_table(metrics, section, ENTROPY),
            depth_table(metrics, section, "test_mse"),
            ways_table(metrics),
            Picture("losses", draw_losses(losses, section), LOOK_FOR_LOSSES),
            Picture("gradients", draw_gradients(metrics["gradients"], layers), LOOK_FOR_GRADIENTS),
            SHOWN.format(best="; ".join(f"{name} at k = {k}" for k, name in best.items())),
            *course_pictures(variants, SUBJECT, LOOKS),
            *observed(metrics["course"]),
        ],
        answer=answer(metrics, section),
    )


def draw_errors(metrics: Metrics, section: Stacked) -> Figure:
    """Both errors of the stacks against k, in units of the single layer's mean."""
    names = [Case(hidden, 1, 0).name for hidden in section.stacks]
    colours = class_colours(10)
    shades = dict(zip(names, (colours[1], colours[3], COLOUR, *colours[4:]), strict=False))

    def lines(measure: str) -> list[curves.Line]:
        entries = [metrics["sizes"][f"k{k}"] for k in section.sizes]
        base = np.array([mean(entry[SINGLE], measure) for entry in entries])
        rows = {
            name: columns((entry[name] for entry in entries), measure) / base for name in (SINGLE, *names)
        }
        level = curves.Line(SINGLE, rows[SINGLE], INK, dashed=True)
        return [level, *(curves.Line(f"{name}-k", rows[name], shades[name]) for name in names)]

    return curves.draw(
        {words: lines(f"test_{measure}") for measure, words in MEASURES.items()},
        [str(k) for k in section.sizes],
        "code size k",
        "Error of stacks, the single layer's = 1",
        ERROR_CAPTION,
        COLOUR,
    )


def depth_table(metrics: Metrics, section: Stacked, measure: str) -> str:
    """One error on test images by k and stack, all trained end to end."""
    stacks = [Case(hidden, 1, 0).name for hidden in section.stacks]
    names = [SINGLE, *stacks]
    rows = [
        [str(k), *(spread(values(metrics["sizes"][f"k{k}"][name], measure), 3) for name in names)]
        for k in section.sizes
    ]
    title = f"{MEASURES[measure.removeprefix('test_')]}, k"
    return table([title, SINGLE, *(f"{name}-k" for name in stacks)], rows)


def ways_table(metrics: Metrics) -> str:
    """Cross-entropy on test images at one k, by way of training."""
    rows = [
        [
            f"{name}, {activation}",
            spread(values(ways["end to end"], ENTROPY), 3),
            spread(values(ways["greedy"], f"{ENTROPY}_before"), 3),
            spread(values(ways["greedy"], ENTROPY), 3),
        ]
        for activation, stacks in metrics["ways"].items()
        for name, ways in stacks.items()
        if "greedy" in ways
    ]
    return table(["cross-entropy", "end to end", "greedy, before fine-tuning", "greedy, fine-tuned"], rows)


def draw_losses(losses: dict[str, dict[str, np.ndarray]], section: Stacked) -> Figure:
    """Validation loss of the deepest stack by epoch, both ways, ReLU and sigmoid."""
    shades = {"end to end": COLOUR, "greedy": class_colours(4)[3]}
    panels = {
        words: [curves.Line(WAYS[way], values, shades[way]) for way, values in losses[activation].items()]
        for activation, words in ACTIVATIONS.items()
    }
    return curves.draw(
        panels,
        [str(epoch) for epoch in range(1, section.ae.epochs + 1)],
        "epoch",
        f"The deepest stack while it learns, k = {section.compared}",
        LOSS_CAPTION,
        COLOUR,
    )


def draw_gradients(norms: Metrics, layers: list[str]) -> Figure:
    """Gradient norms layer by layer before training."""
    shades = {"relu": COLOUR, "sigmoid": class_colours(4)[3]}
    lines = [
        curves.Line(ACTIVATIONS[name], np.array([list(one.values()) for one in norms[name].values()]), shade)
        for name, shade in shades.items()
    ]
    return curves.draw(
        {"‖∂L/∂W‖": lines},
        [layer.split(":")[0] for layer in layers],
        "layer, from the image to the code and back to the image",
        "Gradients of the deepest stack before training",
        GRADIENT_CAPTION,
        COLOUR,
        logarithmic=True,
    )


def better_at(metrics: Metrics, section: Stacked, measure: str = ENTROPY) -> list[int]:
    """The k at which the best stack's runs are below the single layer's."""
    entries = {k: metrics["sizes"][f"k{k}"] for k in section.sizes}
    return [
        k
        for k, entry in entries.items()
        if below(values(entry[best_stack(metrics, k)], measure), values(entry[SINGLE], measure))
    ]


def worse_at(metrics: Metrics, section: Stacked, measure: str = ENTROPY) -> list[int]:
    """The k at which it is the other way round."""
    entries = {k: metrics["sizes"][f"k{k}"] for k in section.sizes}
    return [
        k
        for k, entry in entries.items()
        if below(values(entry[SINGLE], measure), values(entry[best_stack(metrics, k)], measure))
    ]


def gains(metrics: Metrics, activation: str) -> dict[str, float]:
    """Of each stack: by what share greedy training lowers the mean error; 0 where runs are not apart."""
    found = {}
    for name, ways in metrics["ways"][activation].items():
        if "greedy" in ways:
            ours, theirs = (values(ways[way], ENTROPY) for way in ("greedy", "end to end"))
            apart = below(ours, theirs) or below(theirs, ours)
            found[name] = 1 - np.mean(ours) / np.mean(theirs) if apart else 0.0
    return found


def summary(metrics: Metrics, section: Stacked) -> str:
    """The answer in one line."""
    better, sizes = better_at(metrics, section), list(section.sizes)
    word = "Yes" if len(better) == len(sizes) else "Not always" if better else "No"
    found = {activation: gains(metrics, activation) for activation in ACTIVATIONS}
    relu, sigmoid = (in_a_word(found[activation]) for activation in ACTIVATIONS)
    with_relu, with_sigmoid = (f"with {ACTIVATIONS[name]}s{amounts(found[name])}" for name in ACTIVATIONS)
    ways = (
        f"{relu}, {with_relu} and {with_sigmoid}"
        if relu == sigmoid
        else f"{relu} {with_relu} but {sigmoid} {with_sigmoid}"
    )
    return (
        f"{word}: after {section.ae.epochs} epochs the best stack beats the single layer "
        f"{at(better, sizes)}; greedy training layer by layer {ways}."
    )


def amounts(found: dict[str, float]) -> str:
    """By how much greedy training helps or harms where it clearly does: ` (0.50 % to 1.6 %, every seed)`."""
    clear = sorted(abs(gain) for gain in found.values() if gain)
    if not clear:
        return ""
    ends = dict.fromkeys(share(gain) for gain in (clear[0], clear[-1]))
    return f" ({' to '.join(ends)}, every seed)"


def in_a_word(found: dict[str, float]) -> str:
    """What greedy training does to stacks that gain so much by it."""
    helps, harms = max(found.values()) > 0, min(found.values()) < 0
    if helps and harms:
        return "helps some stacks and harms others"
    if not helps and not harms:
        return "makes no clear difference"
    verb = "helps" if helps else "harms"
    return verb if all(found.values()) else f"{verb} some stacks"


def answer(metrics: Metrics, section: Stacked) -> str:
    """The last section."""
    texts = about_depth(metrics, section), about_ways(metrics), about_gradients(metrics, section)
    return "\n\n".join(text.strip() for text in texts)


def about_depth(metrics: Metrics, section: Stacked) -> str:
    """Whether more layers are better."""
    sizes = list(section.sizes)
    better, worse = better_at(metrics, section), worse_at(metrics, section)
    change = {
        k: mean(entry[best_stack(metrics, k)], ENTROPY) / mean(entry[SINGLE], ENTROPY) - 1
        for k, entry in ((k, metrics["sizes"][f"k{k}"]) for k in sizes)
    }
    changes = ", ".join(f"{signed(value)} at k = {k}" for k, value in change.items())
    deepest = Case(section.stacks[-1], 1, 0).name
    chosen = [k for k in sizes if best_stack(metrics, k) == deepest]
    reason = WHY_BETTER if better else ""
    reason += WHY_WORSE if worse else ""
    return f"""
    **Better than a single layer?** The stack chosen on validation images has the smaller cross-entropy on
    test images {at(better, sizes)}, and the larger one {at(worse, sizes)}:
    {changes} (of the means). In squared error it is better {
        at(better_at(metrics, section, "test_mse"), sizes)
    } and worse {at(worse_at(metrics, section, "test_mse"), sizes)}. The deepest stack, {deepest}, is
    the one chosen {at(chosen, sizes)}. {reason}
    """


def about_ways(metrics: Metrics) -> str:
    """Whether greedy training helps."""
    texts = [
        f"with {words}s {listed(effects(gains(metrics, activation)))}"
        for activation, words in ACTIVATIONS.items()
    ]
    return (
        "**Greedily, then fine-tuned?** At the same number of updates, greedy training leads "
        f"{', and '.join(texts)}. {ABOUT_GREEDY}"
    )


def effects(found: dict[str, float]) -> list[str]:
    """What greedy training leads to: `to no clear difference for 256 and 256-128`, like effects together."""
    groups: dict[int, dict[str, float]] = {}
    for name, gain in found.items():
        groups.setdefault(int(np.sign(gain)), {})[name] = gain
    return [effect(sign, gains_) for sign, gains_ in groups.items()]


def about_gradients(metrics: Metrics, section: Stacked) -> str:
    """Whether deep stacks are hard to train."""
    ways, deepest = metrics["ways"], Case(section.stacks[-1], 1, 0).name
    relu, sigmoid = (mean(ways[name][deepest]["end to end"], ENTROPY) for name in ("relu", "sigmoid"))
    single = mean(metrics["sizes"][f"k{section.compared}"][SINGLE], ENTROPY)
    pull = {name: first_to_last(metrics["gradients"][name]) for name in ("relu", "sigmoid")}
    easy = relu < single < sigmoid
    reason = WHY_SIGMOID if pull["sigmoid"] < pull["relu"] else ""
    reason += NO_NEED if reason and max(gains(metrics, "relu").values()) <= 0 else ""
    verdict = (
        "Not with ReLUs and Adam, from random weights and with no trick: "
        if easy
        else "With ReLUs and Adam, from random weights and with no trick: "
    )
    return f"""
    **Hard to train today?** {verdict}the deepest stack ends at {number(relu)} nats a pixel at k =
    {section.compared}, where the single layer ends at {number(single)}. With sigmoids it ends at
    {number(sigmoid)}. Before training, the gradient of its first layer is {power(pull["relu"])} times as
    long as that of its last layer with ReLUs, and {power(pull["sigmoid"])} times with sigmoids.
    {reason}
    """


def first_to_last(norms: Metrics) -> float:
    """Gradient of the first layer over that of the last, mean over seeds."""
    ends = [tuple(one.values())[:: len(one) - 1] for one in norms.values()]
    return float(np.mean([first / last for first, last in ends]))


def effect(sign: int, found: dict[str, float]) -> str:
    """What greedy training leads to for stacks that gain (1), lose (−1) or neither (0), in words."""
    if sign == 0:
        return f"to no clear difference for {listed(list(found))}"
    shares = listed(list(dict.fromkeys(share(abs(gain)) for gain in found.values())))
    return f"to {shares} {'less' if sign > 0 else 'more'} cross-entropy for {listed(list(found))}"


def share(gain: float) -> str:
    """A share in percent with two digits: 0.50 %."""
    return f"{number(100 * gain, 2)} %"


def signed(share: float) -> str:
    """A change in percent, with its sign."""
    return ("+" if share > 0 else "") + percent(share)


WAYS = {"end to end": "end to end", "greedy": "layer by layer, then fine-tuned"}
PROCEDURE = """
Dense stacks of several depths are trained on clean digits with cross-entropy, {runs} seeds each, for
{epochs} epochs. The decoder mirrors the encoder; hidden layers are ReLUs, the code has no activation, the
output is a sigmoid. The single layer is 784 → k → 784 with the same code and output, so that hidden layers
are all that differs. Learning rates were chosen on validation images, for the single layer, ReLUs and
sigmoids apart.

At k = {k} each stack is also trained greedily: every layer with its mirror for {layer_epochs} as an
autoencoder of the codes below it, which stay as they are, the lowest layer first; then the whole stack
for the rest of the epochs. Both ways make the same number of updates (greedy ones are cheaper). The deepest
stack is trained both ways with sigmoids, too.

All errors are of test images; a cross-entropy is in nats a pixel. Several runs stand as mean (smallest to
largest). A difference is called clear, an error smaller or larger, only where every seed of the one lies
below every seed of the other; chance alone would set two equally good ways apart like that in {chance} of
cases.
"""
SHOWN = """
The pictures below are of the stack that has the smallest error on validation images: {best}.
"""
WHY_BETTER = """
The single layer can only lay k patterns over each other, before a sigmoid cuts them to [0, 1]; layers
between code and image bend the k-dimensional sheet of outputs, so that it follows the digits. The fewer
numbers in the code, the more there is to bend.
"""
WHY_WORSE = """
Where the code is large, k patterns suffice for nearly all of a digit, and there is little left to bend.
What remains is the cost of depth: a signal that passes more layers needs more updates to be passed on
faithfully, and here all have the same number. Whether more updates would close the gap was not measured.
"""
ABOUT_GREEDY = """
Greedy training gives each layer a task of its own next to it, so no gradient has to come through many
layers; but each layer keeps what helps to restore the one below, which need not be what the code of the
whole should hold. Fine-tuning has to correct that, with the fewer updates the more layers there are.
"""
WHY_SIGMOID = """
A sigmoid's slope is at most 1/4, and each layer on the way back multiplies by it: the lower a layer, the
less it hears of the error. That is what layer-by-layer training was invented for.
"""
NO_NEED = """
The ReLU's slope of 1 removes the need.
"""
LOOK_FOR_ERROR = """
lines below 1: stacks better than the single layer. Where they cross 1, hidden layers stop paying.
"""
LOOK_FOR_LOSSES = """
on the left, whether the two lines end at the same height; on the right, whether the end-to-end line is
stuck on a plateau (an image that is the mean of all digits, whatever the input) while the other leaves it.
"""
LOOK_FOR_GRADIENTS = """
the slope from right to left. A falling line is a gradient that fades on its way from the output to the
image.
"""
LOOKS = Looks(
    reconstructions="a digit even from 2 numbers, though not always the right one: what a stack cannot tell "
    "apart it makes into a clean digit rather than into a blend.",
    interpolation="strokes that move, open and close, where a single layer fades one digit out and the "
    "other in; with large codes, blends again.",
    samples="which rows still look like digits. Nothing keeps codes near the standard normal, so it may lie "
    "within one corner of them, or far outside.",
    prior="No prior drew the codes to the standard normal: their scale is whatever training made it.",
)
ERROR_CAPTION = """
Error on test images by code size, divided by the mean of the single layer at that size; dots are single
runs, lines their means. All trained end to end with the same number of updates.

Read off: at which code sizes hidden layers pay, and how many of them.

Not to be read off: what each stack would reach if it were trained until it stops; deep ones may need
longer.
"""
LOSS_CAPTION = """
Cross-entropy on validation images (nats an image) after each epoch, lines through means, dots single runs.
While layers are trained one by one there is no loss of the whole, so that line starts late.

Read off: whether training from random weights gets going, and what the detour through single layers buys.

Not to be read off: time. Updates of a single layer cost less than those of the whole.
"""
GRADIENT_CAPTION = """
Length of the gradient of the objective for each layer's weights, at random weights; dots are seeds, lines
their means. The layers to the left of the middle are the encoder's.

Read off: how much of the error reaches the layers near the image, compared with the last layer.

Not to be read off: how fast a layer learns. Adam rescales each weight's steps, and gradients change as soon
as training starts.
"""

if __name__ == "__main__":
    run(main)
