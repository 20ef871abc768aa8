"""measure-judges: train what tells a made-up digit from a real one, and see whether it can.

A *critic* learns real images against impostors that are made of real ones (`images/impostors.py`), both
softened; a *classifier* learns the classes. Both are kept for the other studies. Both are then shown test
images, impostors made of test images, and, since it is decoders that they are to judge, what the main line's
autoencoders make of noisy test images: reconstructions, which should pass, and cross-fades of two of them,
which should not.

data/raw, data/noisy, data/models → data/studies/judges: what every study leaves; `critic`, `classifier`
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from pydantic import Field
from torch import nn

from stages.analyses.batches import map_images
from stages.analyses.judging import Judges, error
from stages.analyses.pairs import pairs_across_classes
from stages.common.errors import run
from stages.common.runtime import seeded_weights
from stages.common.seeds import derived
from stages.common.settings import Count, Fraction, Section
from stages.common.training_settings import TrainingSettings
from stages.images.datasets import Images, NoisyImages
from stages.images.impostors import KINDS, impostors, softened
from stages.images.pixels import to_bytes
from stages.models import classifier, critic
from stages.studies.bench import Bench, save
from stages.studies.judging import JUDGES
from stages.studies.settings import StudySettings
from stages.training.checkpoints import load_model, model_module, save_model
from stages.training.loop import fit
from stages.training.parallel import in_parallel

DECODERS = ("ae", "vae")  # of the main line: the softest
SHOWN = 10
SURE = 0.9  # a probability that counts as sure

Pictures = UInt8[np.ndarray, "_ 28 28"]


class JudgesSection(Section):
    """The section `judges`."""

    accepted: Fraction = Field(description="share of real validation images that the critic is to accept")
    copies: Count = Field(description="of each image, softened otherwise, and as many impostors")
    hidden: Count = Field(description="width of the last hidden layer of both")
    critic: critic.Settings
    classifier: classifier.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    judges: JudgesSection


def main() -> None:
    """Train both, set the threshold, save them, show them pictures that they do not know."""
    settings = Settings.read()
    section, bench = settings.judges, Bench.of(settings)
    parts = (bench.parts.train, bench.parts.validation)
    generator = np.random.default_rng(derived(bench.seed, "impostors"))
    data = {
        "critic": [real_and_made_up(part.clean, part.labels, section.copies, generator) for part in parts],
        "classifier": [Images(part.clean, part.labels) for part in parts],
    }
    jobs = [(name, getattr(section, name), section.hidden, *data[name], bench) for name in data]
    (judge, scores), (namer, named) = in_parallel(trained, jobs, "judges")
    judge.set_threshold(torch.from_numpy(scores_of_real(judge, data["critic"][1], bench)), section.accepted)
    for name, model in (("critic", judge), ("classifier", namer)):
        save_model(JUDGES / name, name, model, getattr(section, name), section.hidden)

    judges, test = Judges(judge, namer, bench.runtime), bench.parts.test
    pictures = unknown_pictures(test, bench, generator)
    save(
        "judges",
        {"sure_from": SURE, "classifier_error": error(judges.probabilities(test.clean), test.labels)},
        {"pictures": {name: images[:SHOWN] for name, images in pictures.items()}},
        verdicts=pd.DataFrame({"pictures": name} | verdict(judges, one) for name, one in pictures.items()),
        epochs=pd.concat({"critic": scores, "classifier": named}, names=["judge"]).reset_index("judge"),
    )


def trained(
    name: str, settings: TrainingSettings, hidden: int, known: Images, unknown: Images, bench: Bench
) -> tuple[nn.Module, pd.DataFrame]:
    """The judge `name`, and its losses by epoch.

    Raises:
        StudyError: the loss is not finite.
    """
    with seeded_weights(bench.seed):
        model = model_module(name).build(settings, hidden)
    history = fit(model, known, unknown, settings, bench.runtime, bench.seed)
    return model.cpu().eval().requires_grad_(False), pd.DataFrame(history)


def real_and_made_up(
    images: Pictures, labels: UInt8[np.ndarray, "n"], copies: int, generator: np.random.Generator
) -> Images:
    """`copies` of each image, labelled 1, and as many impostors of all kinds, labelled 0; all softened."""
    every, classes = (np.concatenate([part] * copies) for part in (images, labels))
    chosen = np.array_split(generator.permutation(len(every)), len(KINDS))
    made_up = [
        impostors(every[some], classes[some], kind, generator)
        for kind, some in zip(KINDS, chosen, strict=True)
    ]
    real = np.repeat(np.array([1, 0], np.uint8), len(every))
    return Images(softened(np.concatenate([every, *made_up]), generator), real)


def scores_of_real(judge: critic.Critic, images: Images, bench: Bench) -> Float[np.ndarray, "n"]:
    """What the critic says of the real ones among `images`."""
    return map_images(judge, images.images[images.labels == 1], bench.runtime)


def unknown_pictures(test: NoisyImages, bench: Bench, generator: np.random.Generator) -> dict[str, Pictures]:
    """Pictures by what they are: real ones, impostors, and what decoders make of real ones."""
    pictures = {"real": test.clean, "real, softened": softened(test.clean, generator)}
    for kind in KINDS:
        pictures[kind] = softened(impostors(test.clean, test.labels, kind, generator), generator)
    noisy = NoisyImages.load("data/noisy/test.npz").noisy
    pairs = pairs_across_classes(test.labels, len(test.labels), generator)
    for name in DECODERS:
        model = load_model(f"data/models/{name}", bench.runtime.device)
        restored = to_bytes(torch.from_numpy(map_images(model.reconstruct, noisy, bench.runtime)))[:, 0]
        first, second = (restored[index].astype(np.uint16) for index in pairs.T)
        pictures[f"{name} restored"] = restored
        pictures[f"{name} cross-fade"] = ((first + second) // 2).astype(np.uint8)
    return pictures


def verdict(judges: Judges, pictures: Pictures) -> dict[str, float]:
    """What the critic accepts, and how sure the classifier is all the same."""
    sure = judges.probabilities(pictures).max(axis=1)
    return {"accepted": float(judges.accepted(pictures).mean()), "sure": float((sure > SURE).mean())}


if __name__ == "__main__":
    run(main)
