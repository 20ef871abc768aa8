"""Numbers that follow from arrays and history."""

import numpy as np

from stages.analyses.summary import histogram_metrics, training_metrics


def test_training_is_summed_up_by_its_best_epoch():
    assert training_metrics([3.0, 2.0, 2.5]) == {"epochs": 3, "best_epoch": 2, "rise_after_best": 0.25}


def test_coordinates_wider_than_the_prior_are_counted():
    codes = np.array([[-2.0, 0.5, 0], [2.0, -0.5, 0]])
    assert histogram_metrics(codes) == {"coordinates": 3, "wider_than_prior": 1}
