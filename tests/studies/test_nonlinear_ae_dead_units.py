import numpy as np

from stages.studies.nonlinear_ae.dead_units import dead_share


def test_a_unit_is_dead_if_no_image_switches_it_on():
    codes = np.array([[0, 1, 0, 0], [0, 0, 2, 0], [0, 3, 0, 0]], np.float32)
    assert dead_share(codes) == 0.5
    assert dead_share(codes + 1) == 0
