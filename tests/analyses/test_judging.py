import numpy as np
import pytest

from stages.analyses.judging import class_shares, confidence, diversity, error, judge
from stages.models.classifier import Classifier
from tests.small import CPU


def sure(*classes):
    return np.eye(10, dtype=np.float32)[list(classes)]


def test_shares_count_the_likeliest_class():
    np.testing.assert_allclose(class_shares(sure(0, 0, 1, 9)), [0.5, 0.25, *[0] * 7, 0.25])


def test_diversity_counts_equally_frequent_classes():
    assert diversity(class_shares(sure(*range(10)))) == pytest.approx(10)
    assert diversity(class_shares(sure(4, 4, 4))) == pytest.approx(1)
    assert 1 < diversity(class_shares(sure(1, 1, 1, 2))) < 2


def test_confidence_is_one_when_sure_and_a_tenth_when_clueless():
    assert confidence(sure(3, 5)) == pytest.approx(1)
    assert confidence(np.full((4, 10), 0.1, np.float32)) == pytest.approx(0.1)


def test_error_is_the_share_put_wrong():
    assert error(sure(1, 2, 3, 4), np.array([1, 2, 3, 0], np.uint8)) == 0.25


def test_a_judge_gives_probabilities_of_pictures():
    import torch
    from torch import nn

    model = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(784, 6)), 6)
    images = np.random.default_rng(0).integers(0, 256, (7, 28, 28), np.uint8)
    found = judge(model, images, CPU)
    with torch.no_grad():
        expected = model.probabilities(torch.from_numpy(images)[:, None] / 255)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-4)
