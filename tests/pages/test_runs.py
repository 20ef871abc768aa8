import numpy as np

from stages.pages.runs import by_seed, columns, mean, values

SMALL = by_seed([{"mse": 0.1, "dead": 3}, {"mse": 0.3, "dead": 4}])
LARGE = by_seed([{"mse": 0.5, "dead": 0}, {"mse": 0.7, "dead": 0}])


def test_runs_are_named_by_their_seeds_in_order():
    assert by_seed("ab") == {"seed0": "a", "seed1": "b"}


def test_a_measure_is_taken_of_every_run():
    assert values(SMALL, "mse") == [0.1, 0.3]
    assert mean(SMALL, "dead") == 3.5


def test_a_row_is_a_run_and_a_column_a_setting():
    found = columns([SMALL, LARGE], "dead")
    assert np.array_equal(found, [[3, 0], [4, 0]])
    assert found.dtype == float
