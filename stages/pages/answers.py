"""The answers of the page: each question's sentences, every number and comparison taken from the metrics.

The first sentence of an answer stands alone, at the top of the page.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from stages.pages import measures
from stages.pages.measures import NAMES, SPACE, Measure, Metrics
from stages.pages.wording import (
    against,
    agreeing,
    groups,
    listed,
    named_once,
    ranked,
    same_order,
    sentence,
    split,
    the,
    verdict,
)

# Differences that another rounding of the same training made, and that the page therefore calls chance: it
# moved the distance of the VAE's twenty samples by 0.04.
CHANCE_PERCENT = 2
CHANCE_DISTANCE = Decimal("0.05")


def denoising(metrics: Metrics, components: int) -> list[str]:
    """Who restores best, and whether that beats PCA and doing nothing. `components`: of PCA."""
    psnr, noisy = measures.PSNR, metrics["data"]
    noise, pca = psnr.rounded(noisy["noisy_psnr_db"]), psnr.of(metrics["pca"])
    pca_name = f"PCA with {counted(components, 'component')} ({psnr.text(pca)})"
    return [
        verdict(
            psnr,
            metrics,
            "comes closest to the clean images",
            "come closest to the clean images, level",
            "all three come equally close to the clean images",
        ),
        against(psnr, metrics, noise, f"the noisy input itself ({psnr.text(noise)})"),
        against(psnr, metrics, pca, pca_name),
        _noise_left(metrics, noisy["noisy_mse"]),
        sentence(f"by cross-entropy the order is {_order(psnr, measures.CROSS_ENTROPY, metrics)}"),
    ]


def _noise_left(metrics: Metrics, noisy_mse: float) -> str:
    if noisy_mse == 0:
        return "The input had no noise in it: all this is plain reconstruction."
    error, models = groups(measures.MSE, metrics)[0]
    share = _percent(float(error) / noisy_mse)
    faults = "its own faults" if len(models) == 1 else "their own faults"
    return sentence(f"of the noise’s squared error {share} remains with {the(models)}, {faults} included")


def _order(one: Measure, other: Measure, metrics: Metrics) -> str:
    return f"{'the same' if same_order(one, other, metrics) else 'another'}: {ranked(other, metrics)}"


def code_space(metrics: Metrics, latent: int, wta_code: str) -> list[str]:
    """What classifiers read off the codes and their maps. `wta_code`: the size of WTA's code in words."""
    numbers = counted(latent, "number")
    return [
        verdict(
            measures.PROBE,
            metrics,
            "has the code from which a linear classifier reads the class with the fewest errors",
            "have the codes from which a linear classifier reads the class with the fewest errors",
            "a linear classifier reads the class with as many errors from each of the three codes",
        ),
        sentence(
            f"by the nearest training codes the order is {_order(measures.PROBE, measures.KNN, metrics)}"
        ),
        sentence(
            f"codes of unequal size are compared: {numbers} in the AE and the VAE, {wta_code} in the WTA"
        ),
        _active_units(metrics["vae"]["codes"]["active_units"], latent),
        verdict(
            measures.TSNE_KNN,
            metrics,
            "has the fewest points beside one of another class on its t\u2011SNE map",
            "have the fewest points beside one of another class on their t\u2011SNE maps",
            "the three t\u2011SNE maps have equally many points beside one of another class",
        ),
        sentence(f"trustworthiness of the maps: {ranked(measures.TRUSTWORTHINESS, metrics)}"),
    ]


def _active_units(active: int, latent: int) -> str:
    if active >= latent:
        return sentence(
            f"the VAE uses {'its only coordinate' if latent == 1 else f'all {latent} coordinates'}"
        )
    if active == 0:
        return "The VAE uses none of its coordinates: all images have much the same code."
    return sentence(
        f"the VAE uses {active} of its {latent} coordinates; the rest hardly change with the image"
    )


def interpolation(metrics: Metrics) -> list[str]:
    """Whether the decoder makes more of a line's middle than a cross-fade of its ends."""
    change = {model: _change(metrics[model]["interpolation"]) for model in NAMES}
    fade = "a mere cross-fade of the line’s ends"

    def clause(verb: str, where: str) -> Callable[[list[str]], str]:
        return lambda models: f"{_with_changes(models, change)} {agreeing(verb, models)} {where} {fade}"

    halfway = split(
        {model: -value for model, value in change.items()},
        better=clause("stay", "nearer to real images than"),
        level=lambda models: f"{the(models)} {agreeing('stay', models)} as near to real images as {fade}",
        worse=clause("stray", "farther from real images than"),
        chance=CHANCE_PERCENT,
    )
    return [
        sentence(f"halfway between two images, {named_once(halfway, fade, 'that')}"),
        _halfway(metrics),
    ]


def _change(distances: Mapping[str, float]) -> int:
    """Percent by which the middle is farther from real images than the cross-fade is."""
    middle, fade = distances["midpoint_distance"], distances["crossfade_distance"]
    return round(100 * (middle - fade) / max(fade, 1e-9))


def _with_changes(models: Sequence[str], change: Mapping[str, int]) -> str:
    if not change[models[0]]:
        return the(models)
    return listed([f"the {NAMES[model]} (by {abs(change[model])}{SPACE}%)" for model in models])


def _halfway(metrics: Metrics) -> str:
    (value, models), *others = groups(measures.MIDPOINT, metrics, lowest=True)
    real = "as far from the nearest training image as real test images are"
    text = f"with {the(models)}, images halfway are {value} times {real}"
    rest = [f"with {the(models)} {value} times" for value, models in others]
    return sentence("; ".join([text, ", ".join(rest)]) if rest else text)


def generation(metrics: Metrics, beta: float) -> list[str]:
    """How near random codes come to real images, and what fitting their distribution changes."""
    asked = (
        f"only the VAE is asked to fill the standard normal with codes (β = {beta:g})"
        if beta > 0
        else "no model is asked to fill the standard normal with codes: with β = 0 the VAE is not, either"
    )
    return [
        _random_codes(metrics),
        sentence(asked),
        _fitting(metrics),
        *([_bound(metrics["vae"])] if beta > 0 else []),
    ]


def _random_codes(metrics: Metrics) -> str:
    """The distances, and which way each is off: blur lowers them, so the lowest is not the best."""
    distance = {model: measures.PRIOR.of(metrics[model]) for model in NAMES}
    named = {model: f"the {NAMES[model]} ({measures.PRIOR.text(distance[model])})" for model in NAMES}
    real = "the training images"

    def clause(where: str, reading: str = "") -> Callable[[list[str]], str]:
        return lambda models: f"{where} {real} in {listed([named[model] for model in models])}{reading}"

    text = split(
        {model: value - 1 for model, value in distance.items()},
        better=clause("farther from", ", and are less like them"),
        level=clause("as far from"),
        worse=clause("nearer to", ", a sign of blur rather than of better images"),
        chance=CHANCE_DISTANCE,
    )
    found = named_once(text, real, "them")
    return sentence(f"compared with real test images, images of random codes lie {found}")


def _bound(vae: Metrics) -> str:
    elbo, kl = (measure.text(measure.of(vae)) for measure in (measures.ELBO, measures.KL))
    return sentence(
        f"the VAE’s bound on log{SPACE}p(x) of a test image is {elbo} on average; its KL takes {kl} of it"
    )


def _fitting(metrics: Metrics) -> str:
    prior, fitted = measures.PRIOR, measures.FITTED
    values = {model: (prior.of(metrics[model]), fitted.of(metrics[model])) for model in NAMES}
    drawing = "drawing codes as real ones are distributed"

    def clause(verb: str) -> Callable[[list[str]], str]:
        return lambda models: f"{drawing} {verb} {_pairs(models, values, 'from {} to {}')}"

    text = split(
        {model: before - after for model, (before, after) in values.items()},
        better=clause("lowers the distance in"),
        level=lambda models: f"{drawing} changes no more than chance does in {the(models)}",
        worse=clause("raises the distance in"),
        chance=CHANCE_DISTANCE,
    )
    return sentence(named_once(text, drawing, "it"))


def _pairs(models: Sequence[str], values: Mapping[str, tuple[Decimal, Decimal]], form: str) -> str:
    texts = {model: [measures.number(value) for value in values[model]] for model in models}
    return listed([f"the {NAMES[model]} ({form.format(*pair)})" for model, pair in texts.items()])


def filters(metrics: Metrics, sizes: Mapping[str, tuple[int, int]], lifetime: float) -> list[str]:
    """How smooth the filters are.

    Args:
        sizes: side of a filter of the encoder and of the decoder, for each model.
        lifetime: share of a batch in which a unit of the WTA may fire.
    """
    reached = measures.ACTIVE_FRACTION.text(measures.ACTIVE_FRACTION.of(metrics["wta"]))
    limit = f"lets a unit win in at most {_percent(lifetime)} of a batch" if lifetime < 1 else "is off"
    return [
        _smoothness(metrics),
        _sizes(sizes),
        sentence(
            f"in training {reached} of the WTA’s code was active for an image; lifetime sparsity {limit}"
        ),
    ]


def _smoothness(metrics: Metrics) -> str:
    encoder, decoder = measures.ENCODER_SMOOTHNESS, measures.DECODER_SMOOTHNESS
    values = {model: (decoder.of(metrics[model]), encoder.of(metrics[model])) for model in NAMES}
    common = "the decoder’s filters are"

    def clause(how: str) -> Callable[[list[str]], str]:
        return lambda models: f"{common} {how} the encoder’s in {_pairs(models, values, '{} against {}')}"

    text = split(
        {model: last - first for model, (last, first) in values.items()},
        better=clause("smoother than"),
        level=clause("as smooth as"),
        worse=clause("rougher than"),
    )
    return sentence(f"by the correlation of neighbouring weights, {named_once(text, common, 'they are')}")


def _sizes(sizes: Mapping[str, tuple[int, int]]) -> str:
    having: dict[str, list[str]] = {}
    for model, (first, last) in sizes.items():
        text = _side(first) if first == last else f"{_side(first)} (encoder) and {_side(last)} (decoder)"
        having.setdefault(text, []).append(model)
    parts = [f"{text} in {the(models)}" for text, models in having.items()]
    unequal = len({size for pair in sizes.values() for size in pair}) > 1
    warning = "; smoothness compares filters of one size only, for in a few pixels any two are neighbours"
    return sentence(f"in pixels, filters are {listed(parts)}{warning if unequal else ''}")


def _side(size: int) -> str:
    return f"{size}{SPACE}×{SPACE}{size}"


def learning(validation: Mapping[str, Sequence[float]]) -> list[str]:
    """When each model's validation loss was lowest. `validation`: its loss after each epoch, a model."""
    last = {model: len(losses) for model, losses in validation.items()}
    if max(last.values()) == 1:
        return ["All three were trained for one epoch: there is no course to compare."]
    best = {
        model: min(range(len(losses)), key=losses.__getitem__) + 1 for model, losses in validation.items()
    }
    still = [model for model in NAMES if best[model] == last[model]]
    answer = (
        [f"validation loss was lowest after the last epoch in {the(still)}: more may still help"]
        if still
        else []
    )
    answer += [
        f"validation loss was lowest after epoch {best[model]} of {last[model]} in the {NAMES[model]}, and "
        f"at the end {_percent(_rise(losses))} above that"
        for model, losses in validation.items()
        if model not in still
    ]
    return [sentence(text) for text in answer]


def _rise(losses: Sequence[float]) -> float:
    lowest = min(losses)
    return (losses[-1] - lowest) / max(abs(lowest), 1e-12)


def counted(count: int, word: str) -> str:
    """`1 number`, `10 numbers`."""
    return f"{count}{SPACE}{word}{'' if count == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{Decimal(f'{100 * share:.2g}'):f}{SPACE}%"
