"""check-params: refuse a bad params.yaml, and images that cannot be used, before any work.

DVC accepts a mistyped key that was added by hand or by `-S +key=…`, and a value of any type; this stage
does not. Its output says nothing but that it ran, so it orders the others and never invalidates them. It also
says where this computer cannot give the committed bytes, and goes on.
"""

from importlib import import_module
from pathlib import Path

from pydantic import ConfigDict, create_model

from stages.analyses.explore_settings import ExploreSettings
from stages.analyses.settings import EmbedSettings, TsneSettings
from stages.cards.card import keys
from stages.common import versions
from stages.common.artifacts import written_whole
from stages.common.errors import StudyError, run
from stages.common.parallel_settings import ParallelSettings
from stages.common.settings import Arithmetic, Latent, Processes, Seed, StageSettings
from stages.images import sources
from stages.images.noise import NoiseSettings


class OfAllModels(StageSettings):
    """All of params.yaml but the models' own sections; a key that is not here is unknown."""

    model_config = ConfigDict(extra="forbid")

    seed: Seed
    latent: Latent
    arithmetic: Arithmetic
    processes: Processes
    parallel: ParallelSettings
    data: sources.DataSettings
    noise: NoiseSettings
    embed: EmbedSettings
    tsne: TsneSettings
    explore: ExploreSettings


# With a card, a model is known; its settings are in the file of its name.
OF_MODELS = {key: (import_module(f"stages.models.{key}").Settings, ...) for key in keys()}
Settings = create_model("Settings", __base__=OfAllModels, **OF_MODELS)


def main() -> None:
    """Check, and say so."""
    settings = Settings.read()
    shape, test_images = sources.check(settings.data, settings.seed)
    check_maps(settings)
    settings.tsne.check_against(test_images)
    for key in keys():
        getattr(settings, key).check_against(shape)
    if settings.arithmetic == "portable":
        for difference in versions.differences():
            print(f"check-params: {difference}; expect other bytes than the committed ones")
    with written_whole(Path("data/params.ok")) as temporary:
        temporary.write_text("params.yaml was accepted\n")


def check_maps(settings: OfAllModels) -> None:
    """Raises StudyError where more images are mapped than encoded: beyond those, codes skip images."""
    mapped, encoded = settings.tsne.images, settings.embed.most_images
    if mapped > encoded:
        raise StudyError(
            f"tsne.images is {mapped}; it should be at most embed.most_images, which is {encoded}"
        )


if __name__ == "__main__":
    run(main)
