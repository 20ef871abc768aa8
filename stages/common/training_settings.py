"""How a network is optimised: the settings that every model has, and that the training loop reads."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from stages.common.settings import BatchSize, Count, Rate, Section, needed_by


class Sgd(Section):
    """Of `optimizer: sgd`."""

    momentum: float = Field(ge=0, lt=1, description="share of the last step that the next one keeps")


class TrainingSettings(Section):
    """How a model is optimised; part of every model's section of `params.yaml`."""

    takes_latent: ClassVar[bool] = True  # whether `latent` is the size of the model's code

    epochs: Count = Field(description="passes over the training images")
    batch_size: BatchSize = Field(description="images per update")
    learning_rate: Rate = Field(description="step size; with one-cycle its maximum")
    schedule: Literal["constant", "one-cycle"] = Field(description="learning rate over the updates")
    optimizer: Literal["adam", "sgd"] = Field(description="adam, or SGD with momentum")
    sgd: Annotated[Sgd | None, needed_by("optimizer", "sgd")] = None
