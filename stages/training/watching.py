"""Several things to do after each epoch, as the one that `fit` calls."""

from collections.abc import Callable

from torch import nn

AfterEpoch = Callable[[nn.Module], None]


def all_of(*watchers: AfterEpoch) -> AfterEpoch:
    """Call each with the model, in order."""

    def after_epoch(model: nn.Module) -> None:
        for watcher in watchers:
            watcher(model)

    return after_epoch
