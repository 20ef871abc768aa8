"""Early stopping: the best epoch's weights come back, whatever came later."""

import torch
from torch import nn

from stages.images.datasets import Images
from stages.studies.supervised_features.best_epoch import BestEpoch
from tests.small import CPU


class Scripted(nn.Module):
    """Its one weight is its loss."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))

    def loss(self, images, labels, generator):
        return {"loss": self.weight.clone(), "error": -self.weight}


def test_the_epoch_with_the_smallest_validation_loss_is_kept(digits):
    model = Scripted()
    best = BestEpoch(Images(digits.validation.clean, digits.validation.labels), CPU)
    for loss in (3.0, 1.0, 2.0, 1.0, 5.0):
        model.weight.data.fill_(loss)
        best(model)
    assert model.weight.item() == 5
    assert (best.epoch, best.loss) == (2, 1.0)  # the first of two equals
    best.restore(model)
    assert model.weight.item() == 1
