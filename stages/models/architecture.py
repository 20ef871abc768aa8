"""What the networks of `networks.py` are built from, as sections of settings; loads no PyTorch.

`architecture` says which layers a network has, and the section of that name how large they are:

    architecture: conv
    conv: {channels: [32, 64]}   # of conv-pool, too; kernel: 5 makes its kernels 5 × 5
    dense: {hidden: [512, 256]}  # may stand there, so that changing one word is enough
"""

from typing import Annotated, Literal

from pydantic import Field

from stages.common.settings import Count, Odd, Section, needed_by
from stages.common.training_settings import TrainingSettings
from stages.images.shape import ImageShape

Activation = Literal["relu", "sigmoid", "tanh", "linear"]
Channels = tuple[Count, Count]
Hidden = tuple[Count, ...]


class Conv(Section):
    """Of `conv` and `conv-pool`."""

    channels: Channels = Field(description="filters of the two convolutions")
    kernel: Odd = Field(3, le=27, description="side of every convolution's kernels")


class Dense(Section):
    """Of `dense`."""

    hidden: Hidden = Field(description="sizes of the hidden layers; none: linear maps")


class NetworkSettings(TrainingSettings):
    """What the models have in common whose encoder and decoder mirror each other."""

    architecture: Literal["conv", "conv-pool", "dense"] = Field(description="see networks.py")
    conv: Annotated[Conv | None, needed_by("architecture", "conv", "conv-pool")] = None
    dense: Annotated[Dense | None, needed_by("architecture", "dense")] = None
    activation: Activation = Field(description="of the hidden layers")

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Hidden layers of `dense`, or filters of the convolutions, from the image up."""
        return self.dense.hidden if self.architecture == "dense" else self.conv.channels

    @property
    def kernel(self) -> int:
        """Side of the kernels; 1 of `dense`, whose layers have none."""
        return 1 if self.architecture == "dense" else self.conv.kernel

    def check_against(self, shape: ImageShape) -> None:
        """Raises StudyError where no such network can be built for images of this shape."""
        if self.architecture != "dense":
            _ = shape.quarter
