"""conv-filters: what do convolutional autoencoders learn without regularisation, with strides and without?

Three fully convolutional autoencoders, whose code is a set of maps, learn the same clean digits: strided,
max-pool and upsample, and stride-free. Is the stride-free one the identity? That is measured on the whole
network (its response to a lit pixel, and its error on images that are no digits) and on single filters
(energy in one weight), beside the same networks untrained. A stride-free network that must remove noise,
and so cannot copy, shows what the copying rests on.

Reference: Masci et al., *Stacked Convolutional Auto-Encoders*, ICANN 2011.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from pydantic import Field

from stages.analyses import identity
from stages.analyses.batches import map_images
from stages.analyses.filters import decoder_filters, encoder_filters, feature_maps
from stages.common.errors import run
from stages.common.noise import NoiseSettings
from stages.common.parallel import by_key, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Count, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import to_bytes, to_unit
from stages.common.trials import train
from stages.figures import filters, overview
from stages.figures.palette import MODEL_COLOURS
from stages.figures.subject import Subject
from stages.models import conv_maps
from stages.models.networks import PIXELS
from stages.pages.runs import by_seed, mean, values
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table

STUDY = "conv-filters"
COLOUR = MODEL_COLOURS["ae"]
SUBJECT = Subject("Convolutional autoencoders", COLOUR)
DENIED = "noisy-input"  # the network that cannot copy
NAMES = {
    "strided": "strided",
    "pool": "max-pool and upsample",
    "stride-free": "stride-free",
    DENIED: "stride-free, noisy input",
}
PROBED = 200  # test images whose maps are compared with them
ERRORS = "shuffled_unexplained", "noise_unexplained", "digits_unexplained"
PLAIN = "strided", "pool", "stride-free"
FAR = 5  # times the error on digits, from which it is another matter
MOSTLY = 0.5  # of an energy in one place: what is called near the identity
FULL = 0.9  # gain from which (and to its inverse) a lit pixel counts as handed on at its brightness
SHORT = {"strided": "strided", "pool": "pooled", "stride-free": "stride-free"}

Arrays = dict[str, np.ndarray]


class ConvFilters(Section):
    """The section `conv_filters`."""

    runs: Count = Field(description="seeds of each network")
    noise_std: Rate = Field(description="of Gaussian noise on the input of the network denied the identity")
    images: Count = Field(le=3, description="digits, shuffled digits and noise shown")
    conv_maps: conv_maps.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    conv_filters: ConvFilters


def main() -> None:
    """Train every network and seed, measure how near to the identity each is, write the page."""
    settings = Settings.read()
    section = settings.conv_filters
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    variants = networks(section, settings.validation_fraction)
    seeds = [settings.seed + index for index in range(section.runs)]
    jobs = [
        (*variant, parts, runtime, seed, section.images) for variant in variants.values() for seed in seeds
    ]
    results = in_parallel(trial, jobs, "convolutional autoencoders")
    by_network = by_key(results, variants)
    metrics = save_metrics(STUDY, measure(by_network))
    publish(STUDY, page(metrics, {name: [run[1] for run in runs] for name, runs in by_network.items()}))


def networks(
    section: ConvFilters, validation_fraction: float
) -> dict[str, tuple[conv_maps.Settings, NoiseSettings | None]]:
    """The networks by name: settings, and the noise on their input."""
    noise = NoiseSettings(
        kind="gaussian", amount=section.noise_std, fresh=True, validation_fraction=validation_fraction
    )
    plain = {shape: (section.conv_maps.model_copy(update={"shape": shape}), None) for shape in PLAIN}
    return plain | {DENIED: (section.conv_maps, noise)}


def trial(
    settings: conv_maps.Settings,
    noise: NoiseSettings | None,
    parts: Parts,
    runtime: Runtime,
    seed: int,
    shown: int,
) -> tuple[dict[str, float], Arrays]:
    """Train one network: what was measured of it, trained and not, and the arrays of its pictures."""
    with seeded_weights(seed):
        start = conv_maps.build(settings).eval().requires_grad_(False)  # the same as `train` starts from
    cpu = Runtime(torch.device("cpu"), torch.float32)
    odd = odd_images(parts, len(parts.test), seed)
    model = train(conv_maps.build, settings, 0, parts, runtime, seed, noise).model
    first, last = encoder_filters(start).numpy(), encoder_filters(model).numpy()
    errors = {f"{name}_unexplained": identity.unexplained(model, images, cpu) for name, images in odd.items()}
    metrics = errors | nearness(model, parts) | {"filter_alignment": identity.alignment(first, last)}
    untrained = {f"untrained_{name}": value for name, value in nearness(start, parts).items()}
    return metrics | untrained, pictures(model, parts, odd_images(parts, shown, 0))


def nearness(model: conv_maps.MapAutoencoder, parts: Parts) -> dict[str, float]:
    """How near to the identity the whole is, and how near the filters and the maps of the first layer are."""
    responses = identity.lit_pixel_responses(model)
    images = to_unit(torch.from_numpy(parts.test.clean[:PROBED]))[:, None]
    maps = model.encoder[:2](images)  # convolution and ReLU
    return {
        "centre_share": identity.centre_share(responses),
        "gain": identity.gain(responses),
        "filter_concentration": identity.concentration(encoder_filters(model).numpy()),
        "blur_share": identity.blur_share(encoder_filters(model).numpy()),
        "map_likeness": identity.likeness_to_image(maps, images),
    }


def odd_images(parts: Parts, count: int, seed: int) -> Arrays:
    """So many test digits, the same with their pixels shuffled, and white noise."""
    generator, digits = np.random.default_rng(seed), parts.test.clean[:count]
    shuffled, noise = identity.shuffled_pixels(digits, generator), identity.white_noise(count, generator)
    return {"digits": digits, "shuffled": shuffled, "noise": noise}


def pictures(model: conv_maps.MapAutoencoder, parts: Parts, odd: Arrays) -> Arrays:
    """Filters, maps of the first test image, response to a lit pixel, and reconstructions."""
    image = to_unit(torch.from_numpy(parts.test.clean[:1]))[None]
    maps = feature_maps(model, image)
    inputs = np.concatenate(list(odd.values()))
    outputs = map_images(model.reconstruct, inputs, Runtime(torch.device("cpu"), torch.float32))
    return {
        "encoder": encoder_filters(model).numpy(),
        "decoder": decoder_filters(model).numpy(),
        "response": identity.effective_kernel(identity.lit_pixel_responses(model)),
        "image": parts.test.clean[0],
        "first maps": maps[0].numpy(),
        "code": model.encode(image)[0].numpy(),
        "inputs": inputs,
        "outputs": to_bytes(torch.from_numpy(outputs))[:, 0],
    }


def measure(by_network: dict[str, list[tuple[dict[str, float], Arrays]]]) -> dict[str, Any]:
    """The measures of every run, and the size of the code for one image."""
    return {
        name: {
            "code_size": runs[0][1]["code"].size,
            "runs": by_seed(metrics for metrics, _ in runs),
        }
        for name, runs in by_network.items()
    }


def page(metrics: dict[str, Any], arrays: dict[str, list[Arrays]]) -> Page:
    """The study's page, its numbers from `metrics`."""
    first = {name: runs[0] for name, runs in arrays.items()}
    return Page(
        question="What do convolutional autoencoders learn without regularisation?",
        summary=summary(metrics),
        procedure=PROCEDURE.format(runs=len(metrics["strided"]["runs"])),
        findings=[
            Picture("filters", draw_filters(first), LOOK_FILTERS),
            Picture("feature_maps", draw_maps(first), look_at_maps(first)),
            ABOUT_MEASURES,
            whole_table(metrics),
            Picture("lit_pixel", draw_responses(arrays), LOOK_RESPONSES),
            Picture("no_digits", draw_outputs(first), LOOK_OUTPUTS),
            filter_table(metrics),
        ],
        answer=answer(metrics),
    )


def whole_is_identity(metrics: dict[str, Any]) -> bool:
    """Whether every stride-free run answers a lit pixel mostly in place, more so than the others do."""
    strided, pooled, free = (values(metrics[name]["runs"], "centre_share") for name in PLAIN)
    return min(free) >= MOSTLY and min(free) > max(strided + pooled)


def at_full_strength(metrics: dict[str, Any]) -> bool:
    """Whether every stride-free run hands a lit pixel on at about its brightness."""
    return all(FULL <= gain <= 1 / FULL for gain in values(metrics["stride-free"]["runs"], "gain"))


def filters_are_identities(metrics: dict[str, Any]) -> bool:
    """Whether the stride-free network's filters have most of their energy in one weight."""
    return mean(metrics["stride-free"]["runs"], "filter_concentration") >= MOSTLY


def summary(metrics: dict[str, Any]) -> str:
    """The answer in one line."""
    free = metrics["stride-free"]["runs"]
    strided, pooled, centre = (percent(mean(metrics[name]["runs"], "centre_share"), 0) for name in PLAIN)
    single, chance = (percent(mean(free, f"{start}filter_concentration"), 0) for start in ("", "untrained_"))
    pixel = f"{centre} of its answer to a lit pixel in that pixel (strided {strided}, pooled {pooled})"
    if not whole_is_identity(metrics):
        return f"Not the identity, as trained here: the stride-free network has {pixel}."
    gain = percent(mean(free, "gain"), 0)
    learned = "the identity" if at_full_strength(metrics) else "the shape of an identity, not its strength"
    pixel += f", at {gain} of that pixel's brightness"
    if filters_are_identities(metrics):
        return (
            f"The stride-free one learns {learned}, and does so filter by filter: {single} of a filter's "
            f"energy lies in one weight, and the whole has {pixel}."
        )
    return (
        f"As a whole the stride-free one learns {learned}: it has {pixel}. Single filters are no "
        f"identities: {single} of a filter's energy lies in one weight ({chance} untrained)."
    )


def whole_table(metrics: dict[str, Any]) -> str:
    """How near to the identity the networks are as a whole."""
    measures = {
        "share in the lit pixel": "centre_share",
        "the same, untrained": "untrained_centre_share",
        "gain there": "gain",
        "error, test digits": "digits_unexplained",
        "error, shuffled digits": "shuffled_unexplained",
        "error, white noise": "noise_unexplained",
    }
    rows = [
        [
            NAMES[name],
            str(entry["code_size"]),
            *(spread(values(entry["runs"], key)) for key in measures.values()),
        ]
        for name, entry in metrics.items()
    ]
    return table(["network", "numbers in the code", *measures], rows)


def filter_table(metrics: dict[str, Any]) -> str:
    """How near to the identity single filters and maps of the first layer are."""
    measures = {
        "energy in one weight": "filter_concentration",
        "the same, untrained": "untrained_filter_concentration",
        "energy in the mean": "blur_share",
        "that, untrained": "untrained_blur_share",
        "cosine with its start": "filter_alignment",
        "maps: likeness to the image": "map_likeness",
        "likeness, untrained": "untrained_map_likeness",
    }
    rows = [
        [NAMES[name], *(spread(values(entry["runs"], key)) for key in measures.values())]
        for name, entry in metrics.items()
    ]
    return table(["first layer of", *measures], rows)


def answer(metrics: dict[str, Any]) -> str:
    """The last section."""
    parts = about_whole, about_filters, about_reason, about_others
    return "\n\n".join(part(metrics) for part in parts)


def about_whole(metrics: dict[str, Any]) -> str:
    """Is the stride-free network the identity?"""
    strength = "" if at_full_strength(metrics) else " in shape, not in strength"
    verdict = f"near the identity{strength}" if whole_is_identity(metrics) else "not near the identity"
    free = metrics["stride-free"]["runs"]
    best = all(
        mean(free, f"{kind}_unexplained") < mean(metrics[name]["runs"], f"{kind}_unexplained")
        for kind in ("shuffled", "noise")
        for name in ("strided", "pool")
    )
    odd = "the best" if best else "not the best, as an identity would be,"
    share, chance, gain, shuffled, noise, digits = (
        percent(mean(free, measure))
        for measure in ("centre_share", "untrained_centre_share", "gain", *ERRORS)
    )
    return f"""**As a whole** the stride-free network is {verdict}: {share} of the energy of its answer to
    a lit pixel stays there (untrained {chance}), at {gain} of its brightness (an identity: 100 %).
    It is {odd} of the three at images that are no digits:
    it leaves {shuffled} of shuffled digits and {noise} of white noise unexplained, and {digits} of test
    digits. {how_far(metrics)}"""


def how_far(metrics: dict[str, Any]) -> str:
    """Whether it copies anything, or only what is like what it has seen."""
    shuffled, noise, digits = (mean(metrics["stride-free"]["runs"], measure) for measure in ERRORS)
    if not whole_is_identity(metrics):
        return ""
    if max(shuffled, noise) <= FAR * digits:
        return "So it copies whatever it is given."
    return (
        "So it is an identity near what it was trained on, not everywhere: shuffled digits have black next "
        "to white as digits have not, white noise is brighter than they are, and what biases and ReLUs do "
        "there has never cost anything."
    )


def about_filters(metrics: dict[str, Any]) -> str:
    """Are its filters identities?"""
    free = metrics["stride-free"]["runs"]
    single, chance = (percent(mean(free, f"{start}filter_concentration")) for start in ("", "untrained_"))
    cosine = number(mean(free, "filter_alignment"))
    identities = filters_are_identities(metrics)
    verdict, why = ("near identities too", EACH_COPIES) if identities else ("no identities", ONLY_TOGETHER)
    return f"""**Single filters** of its first layer are {verdict}: {single} of a filter's energy lies in
    one weight, where an identity has all of it, and {chance} of an untrained one's. Their mean cosine
    with what they were before training is {cosine}. {why}"""


def about_reason(metrics: dict[str, Any]) -> str:
    """Why does it copy?"""
    free, strided = (metrics[name]["code_size"] for name in ("stride-free", "strided"))
    clean, noisy = (values(metrics[name]["runs"], "centre_share") for name in ("stride-free", DENIED))
    before, after = percent(np.mean(clean)), percent(np.mean(noisy))
    proof = (
        GAVE_UP
        if max(noisy) < min(clean)
        else "That should forbid copying, and here it did not clearly do so."
    )
    room = NO_ROOM if strided < PIXELS else "There is room for a copy in it, though no longer in its place."
    return f"""**Why.** The stride-free code has {free} numbers for an image of {PIXELS} pixels,
    {free // PIXELS} at each pixel's own place. {COPYING} The strided and the pooled code have {strided}
    numbers. {room} To try the explanation, the same stride-free network got noise on its input: the share
    in the lit pixel went from {before} to {after}. {proof}"""


def about_others(metrics: dict[str, Any]) -> str:
    """What do the other two learn?"""
    strided, pooled = (values(metrics[name]["runs"], "digits_unexplained") for name in ("strided", "pool"))
    order = (
        POOLING_LOSES
        if max(strided) < min(pooled)
        else "Here pooling lost no more than the stride did, or seeds overlap."
    )
    return f"""**The other two** leave {percent(np.mean(strided))} (strided) and
    {percent(np.mean(pooled))} (pooled) of test digits unexplained. {order.strip()}

    **Filters and maps.** {of_each(metrics, "blur_share")} of the energy of a first-layer filter lies in its
    mean (all of it in a blur, none in an edge detector), before training
    {of_each(metrics, "untrained_blur_share")}: {blurs(metrics)}. Likeness of its maps to the image is
    {of_each(metrics, "map_likeness", number)}, before training
    {of_each(metrics, "untrained_map_likeness", number)}.
    {about_maps(metrics)}"""


def blurs(metrics: dict[str, Any]) -> str:
    """In which networks the filters have more of their energy in the mean than any had at the start."""
    found = {name: metrics[name]["runs"] for name in PLAIN}
    names = [
        SHORT[name]
        for name, runs in found.items()
        if min(values(runs, "blur_share")) > max(values(runs, "untrained_blur_share"))
    ]
    if not names:
        return "in none of the networks did training raise that share in every run"
    whose = "all three networks" if len(names) == len(PLAIN) else f"the {' and the '.join(names)} network"
    return f"in every run of {whose} training raised that share"


def about_maps(metrics: dict[str, Any]) -> str:
    """Whether the look of maps tells the copying network from the others."""
    strided, pooled, free = (values(metrics[name]["runs"], "map_likeness") for name in PLAIN)
    if min(free) > max(strided + pooled):
        return "The stride-free network's maps are the most like the image in every run."
    return (
        "So maps that look like the image are no sign of copying: those of networks that cannot copy look "
        "like it as well."
    )


def of_each(metrics: dict[str, Any], measure: str, shown: Callable[[float], str] = percent) -> str:
    """`measure` of the three networks that are compared: `21.0 % (strided), 30.1 % (…)`."""
    return ", ".join(f"{shown(mean(metrics[name]['runs'], measure))} ({NAMES[name]})" for name in PLAIN)


def draw_filters(first: dict[str, Arrays]) -> Figure:
    """First and last layer of every network."""
    groups = {
        f"{NAMES[name]}, {layer}": arrays[part]
        for name, arrays in first.items()
        for part, layer in (("encoder", "first layer"), ("decoder", "last layer"))
    }
    return filters.draw_groups(groups, "Filters of four convolutional autoencoders", CAPTION_FILTERS, SUBJECT)


def look_at_maps(first: dict[str, Arrays]) -> str:
    """What to look for in the maps, with the size of the small codes."""
    height, width = first["strided"]["code"].shape[-2:]
    return LOOK_MAPS.format(size=f"{height} × {width}")


def draw_maps(first: dict[str, Arrays]) -> Figure:
    """Maps of one image in every network."""
    layers = {
        f"{NAMES[name]}, {layer}": arrays[part]
        for name, arrays in first.items()
        for part, layer in (("first maps", "first layer"), ("code", "code"))
    }
    return filters.feature_maps(first["strided"]["image"], layers, SUBJECT)


def draw_responses(arrays: dict[str, list[Arrays]]) -> Figure:
    """Mean response to a lit pixel, of every network and seed."""
    groups = {
        f"{NAMES[name]}, whole": np.stack([one["response"] for one in runs]) for name, runs in arrays.items()
    }
    return filters.draw_groups(groups, "What a single lit pixel becomes", CAPTION_RESPONSES, SUBJECT)


def draw_outputs(first: dict[str, Arrays]) -> Figure:
    """Digits, shuffled digits and noise, and what every network makes of them."""
    reconstructions = [overview.Row(NAMES[name], one["outputs"], COLOUR) for name, one in first.items()]
    rows = [overview.Row("input", first["strided"]["inputs"]), *reconstructions]
    return overview.draw(rows, "Digits, and what is none", CAPTION_OUTPUTS)


COPYING = """
Copying has no error at all, every layer can do it, and no term of the objective asks for anything else:
nothing has to be learned of digits.
"""
NO_ROOM = """
A copy does not fit into that, so some regularity of digits has to be used.
"""
GAVE_UP = """
Where copying costs, the network weighs a pixel by its neighbours, and takes one without any for noise.
"""
EACH_COPIES = """
Each map is a copy of the image, perhaps shifted.
"""
ONLY_TOGETHER = """
Only all layers together have to be the identity: with several maps there are many sets of kernels whose
products, summed over the maps, give one lit pixel, and without a penalty nothing prefers the set in which
each kernel does.
"""
POOLING_LOSES = """
A maximum says how strong, not where in its 2 × 2 pixels, and repetition cannot put that back; with a
stride, different maps can keep different pixels of a block.
"""
PROCEDURE = """
Three autoencoders of two convolutions each way, with equal kernels and numbers of maps, ReLUs, a linear
output and Σ (x − y)², learn the same clean digits, with {runs} seeds each. No dense layer, no noise, no
penalty: *strided* halves the side twice by stride-2 convolutions and doubles it by transposed ones;
*max-pool and upsample* does so by 2 × 2 maxima and repetition; *stride-free* keeps 28 × 28 throughout. A
fourth, stride-free again, gets noisy input and the clean image as target. All are also measured before
training.
"""
ABOUT_MEASURES = """
**Measures, as a whole.** A pixel in the middle of a black image is lit: what share of the energy Σ r² of
the change of the output lies in that pixel, mean over an 8 × 8 block of pixels, and how strong is it
there (the gain)? And of images that are no digits, what share of Σ (x − x̄)² is left unexplained: an
identity has 0 for anything, a model of digits only for digits. (1 is what answering always with the same
grey would leave; more is worse than that.) Shuffled digits have the very pixels of test digits in random
order.
"""
LOOK_FILTERS = """
whether any filter is one dark red square among white ones, which would pass the image on as it is.
"""
LOOK_MAPS = """
copies of the digit, in or against its own contrast, at full size in the stride-free network; at {size} in
the codes of the other two, hardly legible.
"""
LOOK_RESPONSES = """
a lit pixel that stays one, or that becomes a blot or a grid. The strided answer depends on where in a 2 ×
2 or 4 × 4 block the pixel lies; this is the mean over blocks.
"""
LOOK_OUTPUTS = """
which network hands on what is no digit. What a network makes of noise says more about it than what it
makes of digits, which all of them were trained on.
"""
CAPTION_FILTERS = """
A framed square is a filter: red weights are positive, blue ones negative, white is 0. The scale over a
group holds for all of it. One seed.

Read off: an identity would be one strong weight among zeros. Edges have red on one side and blue on the
other.

Not to be read off: what the network does as a whole. Layers that look arbitrary one by one can undo each
other.
"""
CAPTION_RESPONSES = """
Whole networks seen as one filter: the mean change of the output around a pixel that is lit in a black
image; the pixel is in the middle, and there is a square for each seed. The scale over a group holds for
all of it.

Read off: how far a pixel's influence reaches, and whether it stays where it was. The identity has one
dark red pixel, and white around it.

Not to be read off: the answer to pixels that belong to a stroke; the networks are not linear.
"""
CAPTION_OUTPUTS = """
From left to right: test digits, the same with their pixels shuffled, white noise. Outputs beyond [0, 1]
are clipped. One seed.

Read off: whether a network copies whatever it is given, or gives digits back and spoils the rest.

Not to be read off: errors below what the eye sees; the table has them.
"""

if __name__ == "__main__":
    run(main)
