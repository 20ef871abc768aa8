"""adversarial: what do convergence and collapse of an adversarial network look like?

A DCGAN is trained on the same digits at three pairs of learning rates: one that works, one that is too high
for both players, and one that lets the discriminator run away. Losses are set beside what a classifier
makes of the samples: an adversarial loss says who is ahead, not how good the pictures are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from pydantic import Field

from stages.analyses import judging
from stages.analyses.decoding import decoded_images
from stages.analyses.likeness import Likeness
from stages.analyses.sampling import standard_normal
from stages.analyses.variety import variety
from stages.common.adversarial_training import fit_adversarial
from stages.common.errors import run
from stages.common.judge import train_judge
from stages.common.parallel import by_key, call, in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Count, Latent, Rate, Section
from stages.common.study import StudySettings
from stages.common.training import History
from stages.figures import animation, curves, shares
from stages.figures.palette import INK, MUTED
from stages.models import classifier, gan
from stages.models.classifier import Classifier
from stages.pages.runs import Runs, by_seed, mean, values
from stages.pages.study import Page, Picture, number, percent, publish, save_metrics, spread, table

STUDY = "adversarial"
NAMES = {"working": "balanced", "too_high": "too high", "unbalanced": "unbalanced"}
COLOURS = {"working": "#0a7d5a", "too_high": "#b3261e", "unbalanced": "#7a6200"}
COLUMNS, ROWS, MOST_FRAMES = 15, 1, 12  # of the animation
LOG_4, LOG_2 = float(np.log(4)), float(np.log(2))  # losses where D cannot tell


class Rates(Section):
    """Step sizes of the two players."""

    discriminator_rate: Rate
    generator_rate: Rate


class Adversaries(Section):
    """The section `adversarial`."""

    latent: Latent
    runs: Count = Field(description="seeds for each setting")
    samples: int = Field(ge=COLUMNS * ROWS, description="fixed codes that are decoded after each epoch")
    too_high: Rates
    unbalanced: Rates
    gan: gan.Settings  # its rates are those that work
    judge_width: Count = Field(description="last hidden layer of the classifier that judges")
    judge: classifier.Settings

    def variants(self) -> dict[str, gan.Settings]:
        """The GAN's settings at the three pairs of rates."""
        changed = {name: getattr(self, name).model_dump() for name in ("too_high", "unbalanced")}
        return {"working": self.gan} | {
            name: self.gan.model_copy(update=new) for name, new in changed.items()
        }


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    adversarial: Adversaries


@dataclass(frozen=True)
class Match:
    """What came of one training: losses by epoch, and pictures from the same codes after each."""

    history: History
    pictures: UInt8[np.ndarray, "epochs n 28 28"]


@dataclass(frozen=True)
class Course:
    """Measures of the pictures of one training after each epoch, and the last epoch's shares of classes."""

    diversity: Float[np.ndarray, "epochs"]
    confidence: Float[np.ndarray, "epochs"]
    variety: Float[np.ndarray, "epochs"]
    shares: Float[np.ndarray, "classes"]


def main() -> None:
    """Train the judge and every GAN, judge their pictures, write the page."""
    settings = Settings.read()
    section = settings.adversarial
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    codes = standard_normal(section.samples, section.latent, np.random.default_rng(settings.seed))
    variants = section.variants()
    jobs: list[tuple[Any, ...]] = [
        (play, variant, codes, parts.train.clean, runtime, settings.seed + i)
        for variant in variants.values()
        for i in range(section.runs)
    ]
    jobs.append((train_judge, section.judge, section.judge_width, parts, runtime, settings.seed))
    *matches, judge = in_parallel(call, jobs, "adversarial networks and judge")
    by_name = by_key(matches, variants)
    courses = {
        name: [follow(match, judge, parts.train.clean, runtime) for match in runs]
        for name, runs in by_name.items()
    }
    metrics = {
        "real": of_real(parts, judge, runtime),
        "settings": measure(by_name, courses, variants, parts),
    }
    publish(STUDY, page(save_metrics(STUDY, metrics), pictures(by_name, courses)))


def play(
    settings: gan.Settings,
    codes: Float[np.ndarray, "n latent"],
    images: UInt8[np.ndarray, "m 28 28"],
    runtime: Runtime,
    seed: int,
) -> Match:
    """Train one GAN; `codes` are decoded after each epoch, with the generator in evaluation mode."""
    with seeded_weights(seed):
        model = gan.build(settings, codes.shape[1])
    made: list[np.ndarray] = []

    def look(model: gan.Gan) -> None:
        made.append(decoded_images(model.decode, codes, runtime))

    history = fit_adversarial(model, torch.from_numpy(images)[:, None], settings, runtime, seed, look)
    return Match(history, np.stack(made))


def follow(
    match: Match, judge: Classifier, training: UInt8[np.ndarray, "m 28 28"], runtime: Runtime
) -> Course:
    """Judge the pictures of every epoch."""
    judged = [judging.judge(judge, made, runtime) for made in match.pictures]
    shares_ = [judging.class_shares(probabilities) for probabilities in judged]
    return Course(
        np.array([judging.diversity(one) for one in shares_]),
        np.array([judging.confidence(probabilities) for probabilities in judged]),
        np.array([variety(made, training) for made in match.pictures]),
        shares_[-1],
    )


def of_real(parts: Parts, judge: Classifier, runtime: Runtime) -> dict[str, float]:
    """The same measures of test images, and the judge's error on them."""
    probabilities = judging.judge(judge, parts.test.clean, runtime)
    return {
        "judge_error": judging.error(probabilities, parts.test.labels),
        "diversity": judging.diversity(judging.class_shares(probabilities)),
        "confidence": judging.confidence(probabilities),
        "variety": variety(parts.test.clean, parts.train.clean),
    }


def measure(
    by_name: dict[str, list[Match]],
    courses: dict[str, list[Course]],
    variants: dict[str, gan.Settings],
    parts: Parts,
) -> dict[str, Any]:
    """For each setting its rates, mean shares of classes, and where every run ended."""
    likeness = Likeness(parts.train.clean, parts.test.clean)
    return {
        name: {
            "discriminator_rate": variants[name].discriminator_rate,
            "generator_rate": variants[name].generator_rate,
            "shares": {
                f"digit{label}": float(share)
                for label, share in enumerate(np.mean([one.shares for one in courses[name]], axis=0))
            },
            "runs": by_seed(
                of_run(match, course, likeness) for match, course in zip(matches, courses[name], strict=True)
            ),
        }
        for name, matches in by_name.items()
    }


def of_run(match: Match, course: Course, likeness: Likeness) -> dict[str, float]:
    """Losses over the last half of the epochs; pictures of the last epoch, and their worst of that half."""
    half = len(match.history) // 2
    late = {term: np.array([row[term] for row in match.history[half:]]) for term in match.history[-1]}
    generator, discriminator = late["generator_loss"], late["discriminator_loss"]
    return {
        "discriminator_loss": float(discriminator.mean()),
        "least_discriminator_loss": float(discriminator.min()),
        "most_discriminator_loss": float(discriminator.max()),
        "generator_loss": float(generator.mean()),
        "generator_loss_range": float(generator.max() - generator.min()),
        "real_right": float(late["discriminator_real_right"].mean()),
        "made_right": float(late["discriminator_made_right"].mean()),
        "diversity": float(course.diversity[-1]),
        "confidence": float(course.confidence[-1]),
        "variety": float(course.variety[-1]),
        "least_diversity": float(course.diversity[half:].min()),
        "least_variety": float(course.variety[half:].min()),
        "variety_steadiness": steadiness(course.variety[half:]),
        "distance": likeness.distance(match.pictures[-1]),
    }


def steadiness(course: Float[np.ndarray, "epochs"]) -> float:
    """How straight a measure goes up: 1 if in every epoch, −1 if always down, near 0 if to and fro."""
    moved = np.abs(np.diff(course)).sum()
    return float((course[-1] - course[0]) / moved) if moved else 0.0


def pictures(by_name: dict[str, list[Match]], courses: dict[str, list[Course]]) -> list[Picture]:
    """Every figure of the page."""
    return [
        Picture("samples", draw_samples(by_name), LOOK_SAMPLES),
        Picture("losses", draw_losses(by_name), LOOK_LOSSES),
        Picture("measures", draw_measures(courses), LOOK_MEASURES),
        Picture("shares", draw_shares(courses), LOOK_SHARES),
    ]


def draw_samples(by_name: dict[str, list[Match]]) -> Iterator[Figure]:
    """The animation: pictures from the same codes after each epoch, of the first run of every setting."""
    panels = []
    for name, matches in by_name.items():
        epochs = matches[0].pictures[:, : ROWS * COLUMNS].reshape(-1, ROWS, COLUMNS, 28, 28)
        panels.append(animation.Panel(f"learning rates: {NAMES[name]}", epochs, COLOURS[name]))
    return animation.frames(panels, "Samples from fixed codes", CAPTION_SAMPLES, MOST_FRAMES)


def draw_losses(by_name: dict[str, list[Match]]) -> Figure:
    """Both players' losses over the epochs, a panel a setting."""
    panels, epochs = {}, len(next(iter(by_name.values()))[0].history)
    for name, matches in by_name.items():
        terms = {
            term: np.array([[row[f"{term}_loss"] for row in match.history] for match in matches]).clip(FLOOR)
            for term in ("discriminator", "generator")
        }
        panels[f"{NAMES[name]}"] = [
            curves.Line("discriminator, L_D", terms["discriminator"], INK),
            curves.Line("generator, L_G", terms["generator"], "#0a7d9a"),
            curves.Line("log 4, log 2: D cannot tell", np.full((1, epochs), LOG_4), MUTED, dashed=True),
            curves.Line("log 4, log 2: D cannot tell", np.full((1, epochs), LOG_2), MUTED, dashed=True),
        ]
    x = epoch_names(epochs)
    return curves.draw(panels, x, "epoch", "Losses of the two players", CAPTION_LOSSES, logarithmic=True)


def draw_measures(courses: dict[str, list[Course]]) -> Figure:
    """What the pictures are like over the epochs, a panel a measure, a line a setting."""
    panels = {
        heading: [
            curves.Line(NAMES[name], np.array([getattr(one, term) for one in runs]), COLOURS[name])
            for name, runs in courses.items()
        ]
        for term, heading in MEASURES.items()
    }
    x = epoch_names(len(next(iter(courses.values()))[0].diversity))
    return curves.draw(panels, x, "epoch", "What the samples are like", CAPTION_MEASURES)


def epoch_names(last: int) -> list[str]:
    """Numbers of the epochs for an axis with room for about four of them."""
    apart = -(-last // 4)
    return [str(epoch) if epoch == 1 or epoch % apart == 0 else "" for epoch in range(1, last + 1)]


def draw_shares(courses: dict[str, list[Course]]) -> Figure:
    """Share of each digit among the last epoch's pictures."""
    panels = {NAMES[name]: np.stack([one.shares for one in runs]) for name, runs in courses.items()}
    colours = {"Learning rates:": INK}
    return shares.draw({"Learning rates:": panels}, "Which digits are made", CAPTION_SHARES, colours)


def page(metrics: dict[str, Any], figures: list[Picture]) -> Page:
    """The study's page, its numbers from `metrics`."""
    found = metrics["settings"]
    good = {name: share_good(entry["runs"], metrics["real"]) for name, entry in found.items()}
    return Page(
        question="How does an adversarial network converge, and how does it collapse?",
        summary=summary(found, good),
        procedure=PROCEDURE.format(
            error=percent(metrics["real"]["judge_error"]), runs=len(found["working"]["runs"])
        ),
        findings=[*figures[:2], loss_table(found), *figures[2:], picture_table(found, metrics["real"])],
        answer=answer(found, metrics["real"], good),
    )


def loss_table(found: dict[str, Any]) -> str:
    """Losses over the last half of the epochs, by setting."""
    header = ["last half of the epochs, learning rates", "D", "G", "L_D", "L_D of single epochs", "L_G"]
    header += ["range of L_G", "real right", "made right"]
    rows = []
    for name, entry in found.items():
        runs = entry["runs"]
        rates = [number(entry["discriminator_rate"], 1), number(entry["generator_rate"], 1)]
        rows.append([NAMES[name], *rates, written(values(runs, "discriminator_loss")), extremes(runs)])
        rows[-1].append(written(values(runs, "generator_loss")))
        rows[-1].append(spread(values(runs, "generator_loss_range"), 2))
        rows[-1] += [percent(mean(runs, term), 0) for term in ("real_right", "made_right")]
    return table(header, rows)


def written(losses: list[float]) -> str:
    """Mean and extremes of a loss, unless it is next to nothing."""
    return spread(losses) if np.mean(losses) >= FLOOR else f"below {number(FLOOR, 1)}"


def extremes(runs: Runs) -> str:
    """Least and largest L_D of any run in any epoch of the last half: `below 0.0001 to 50.0`."""
    low = written([min(values(runs, "least_discriminator_loss"))])
    high = written([max(values(runs, "most_discriminator_loss"))])
    return low if low == high else f"{low} to {high}"


def picture_table(found: dict[str, Any], real: dict[str, float]) -> str:
    """What the last pictures were like, by setting, beside real ones."""
    header = [
        "learning rates",
        "classes (of 10)",
        "judge's confidence",
        "variety",
        "distance to training images",
    ]
    terms = ("diversity", "confidence", "variety", "distance")
    rows = [
        [NAMES[name], *(spread(values(entry["runs"], term)) for term in terms)]
        for name, entry in found.items()
    ]
    rows.append(["*test images*", *(number(real[term]) for term in terms[:3]), "1"])
    return table(header, rows)


def faults(one: dict[str, float], real: dict[str, float]) -> list[str]:
    """What keeps the pictures of a run from passing for digits, as far as these measures can tell."""
    return [
        fault
        for fault, is_one in (
            ("few classes", one["diversity"] < DIVERSE * real["diversity"]),
            ("pictures too much alike", one["variety"] < VARIED * real["variety"]),
            ("pictures of no class", one["confidence"] < SURE * real["confidence"]),
            ("pictures unlike any training image", one["distance"] > FAR),
        )
        if is_one
    ]


def share_good(runs: Runs, real: dict[str, float]) -> float:
    """Share of the runs without a fault."""
    return float(np.mean([not faults(one, real) for one in runs.values()]))


def summary(found: dict[str, Any], good: dict[str, float]) -> str:
    """The answer in one line."""
    ends = {name: number(mean(entry["runs"], "diversity"), 2) for name, entry in found.items()}
    if good["working"] < 1:
        return (
            "Not shown here: even at the rates meant to work, samples do not pass for digits in every run "
            f"(classes, of ten: {ends['working']})."
        )
    broken = [name for name in ("too_high", "unbalanced") if good[name] < 1]
    if not broken:
        return (
            "Here it always converges: at all three pairs of rates, samples of every run pass the measures "
            f"(classes, of ten: {', '.join(ends.values())})."
        )
    converged_ = (
        f"Converged, both losses {STILL_WORD if is_still(found['working']['runs']) else SWING_WORD}, and "
        f"samples show {ends['working']} of ten classes"
    )
    return "; ".join([converged_, *failures(found, broken, ends)]) + "."


def failures(found: dict[str, Any], broken: list[str], ends: dict[str, str]) -> list[str]:
    """A clause on the settings that collapsed, and one on those whose generator is starved."""
    collapsed_, starved = [], []
    for name in broken:
        runs, text = found[name]["runs"], f"{ends[name]} where rates are {NAMES[name]}"
        if is_starved(runs):
            starved.append(f"{text} ({SEES}, and variety still rises)")
        else:
            collapsed_.append(f"{text} ({SEES})" if has_run_away(runs) else text)
    clauses = {
        "collapsed, they show": collapsed_,
        "with the generator starved rather than collapsed, they show": starved,
    }
    return [f"{head} {' and '.join(texts)}" for head, texts in clauses.items() if texts]


def right(runs: Runs) -> float:
    """Share of pictures, real and made, that the discriminator puts right over the last half."""
    return (mean(runs, "real_right") + mean(runs, "made_right")) / 2


def strays(runs: Runs) -> bool:
    """Whether L_D is above log 4 in some epoch of the last half of some run."""
    return max(values(runs, "most_discriminator_loss")) > LOG_4


def has_run_away(runs: Runs) -> bool:
    """Whether the discriminator puts nearly everything right, and in no epoch of the last half loses that."""
    return right(runs) > SEES_THROUGH and not strays(runs)


def still_rises(runs: Runs) -> bool:
    """Whether the variety of every run goes up over the last half of the epochs, clearly and steadily."""
    clearly = all(one["least_variety"] < RISEN * one["variety"] for one in runs.values())
    return clearly and min(values(runs, "variety_steadiness")) > STEADY


def is_starved(runs: Runs) -> bool:
    """Whether a generator still learns, though the discriminator sees through nearly everything."""
    return has_run_away(runs) and still_rises(runs)


def is_still(runs: Runs) -> bool:
    """Whether both losses hardly move over the last half of the epochs."""
    still = discriminator_range(runs) < STILL * mean(runs, "discriminator_loss")
    return still and mean(runs, "generator_loss_range") < STILL * mean(runs, "generator_loss")


def discriminator_range(runs: Runs) -> float:
    """Between the least and the largest L_D of a run over the last half of the epochs; mean of the runs."""
    return mean(runs, "most_discriminator_loss") - mean(runs, "least_discriminator_loss")


def answer(found: dict[str, Any], real: dict[str, float], good: dict[str, float]) -> str:
    """The last section."""
    parts = [converged(found["working"]["runs"], good["working"], real)]
    parts += [collapsed(name, found[name], real) for name in ("too_high", "unbalanced")]
    return "\n\n".join([*parts, LIMITS.strip()])


def converged(runs: Runs, good: float, real: dict[str, float]) -> str:
    """What the working rates showed."""
    loss, other = mean(runs, "discriminator_loss"), mean(runs, "generator_loss")
    text = (
        f"**Balanced rates.** On average over the last half of the epochs, L_D is {number(loss)} and L_G "
        f"{number(other)}, where a discriminator that cannot tell would have log 4 = {number(LOG_4)} and "
        f"log 2 = {number(LOG_2)}; it puts {percent(right(runs), 0)} of the pictures right. "
    )
    if good == 1:
        return text + (
            f"L_D moves within a range of {number(discriminator_range(runs), 2)} there, and L_G of "
            f"{number(mean(runs, 'generator_loss_range'), 2)}: "
            f"{STANDSTILL if is_still(runs) else SWINGS} In the end the judge sees "
            f"{number(mean(runs, 'diversity'), 2)} classes with confidence "
            f"{number(mean(runs, 'confidence'), 2)} ({number(real['confidence'], 2)} on test images)."
        )
    every = dict.fromkeys(fault for one in runs.values() for fault in faults(one, real))
    return text + f"The pictures do not pass in every run: {', '.join(every)}."


def collapsed(name: str, entry: dict[str, Any], real: dict[str, float]) -> str:
    """What other rates showed."""
    runs = entry["runs"]
    head = (
        f"**Rates {NAMES[name]}** ({number(entry['discriminator_rate'], 1)} for D, "
        f"{number(entry['generator_rate'], 1)} for G). Over the last half of the epochs, L_D is on average "
        f"{written(values(runs, 'discriminator_loss'))}, in single epochs {extremes(runs)}, and L_G on "
        f"average {written(values(runs, 'generator_loss'))}. "
    )
    failed = [faults(one, real) for one in runs.values()]
    if not any(failed):
        return head + "There is no collapse: the samples pass every measure, as they do at balanced rates."
    every = list(dict.fromkeys(fault for one in failed for fault in one))
    how = f"In the last epoch {sum(map(bool, failed))} of {len(failed)} runs fail: {', '.join(every)}. "
    low = [number(min(values(runs, term)), 2) for term in ("least_diversity", "least_variety")]
    how += (
        f"In the worst epoch of the last half, samples of a run have {low[0]} classes and variety {low[1]}. "
    )
    return (
        head
        + how
        + reason(runs).format(
            right=percent(right(runs), 0),
            low=number(mean(runs, "least_variety"), 2),
            high=number(mean(runs, "variety"), 2),
            step=number(entry["generator_rate"] / entry["discriminator_rate"], 1),
        )
    )


def reason(runs: Runs) -> str:
    """What the discriminator has to do with a failure, as far as its loss and its answers tell."""
    if is_starved(runs):
        return STARVED
    if has_run_away(runs):
        return RUN_AWAY
    if mean(runs, "discriminator_loss") > LOG_4:
        return OVERSHOOTS
    return UNSTEADY if strays(runs) else UNSEEN


MEASURES = {"diversity": "classes, of ten", "confidence": "judge's confidence", "variety": "variety"}
# A run's pictures pass for digits with no less than these shares of what test images reach, …
DIVERSE, VARIED, SURE = 0.8, 0.7, 0.8
FAR = 1.5  # … and no farther from training images than this, as a multiple of test images' distance
SEES_THROUGH = 0.9  # share of pictures put right above which the discriminator sees through nearly everything
SEES = "the discriminator sees through nearly everything"
RISEN = 0.9  # variety rises clearly if its least is below this share of its last, …
STEADY = 0.5  # … and steadily if `steadiness` is above this
STILL = 0.25  # range of a loss, as a share of its mean, below which it counts as standing still
FLOOR = 1e-4  # losses are drawn from here on

PROCEDURE = """
A small DCGAN (`stages/models/gan.py` has both objectives and every deviation from
Radford et al., 2016) is trained on the clean training digits, {runs} seeds for each of three pairs of
learning rates. Batch by batch the discriminator D takes a step down L_D = −E[log D(x)] − E[log(1 −
D(G(z)))], then the generator G one down L_G = −E[log D(G(z))]; the loop is
`stages/common/adversarial_training.py`.

After each epoch the same random codes are decoded. A classifier (error on test images: {error}) says which
digits they look like. *Classes* is exp of the entropy of the digits' shares: ten if all are equally
frequent, one if there is only one. *Variety* is the mean squared distance between two samples over that
between two training images. *Distance* is that to the nearest training image, 1 for test images: far below
1 would be copies, far above 1 no digits. A classifier is sure of many pictures that are no digits, so no
measure stands alone: a run passes if classes, confidence, variety and distance all do.
"""
STILL_WORD, SWING_WORD = "come to a standstill", "go on swinging"
STANDSTILL = "convergence is a standstill of two opponents, not a loss that falls."
SWINGS = "the losses go on swinging, although the pictures pass."
RUN_AWAY = (
    "On average over these epochs the discriminator puts {right} of the pictures right. It is so sure that "
    "its answer hardly changes from one made picture to another, and the generator is left without a "
    "direction."
)
STARVED = (
    "Variety still rises, from {low} to {high} (means of the runs): this generator is starved rather than "
    "collapsed. It learns slowly, since the discriminator sees through nearly everything (it puts {right} of "
    "the pictures right) and the generator's learning rate is {step} times the discriminator's; which of the "
    "two holds it back more was not measured."
)
OVERSHOOTS = (
    "On average over these epochs the discriminator puts {right} of the pictures right, and pays more than "
    "one that cannot tell at all (log 4): its steps overshoot, and what it was sure of a batch ago is wrong "
    "by now. When the training stops decides which of its epochs one sees."
)
UNSTEADY = (
    "On average over these epochs the discriminator puts {right} of the pictures right, but not steadily: in "
    "some epoch it pays more than one that cannot tell at all (log 4)."
)
UNSEEN = (
    "On average over these epochs the discriminator puts {right} of the pictures right; its loss alone would "
    "not give the failure away."
)
LIMITS = """
**What the losses tell.** Which player is ahead, and whether the two still move each other. Not how good the
pictures are: losses may stand still while pictures change, and a discriminator that has learned nothing
would show log 4 and log 2 as well. There is no validation loss to stop at either, so the samples themselves
have to be looked at. All of these are small networks, trained on few images and not for long: see for
yourself how many of the pictures are digits.
"""
CAPTION_SAMPLES = f"""
Pictures from the same {ROWS * COLUMNS} codes after each epoch, at three pairs of learning rates, one run of
each.

Read off: whether a code's picture settles (strokes first, digits later, and at last which digit it is), jumps
from epoch to epoch, stays noise, or becomes like all others.

Not to be read off: shares of digits. These are too few to count.
"""
CAPTION_LOSSES = f"""
Mean over the updates of each epoch; lines are means of the runs, dots single runs. Dashed: L_D = log 4
(above) and L_G = log 2 (below), what both pay when the discriminator cannot tell. Scales are
logarithmic, one for each panel; losses below {number(FLOOR, 1)} are drawn there.

Read off: standstill with both losses in sight of the dashed lines; one loss near 0 while the other is
large: one player has run away; both far above the lines: steps too long for either.

Not to be read off: how good the pictures are, nor that a lower loss is better.
"""
CAPTION_MEASURES = """
Of samples from the same codes after each epoch; lines are means of the runs, dots single runs. Classes: exp
of the entropy of the digits' shares. Confidence: the classifier's mean probability for its own answer.
Variety: mean squared distance between two samples, 1 as between training images.

Read off: when samples begin to look like digits, and whether classes or variety are lost again.

Not to be read off: quality from any one of them. A classifier may be sure of pictures that are no digits.
"""
CAPTION_SHARES = """
Share of the last epoch's samples that the classifier takes for each digit; bars are means of the runs, dots
single runs. Dashed: a tenth, as among the training images.

Read off: which digits a generator favours, and which it has dropped.

Not to be read off: that the pictures are digits. The classifier has to name one for noise, too.
"""
LOOK_SAMPLES = "at which epoch a code has found its digit, and what becomes of the codes at the other rates."
LOOK_LOSSES = "which pair of losses comes to a standstill, which leaves the dashed lines, and which way."
LOOK_MEASURES = "confidence that goes on rising where the losses stand still, and dips of classes or variety."
LOOK_SHARES = "bars near the dashed line, and digits that a generator has dropped."

if __name__ == "__main__":
    run(main)
