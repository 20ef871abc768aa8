"""Early stopping: the weights of the epoch that does best on validation data."""

import torch
from torch import Tensor, nn

from stages.common.runtime import Runtime
from stages.images.datasets import Images, NoisyImages
from stages.training.loop import evaluate


class BestEpoch:
    """Keeps the weights of the epoch with the smallest validation loss; `fit` takes it as `after_epoch`.

    Training goes on to the last epoch: patience would be one setting more, and small networks are cheap.
    """

    def __init__(self, validation: NoisyImages | Images, runtime: Runtime) -> None:
        self.validation, self.runtime = validation, runtime
        self.loss, self.epoch, self.weights = torch.inf, 0, dict[str, Tensor]()
        self._seen = 0

    def __call__(self, model: nn.Module) -> None:
        """Look at the model after an epoch."""
        self._seen += 1
        loss = evaluate(model, self.validation, self.runtime, seed=0).means()["loss"]
        if loss < self.loss:
            self.loss, self.epoch = loss, self._seen
            self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}

    def restore(self, model: nn.Module) -> None:
        """Give `model` the weights of the best epoch."""
        model.load_state_dict(self.weights)
