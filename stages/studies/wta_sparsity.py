"""wta-sparsity: what does the rate of sparsity make of the filters of a winner-take-all autoencoder?

A fully connected one (FC-WTA) is trained at several rates of lifetime sparsity, a convolutional one
(CONV-WTA) with spatial sparsity alone and with lifetime sparsity too. What their filters show (digits, parts
of digits, strokes, noise) is counted, beside reconstruction, dead units and the error of a linear probe.

Reference: Makhzani & Frey, *Winner-Take-All Autoencoders*, NIPS 2015, figures 1 to 3.
"""

from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from pydantic import Field

from stages.analyses import dead_units, filter_kinds
from stages.analyses.batches import map_images
from stages.analyses.filter_kinds import KINDS, shares_of_kinds
from stages.analyses.filters import decoder_filters, encoder_filters
from stages.analyses.probes import fit_linear_probe
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.parallel import in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Distinct, Rate, Section, Share
from stages.common.study import StudySettings
from stages.common.trials import train
from stages.figures import curves, filters
from stages.figures.palette import CLASS_COLOURS, MODEL_COLOURS
from stages.figures.subject import Subject
from stages.models import wta
from stages.models.sparsity import winners_per_unit
from stages.pages.runs import Runs, by_seed, columns, mean, values
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table
from stages.pages.wording import listed

STUDY = "wta-sparsity"
COLOUR = MODEL_COLOURS["wta"]
SUBJECT = Subject("Winner-take-all autoencoder", COLOUR, "sparse")
PLURAL = {"digit": "whole digits", "part": "parts of digits", "stroke": "strokes", "noise": "noise"}
KIND_COLOURS = dict(
    zip(KINDS, (CLASS_COLOURS[4], CLASS_COLOURS[9], CLASS_COLOURS[1], CLASS_COLOURS[8]), strict=True)
)

OFF = "100 %"  # the rate at which there is no lifetime sparsity
DIGIT = 20  # pixels: the side of the box that every digit of MNIST fills

Arrays = dict[str, np.ndarray]


class WtaSparsity(Section):
    """The section `wta_sparsity`."""

    rates: Ascending[Share] = Field(min_length=1, description="lifetime sparsity of FC-WTA; 1: off")
    runs: Count = Field(description="seeds of each rate")
    conv_rates: Distinct[Share] = Field(min_length=1, description="of CONV-WTA; 1: spatial sparsity alone")
    conv_runs: Count = Field(description="seeds of each")
    conv_epochs: Count = Field(description="epochs of CONV-WTA")
    conv_learning_rate: Rate = Field(description="learning rate of CONV-WTA")
    probe_c: tuple[Rate, ...] = Field(min_length=1, description="C of the linear SVM; the best is taken")
    shown: Count = Field(description="filters of each rate in the figure")
    kinds: filter_kinds.Settings
    wta: wta.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    wta_sparsity: WtaSparsity


def main() -> None:
    """Train every rate and seed, look at filters and features, write the page."""
    settings = Settings.read()
    section = settings.wta_sparsity
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    networks = variants(section)
    jobs = [
        (network, section, parts, runtime, settings.seed + index)
        for network, runs in networks.values()
        for index in range(runs)
    ]
    results = iter(in_parallel(trial, jobs, "winner-take-all autoencoders"))
    by_name = {name: [next(results) for _ in range(runs)] for name, (_, runs) in networks.items()}
    metrics = save_metrics(STUDY, measure(by_name))
    publish(STUDY, page(metrics, {name: found[0][1] for name, found in by_name.items()}, section))


def variants(section: WtaSparsity) -> dict[str, tuple[wta.Settings, int]]:
    """The networks by name (`fc 5 %`), with settings and number of seeds."""
    conv = {
        "architecture": "conv",
        "epochs": section.conv_epochs,
        "learning_rate": section.conv_learning_rate,
    }
    dense = {"architecture": "dense"}
    wanted = [("fc", rate, dense, section.runs) for rate in section.rates]
    wanted += [("conv", rate, conv, section.conv_runs) for rate in section.conv_rates]
    return {
        f"{kind} {rate * 100:g} %": (section.wta.model_copy(update=changes | {"lifetime": rate}), runs)
        for kind, rate, changes, runs in wanted
    }


def trial(
    settings: wta.Settings, section: WtaSparsity, parts: Parts, runtime: Runtime, seed: int
) -> tuple[dict[str, float], Arrays]:
    """Train one network: its measures, and some of its filters (evenly spaced from strong to weak)."""
    model = train(wta.build, settings, 0, parts, runtime, seed).model
    with seeded_weights(seed):
        start = decoder_filters(wta.build(settings)).numpy()  # what training started from
    encoder, decoder = encoder_filters(model).numpy(), decoder_filters(model).numpy()
    cpu = Runtime(torch.device("cpu"), torch.float32)
    metrics = {
        "test_mse": reconstruction_error(model, parts.test, cpu)["mse"],
        "probe_error": probe_error(model, parts, cpu, section.probe_c),
        "dead": dead_share(model, parts.train.clean, cpu),
        **shares_of_kinds(decoder, parts.train.clean, section.kinds),
        "untrained_noise": shares_of_kinds(start, parts.train.clean, section.kinds)["noise"],
    }
    chosen = spread_by_strength(decoder, section.shown)
    return metrics, {"encoder": encoder[chosen], "decoder": decoder[chosen]}


def probe_error(model: wta.WinnerTakeAll, parts: Parts, runtime: Runtime, cs: tuple[float, ...]) -> float:
    """Test error of a linear SVM on the features, its C chosen on validation images."""
    known = [map_images(model.features, part.clean, runtime) for part in (parts.train, parts.validation)]
    labels = np.concatenate([parts.train.labels, parts.validation.labels])
    probe = fit_linear_probe(np.concatenate(known), labels, len(parts.validation), cs)
    return probe.error(map_images(model.features, parts.test.clean, runtime), parts.test.labels)


def dead_share(model: wta.WinnerTakeAll, images: UInt8[np.ndarray, "n 28 28"], runtime: Runtime) -> float:
    """Share of units (maps) that are not in the sparse code of any image."""

    def strongest(batch: torch.Tensor) -> torch.Tensor:
        codes = model.encode(batch)  # (batch, units), or (batch, maps, 28, 28)
        return codes.reshape(*codes.shape[:2], -1).amax(dim=2)

    return dead_units.dead_share(map_images(strongest, images, runtime))


def spread_by_strength(filters: Float[np.ndarray, "f h w"], count: int) -> np.ndarray:
    """Indices of `count` filters, evenly spaced in order of their length: neither the best nor the worst."""
    order = np.argsort(-np.square(filters).sum(axis=(1, 2)), kind="stable")
    return order[np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int)]


def measure(by_name: dict[str, list[tuple[dict[str, float], Arrays]]]) -> dict[str, Runs]:
    """The measures of every run; of the untrained network what all of them are, on average."""
    found = {
        name: by_seed(
            {key: value for key, value in metrics.items() if key != "untrained_noise"} for metrics, _ in runs
        )
        for name, runs in by_name.items()
    }
    untrained = np.mean([metrics["untrained_noise"] for runs in by_name.values() for metrics, _ in runs])
    return found | {"untrained": {"all": {"noise": float(untrained)}}}


def page(metrics: dict[str, Runs], arrays: dict[str, Arrays], section: WtaSparsity) -> Page:
    """The study's page, its numbers from `metrics`."""
    fc = {name: runs for name, runs in metrics.items() if name.startswith("fc")}
    conv = {name: runs for name, runs in metrics.items() if name.startswith("conv")}
    return Page(
        question="What does the rate of sparsity make of winner-take-all filters?",
        summary=summary(fc),
        procedure=procedure(section),
        findings=[
            Picture("fc_filters", draw_filters(arrays, "fc"), LOOK_FC),
            about_kinds(metrics, section.kinds),
            Picture("kinds", draw_kinds(fc), LOOK_KINDS),
            kinds_table(fc | conv),
            Picture("measures", draw_measures(fc), LOOK_MEASURES),
            measures_table(fc | conv),
            Picture("conv_filters", draw_filters(arrays, "conv"), LOOK_CONV),
        ],
        answer="\n\n".join(
            [answer_fc(fc), answer_probe(fc, conv), answer_conv(conv, section.wta.decoder_kernel)]
        ),
    )


def commonest(runs: Runs) -> str:
    """The kind that most filters are of."""
    return max(KINDS, key=lambda kind: mean(runs, kind))


def rate(name: str) -> str:
    """`fc 5 %` → `5 %`."""
    return name.split(" ", 1)[1]


def by_kind(fc: dict[str, Runs]) -> dict[str, list[str]]:
    """For each kind the rates at which it is the commonest, and the most filters of it at any rate."""
    return {kind: [rate(name) for name, runs in fc.items() if commonest(runs) == kind] for kind in KINDS}


def listing(fc: dict[str, Runs]) -> str:
    """`whole digits at 1 %; strokes at 5 % and 10 %; noise at 100 %`."""
    return "; ".join(f"{PLURAL[kind]} at {listed(rates)}" for kind, rates in by_kind(fc).items() if rates)


def summary(fc: dict[str, Runs]) -> str:
    """The answer in one line."""
    best = min(fc, key=lambda name: mean(fc[name], "probe_error"))
    rivals = overlapping(fc, best)
    return (
        f"The commonest filter of FC-WTA by lifetime rate: {listing(fc)}. A linear probe errs least at "
        f"{rate(best)} ({percent(mean(fc[best], 'probe_error'))})"
        f"{f'; seeds at {listed(rivals)} overlap with it' if rivals else ''}."
    )


def procedure(section: WtaSparsity) -> str:
    """What was done."""
    batch, settings = section.wta.batch_size, section.wta
    kept = winners_per_unit(min(section.rates), batch)
    return PROCEDURE.format(
        units=settings.units,
        maps=settings.maps,
        rates=listed([f"{100 * rate:g} %" for rate in section.rates]),
        runs=section.runs,
        conv_runs=section.conv_runs,
        batch=batch,
        least=f"{100 * min(section.rates):g} %",
        kept="a single image" if kept == 1 else f"{kept} images",
        others=listed([f"{100 * rate:g} %" for rate in section.conv_rates if rate < 1]),
        back=WAY_BACK + (PLAIN_RELU if 1 in section.rates else ""),
    )


def about_kinds(metrics: dict[str, Runs], kinds: filter_kinds.Settings) -> str:
    """How filters were told apart."""
    return ABOUT_KINDS.format(
        digit=number(kinds.digit_from, 2),
        noise=percent(kinds.noise_below, 0),
        stroke=number(kinds.stroke_below, 2),
        chance=percent(metrics["untrained"]["all"]["noise"], 0),
    )


def kinds_table(networks: dict[str, Runs]) -> str:
    """Kinds of filters by network."""
    rows = [
        [
            title(name),
            *(percent(mean(runs, kind), 0) for kind in KINDS),
            PLURAL[commonest(runs)],
            spread(values(runs, "blob_share"), 2),
        ]
        for name, runs in networks.items()
    ]
    return table(["network", *PLURAL.values(), "most are", "energy in the largest blob"], rows)


def measures_table(networks: dict[str, Runs]) -> str:
    """Reconstruction, dead units and probe by network."""
    rows = [
        [
            title(name),
            spread(values(runs, "test_mse")),
            spread([100 * value for value in values(runs, "dead")], 2),
            spread([100 * value for value in values(runs, "probe_error")], 2),
        ]
        for name, runs in networks.items()
    ]
    return table(["network", "test MSE", "dead units, %", "error of a linear probe, %"], rows)


def title(name: str) -> str:
    """`fc 5 %` → `FC-WTA, 5 %`; `conv 100 %` → `CONV-WTA, spatial only`."""
    if name == "conv 100 %":
        return "CONV-WTA, spatial only"
    return f"CONV-WTA, spatial and {rate(name)}" if name.startswith("conv") else f"FC-WTA, {rate(name)}"


def answer_fc(fc: dict[str, Runs]) -> str:
    """Which rate learns what?"""
    rare = "".join(
        f"{PLURAL[kind].capitalize()} are nowhere the commonest; most of them, "
        f"{percent(max(mean(runs, kind) for runs in fc.values()), 0)}, are at {most_at(fc, kind)}. "
        for kind, rates in by_kind(fc).items()
        if not rates
    )
    share = {rate(name): mean(runs, "blob_share") for name, runs in fc.items()}
    (least, first), *_, (most, last) = share.items()
    steady = all(one >= other for one, other in pairwise(share.values()))
    law = (
        f"From rate to rate, the more images a unit may fire for, the less of its filter is one connected "
        f"mark: {number(first, 2)} of the energy at {least}, {number(last, 2)} at {most}. {mechanism(fc)}"
        if steady
        else f"The share of a filter that is one connected mark does not fall steadily with the rate "
        f"({number(first, 2)} at {least}, {number(last, 2)} at {most}), as the textbook has it."
    )
    return f"**Which rate learns what.** The commonest kind: {listing(fc)}. {rare}{law}"


def mechanism(fc: dict[str, Runs]) -> str:
    """Why, where it came out from whole digits to noise."""
    ends = commonest(next(iter(fc.values()))), commonest(list(fc.values())[-1])
    return MECHANISM.strip() if ends == ("digit", "noise") else ""


def most_at(fc: dict[str, Runs], kind: str) -> str:
    """The rate at which most filters are of `kind`."""
    return rate(max(fc, key=lambda name: mean(fc[name], kind)))


def answer_probe(fc: dict[str, Runs], conv: dict[str, Runs]) -> str:
    """What is each rate good for?"""
    error, exact = best_rates(fc)
    every = fc | conv
    winner = min(every, key=lambda name: mean(every[name], "probe_error"))
    rivals = overlapping(fc, error)
    certain = f"seeds at {listed(rivals)} overlap with it" if rivals else "apart from all others over seeds"
    trade = (
        "The code that reconstructs best is not the one that a linear classifier reads best."
        if exact != error
        else "Here one rate is best at both."
    )
    return f"""**What it is good for.** Test MSE is smallest at {rate(exact)} ({
        number(mean(fc[exact], "test_mse"))
    }); the probe errs least at {rate(error)} ({percent(mean(fc[error], "probe_error"))};
    {certain}). {trade} Of all networks, {title(winner)} has the smallest probe error,
    {percent(mean(every[winner], "probe_error"))}. {about_dead(fc)}"""


def overlapping(fc: dict[str, Runs], best: str) -> list[str]:
    """The rates of which some seed's probe errs no more than some seed of `best`."""
    return [
        rate(name)
        for name, runs in fc.items()
        if name != best and min(values(runs, "probe_error")) <= max(values(fc[best], "probe_error"))
    ]


def best_rates(fc: dict[str, Runs]) -> tuple[str, str]:
    """The networks of smallest probe error, and of smallest reconstruction error."""
    return tuple(
        min(fc, key=lambda name, measure=measure: mean(fc[name], measure))
        for measure in ("probe_error", "test_mse")
    )


def about_dead(fc: dict[str, Runs]) -> str:
    """Who starves?"""
    dead = {name: mean(runs, "dead") for name, runs in fc.items()}
    most = max(dead, key=dead.__getitem__)
    if dead[most] == 0:
        return "No unit is dead at any rate."
    others = [max(values(runs, "dead")) for name, runs in fc.items() if name != most]
    share = f"Dead units are {percent(min(dead.values()))} to {percent(dead[most])}"
    if others and min(values(fc[most], "dead")) <= max(others):
        return f"{share}; at no rate are they more than at all others with every seed."
    if rate(most) == OFF:
        return f"{share}, most of them at {OFF}: {NO_WAY_BACK}"
    return (
        f"{share}, most of them at {rate(most)}, although there units get winners in every batch and "
        "silent ones a way back: the two together do not keep all units alive."
    )


def answer_conv(conv: dict[str, Runs], kernel: int) -> str:
    """And the convolutional ones?"""
    told = "; ".join(
        f"{title(name)}: {percent(mean(runs, commonest(runs)), 0)} {PLURAL[commonest(runs)]}, test MSE "
        f"{number(mean(runs, 'test_mse'))}, probe error {percent(mean(runs, 'probe_error'))}"
        for name, runs in conv.items()
    )
    small = (
        f"A filter of {kernel} × {kernel} pixels {'cannot' if kernel < DIGIT else 'could'} be a whole digit"
    )
    return f"""**CONV-WTA.** {told}. {about_lifetime(conv)} {small}; with one place per map and image, it has
    to be a mark worth making once."""


def about_lifetime(conv: dict[str, Runs]) -> str:
    """What lifetime sparsity adds to spatial sparsity, where both were trained."""
    off, on = conv.get("conv 100 %"), [runs for name, runs in conv.items() if name != "conv 100 %"]
    if off is None or not on:
        return ""
    before, after = values(off, "probe_error"), values(on[-1], "probe_error")
    costs = "costs" if mean(on[-1], "test_mse") > mean(off, "test_mse") else "does not cost"
    if max(after) < min(before):
        probe = "errs less with it"
    elif min(after) > max(before):
        probe = "errs more with it"
    else:
        probe = "errs alike within the spread of seeds"
    return f"Lifetime sparsity on top {costs} reconstruction; the probe {probe}."


def draw_filters(arrays: dict[str, Arrays], kind: str) -> Figure:
    """Filters of every rate of one kind of network: what a unit draws, of CONV-WTA also what it looks for."""
    ours = {name: one for name, one in arrays.items() if name.startswith(kind)}
    if kind == "fc":
        groups = {title(name): one["decoder"] for name, one in ours.items()}
        return filters.draw_groups(groups, "FC-WTA: filters by lifetime rate", CAPTION_FC, SUBJECT)
    groups = {
        f"{title(name).removeprefix('CONV-WTA, ')}, {layer}": one[layer]
        for name, one in ours.items()
        for layer in ("encoder", "decoder")
    }
    return filters.draw_groups(groups, "CONV-WTA: filters", CAPTION_CONV, SUBJECT)


def draw_kinds(fc: dict[str, Runs]) -> Figure:
    """Share of each kind against the rate."""
    lines = [
        curves.Line(PLURAL[kind], 100 * columns(fc.values(), kind), KIND_COLOURS[kind]) for kind in KINDS
    ]
    places = [rate(name).removesuffix(" %") for name in fc]
    return curves.draw(
        {"share of filters, %": lines}, places, "lifetime rate, %", "Kinds of filters", CAPTION_KINDS, COLOUR
    )


def draw_measures(fc: dict[str, Runs]) -> Figure:
    """Reconstruction and probe against the rate."""
    measures = {
        "test MSE × 1000": ("test_mse", 1000),
        "probe error, %": ("probe_error", 100),
    }
    panels = {
        heading: [curves.Line("FC-WTA, every seed", factor * columns(fc.values(), measure), COLOUR)]
        for heading, (measure, factor) in measures.items()
    }
    places = [rate(name).removesuffix(" %") for name in fc]
    return curves.draw(panels, places, "lifetime rate, %", "What a rate costs", CAPTION_MEASURES, COLOUR)


NO_WAY_BACK = (
    "at any other rate a unit has its winners in every batch, and if none of them excites it they teach it "
    "all the same, so that it can come back; here it has neither. Which of the two helps more was not "
    "measured."
)
MECHANISM = """
A unit that may fire for few images has to be worth it there, so it stores something near a whole image;
one that fires for more has to be common to them, as strokes are; one that may always fire need not be
anything by itself, since all units together get the image right.
"""
PROCEDURE = """
FC-WTA with {units} units is trained on clean digits at lifetime rates of {rates} (100 %: off, an ordinary
overcomplete autoencoder), {runs} seeds each; CONV-WTA with {maps} maps with spatial sparsity alone, and
with lifetime sparsity of {others} too, {conv_runs} seeds each. Batches have {batch} images: at {least} a
unit keeps {kept} of a batch. Test errors are of codes by threshold, one image at a time, as everywhere in
this project. The linear probe sees activations with sparsity off (of CONV-WTA max-pooled); its C is
chosen on validation images. A unit is dead if it is in the code of no training image.

{back}
"""
WAY_BACK = (
    "Beyond the paper, silent units are helped back: a unit that no image of a batch excites learns from "
    "those that come nearest, by a gradient through its ReLU."
)
PLAIN_RELU = (
    " Not so in FC-WTA at 100 %, which has a plain ReLU; between it and the other rates this differs, too."
)
ABOUT_KINDS = """
**Kinds of filters.** Of the weights that a unit draws with, the *blob* is the connected mark (of positive
weights above a quarter of the largest) that holds most of the energy Σ w². A filter counts as a *whole
digit* if it correlates to {digit} or more with some training image; else as *noise* if its blob holds
less than {noise} of its energy; else as a *stroke* if the blob's area is below {stroke} of a typical
digit's; else as a *part* of a digit. By this count {chance} of the untrained filters are noise.
"""
LOOK_FC = """
whether digits break up into marks, and marks into speckle, from the top group to the last one. Filters
are drawn at even steps from strong to weak, not the best ones.
"""
LOOK_KINDS = "where one line takes over from another."
LOOK_MEASURES = """
whether the rate that reconstructs best is the one that the probe likes best.
"""
LOOK_CONV = """
marks in the decoder that digits could be put together from; the encoder's filters say where such a mark
lies, and are harder to read.
"""
CAPTION_FC = """
What a unit adds to the image: red weights are positive, blue ones negative, white is 0. The scale over a
group holds for all of it. One seed.

Read off: whether filters show digits, strokes or speckle, and at which rate one turns into the other.

Not to be read off: how many there are of each; the table counts all of them, and these are a few.
"""
CAPTION_CONV = """
Encoder: the weights that a map looks for a mark with. Decoder: what its winner draws, wherever it wins.
Red is positive, blue negative, white 0; the scale over a group holds for all of it. One seed.

Read off: which marks digits are put together from, and whether a map has learned nothing (speckle).

Not to be read off: how often a map wins. Encoder and decoder are in the same order.
"""
CAPTION_KINDS = """
Share of a network's filters that are of each kind, against the rate; dots are single seeds, lines their
means.

Read off: what the typical filter of a rate is, and how gradual the change is.

Not to be read off: the exact rate of a crossing. It depends on where the lines between kinds were drawn.
"""
CAPTION_MEASURES = """
Left: mean squared error per pixel of test images. Right: test error of a linear SVM on the features. Dots
are single seeds, lines their means.

Read off: what sparsity costs in reconstruction, and what it gains for a classifier.

Not to be read off: the best possible result of any rate; all share one small network and one short
training.
"""

if __name__ == "__main__":
    run(main)
