"""What of `params.yaml` the page prints, and the words for it.

The models' own settings classes check far more, but live with the networks: to import them would load
PyTorch, which takes longer than making the page.
"""

from typing import Literal

from stages.common.datasets import SIDE
from stages.common.settings import StageSettings
from stages.pages.measures import SPACE


class Data(StageSettings):
    """Of the section `data`."""

    dataset: str


class Noise(StageSettings):
    """Of the section `noise`."""

    kind: str
    amount: float
    fresh: bool

    def __str__(self) -> str:
        amount = (
            f"standard deviation {self.amount:g}"
            if self.kind == "gaussian"
            else f"{100 * self.amount:g}{SPACE}% of the pixels"
        )
        return f"{self.kind}, {amount}, {'new in every epoch' if self.fresh else 'the same in every epoch'}"


class Training(StageSettings):
    """Of every model's section."""

    epochs: int
    batch_size: int
    learning_rate: float
    schedule: str
    optimizer: str

    @property
    def training(self) -> str:
        """How the model was optimised."""
        schedule = "one-cycle, at most" if self.schedule == "one-cycle" else "constant,"
        return (
            f"{self.optimizer}, batches of {self.batch_size}, learning rate {schedule} {self.learning_rate:g}"
        )


class Ae(Training):
    """Of the section `ae`."""

    architecture: str
    channels: tuple[int, ...]
    hidden: tuple[int, ...]
    objective: str

    @property
    def network(self) -> str:
        """The encoder's layers before the code."""
        return _layers(self.architecture, self.channels, self.hidden)


class Vae(Training):
    """Of the section `vae`."""

    architecture: str
    channels: tuple[int, ...]
    hidden: tuple[int, ...]
    beta: float

    @property
    def network(self) -> str:
        """The encoder's layers before the code."""
        return _layers(self.architecture, self.channels, self.hidden)

    @property
    def objective(self) -> str:
        """The loss."""
        return f"cross-entropy + {self.beta:g} · KL"


class Layer(StageSettings):
    """Of a layer of `wta.stack`."""

    architecture: Literal["dense", "conv"]
    size: int
    lifetime: float


class Wta(Training):
    """Of the section `wta`."""

    architecture: Literal["dense", "conv"]
    units: int
    maps: int
    lifetime: float
    noisy_input: bool
    stack: tuple[Layer, ...]

    objective: str = "mean-squared-error"

    @property
    def network(self) -> str:
        """The encoder's layers, the code included."""
        return ", then ".join(f"{layer.architecture}, {_size(layer)}" for layer in self._stacked)

    @property
    def code(self) -> str:
        """The size of the code in words."""
        return _size(self.top)

    @property
    def top(self) -> Layer:
        """The layer whose winners are the code."""
        return self._stacked[-1]

    @property
    def _stacked(self) -> tuple[Layer, ...]:
        size = self.units if self.architecture == "dense" else self.maps
        return (Layer(architecture=self.architecture, size=size, lifetime=self.lifetime), *self.stack)


def _size(layer: Layer) -> str:
    return f"{layer.size} {'units' if layer.architecture == 'dense' else 'maps'}"


def _layers(architecture: str, channels: tuple[int, ...], hidden: tuple[int, ...]) -> str:
    if architecture == "dense":
        return "dense, " + "–".join(str(size) for size in (SIDE**2, *hidden))
    return f"{architecture}, {' and '.join(str(count) for count in channels)} filters"
