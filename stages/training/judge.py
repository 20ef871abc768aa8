"""The classifier that studies of generated digits ask what they have made."""

from stages.common.runtime import Runtime, seeded_weights
from stages.images.datasets import Images, NoisyImages
from stages.images.parts import Parts
from stages.models import classifier
from stages.training.loop import fit


def train_judge(
    settings: classifier.Settings, latent: int, parts: Parts, runtime: Runtime, seed: int
) -> classifier.Classifier:
    """Train it on the clean training images and their labels; `latent` is the width of its last hidden layer.

    Raises:
        StudyError: the loss is not finite.
    """
    with seeded_weights(seed):
        judge = classifier.build(settings, latent)
    fit(judge, _labelled(parts.train), _labelled(parts.validation), settings, runtime, seed)
    return judge.cpu().eval().requires_grad_(False)


def _labelled(images: NoisyImages) -> Images:
    return Images(images.clean, images.labels)
