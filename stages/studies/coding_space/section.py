"""The section `coding_space` of the studies' settings, and the recipes that it holds."""

from pydantic import Field

from stages.common.settings import Ascending, Count, Latent, Rate, Section
from stages.models import sigmoid_codes

RECIPES = ("sgd", "dense", "conv")  # the first two train the same network, with SGD and with Adam
SHOWN = 24  # pictures of each kind of codes


class Rates(Section):
    """Learning rates to choose from, on validation data."""

    sgd: Ascending[Rate] = Field(min_length=1)
    dense: Ascending[Rate] = Field(min_length=1)
    conv: Ascending[Rate] = Field(min_length=1)


class CodingSpace(Section):
    """The section `coding_space`."""

    latent: Latent
    runs: Count = Field(description="seeds for each recipe")
    samples: int = Field(ge=SHOWN, description="random codes judged, for each way of drawing them")
    paths: Count = Field(description="straight paths from the codes of each digit")
    kernel_pca_codes: int = Field(ge=4, description="codes of training images that are mapped, at most")
    rates: Rates
    trial_epochs: Count = Field(description="for the choice of the rate")
    dense: sigmoid_codes.Settings
    conv: sigmoid_codes.Settings

    def recipe(self, name: str, rate: float, epochs: int | None = None) -> sigmoid_codes.Settings:
        """Settings of one of RECIPES, with another rate (and fewer epochs)."""
        settings = self.conv if name == "conv" else self.dense
        changes = {"optimizer": "sgd" if name == "sgd" else "adam", "learning_rate": rate}
        return settings.model_copy(update=changes | {"epochs": epochs or settings.epochs})
