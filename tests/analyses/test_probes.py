"""Linear probe and nearest neighbours, against scikit-learn, loops, and cases with a known answer."""

import inspect

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from stages.analyses.probes import fit_linear_probe, fit_svm, knn_error, leave_one_out_error

RANDOM = np.random.default_rng(0)


def blobs(count: int, classes: int = 3, width: int = 4, spread: float = 1.0, seed: int = 0):
    """Overlapping Gaussian clouds, one a class, off the origin and on a scale of their own."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(7).normal(0, 1.5, (classes, width))
    labels = random.integers(0, classes, count).astype(np.uint8)
    features = centres[labels] + random.normal(0, spread, (count, width)) + 2
    return (30 * features).astype(np.float32), labels


def reference(features: np.ndarray, labels: np.ndarray, c: float) -> LinearSVC:
    """LIBLINEAR's solution of the objective in the module's docstring, on features of mean length 1."""
    scale = np.sqrt(np.square(features, dtype=np.float64).sum(axis=1).mean())
    svm = LinearSVC(C=c, loss="squared_hinge", dual=False, intercept_scaling=1, tol=1e-8, max_iter=100_000)
    return svm.fit(features / scale, labels)


@pytest.mark.parametrize("c", [0.01, 0.1, 1.0, 10.0])
def test_the_svm_is_liblinears(c):
    features, labels = blobs(300)
    probe, svm = fit_svm(features, labels, c), reference(features, labels, c)
    np.testing.assert_allclose(probe.weights[:-1].T, svm.coef_, rtol=0.02, atol=0.02)
    np.testing.assert_allclose(probe.weights[-1], svm.intercept_, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("c", [0.01, 1.0])
def test_its_error_is_liblinears(c):
    features, labels = blobs(300)
    test_features, test_labels = blobs(500, seed=1)
    svm = reference(features, labels, c)
    scale = np.sqrt(np.square(features, dtype=np.float64).sum(axis=1).mean())
    expected = 1 - svm.score(test_features / scale, test_labels)
    assert fit_svm(features, labels, c).error(test_features, test_labels) == pytest.approx(
        expected, abs=0.004
    )


def test_two_classes_and_labels_with_gaps_keep_their_names():
    features, labels = blobs(200, classes=2, spread=0.3)
    named = np.array([3, 8], np.uint8)[labels]
    probe = fit_svm(features, named, 1.0)
    assert probe.classes.tolist() == [3, 8]
    assert probe.error(features, named) < 0.05


def test_a_start_near_the_solution_changes_nothing_but_the_way():
    features, labels = blobs(300)
    start = fit_svm(features, labels, 0.1).weights
    cold, warm = fit_svm(features, labels, 1.0), fit_svm(features, labels, 1.0, start)
    np.testing.assert_allclose(cold.weights, warm.weights, atol=0.02)


def test_the_scale_of_the_features_drops_out():
    features, labels = blobs(300)
    one, other = fit_svm(features, labels, 1.0), fit_svm(features * 1000, labels, 1.0)
    np.testing.assert_allclose(one.weights, other.weights, atol=0.01)
    assert other.error(features * 1000, labels) == one.error(features, labels)


def test_features_that_are_all_zero_are_survived():
    labels = np.array([0, 1, 1], np.uint8)
    probe = fit_svm(np.zeros((3, 2), np.float32), labels, 1.0)
    assert probe.error(np.zeros((3, 2), np.float32), labels) == pytest.approx(1 / 3)


# --- the choice of C: with a tiny C everything goes to the larger class, with a large one the sign decides


def one_sided(validation_labels):
    """80 : 20 training points whose class is the sign of x, and validation points of the given labels."""
    x = np.concatenate([np.linspace(0.5, 1.5, 80), np.linspace(-1.5, -0.5, 20), np.linspace(-1, 1, 40)])
    labels = np.concatenate([np.zeros(80), np.ones(20), validation_labels]).astype(np.uint8)
    return x[:, None].astype(np.float32), labels


BY_SIGN = (np.linspace(-1, 1, 40) < 0).astype(np.uint8)
ALL_ALIKE = np.zeros(40, np.uint8)
CS = (1e-6, 10.0)


@pytest.mark.parametrize(("validation_labels", "chosen"), [(BY_SIGN, 10.0), (ALL_ALIKE, 1e-6)])
def test_c_is_the_one_that_does_best_on_the_validation_images(validation_labels, chosen):
    assert fit_linear_probe(*one_sided(validation_labels), 40, CS).c == chosen


def test_c_is_not_the_one_that_would_do_best_on_the_test_images():
    features, labels = one_sided(ALL_ALIKE)
    test_features, test_labels = features[-40:], BY_SIGN
    errors = {c: fit_svm(features, labels, c).error(test_features, test_labels) for c in CS}
    probe = fit_linear_probe(features, labels, 40, CS)
    assert errors[10.0] < errors[1e-6]  # test images would choose otherwise
    assert probe.c == 1e-6
    assert probe.error(test_features, test_labels) == errors[1e-6]
    assert not [name for name in inspect.signature(fit_linear_probe).parameters if "test" in name]


def test_the_order_of_the_cs_plays_no_part():
    features, labels = blobs(200, spread=0.05)
    chosen = {fit_linear_probe(features, labels, 50, cs).c for cs in ((10.0, 1.0, 0.1), (0.1, 1.0, 10.0))}
    assert len(chosen) == 1


def test_the_loss_is_the_squared_hinge_of_the_objective():
    features, labels = blobs(30)
    probe = fit_svm(features, labels, 1.0)
    expected = 0.0
    for code, label in zip(features, labels, strict=True):
        for column, name in enumerate(probe.classes):
            score = code @ probe.weights[:-1, column] / probe.scale + probe.weights[-1, column]
            expected += max(0.0, 1 - (1 if name == label else -1) * score) ** 2
    assert probe.loss(features, labels) == pytest.approx(expected / 30, rel=1e-4)


def test_with_c_chosen_training_uses_the_validation_images_too():
    features, labels = blobs(200)
    probe, expected = fit_linear_probe(features, labels, 50, (1.0,)), fit_svm(features, labels, 1.0)
    np.testing.assert_allclose(probe.weights, expected.weights, atol=0.02)
    without = fit_svm(features[:150], labels[:150], 1.0)
    assert not np.allclose(probe.weights, without.weights, atol=0.02)


# --- nearest neighbours


def test_nearest_neighbours_of_the_training_points_themselves_are_right():
    codes, labels = blobs(50)
    assert knn_error(codes, labels, codes, labels, neighbours=1) == 0


@pytest.mark.parametrize("neighbours", [1, 3, 5])
def test_the_majority_of_the_nearest_decides_as_in_plain_loops(neighbours):
    codes, labels = blobs(80, classes=2)
    test_codes, test_labels = blobs(40, classes=2, seed=1)
    wrong = 0
    for code, label in zip(test_codes, test_labels, strict=True):
        nearest = sorted(range(80), key=lambda i: sum((codes[i] - code) ** 2))[:neighbours]
        votes = [int(labels[i]) for i in nearest]
        wrong += max(set(votes), key=votes.count) != label
    assert knn_error(codes, labels, test_codes, test_labels, neighbours) == wrong / 40 > 0


def test_more_neighbours_than_points_are_all_points():
    codes, labels = blobs(9, classes=2)
    assert knn_error(codes, labels, codes, labels, 50) == knn_error(codes, labels, codes, labels, 9)


def test_leave_one_out_never_takes_the_point_itself():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 0.0], [9.0, 1.0]])
    assert leave_one_out_error(points, np.array([0, 1, 2, 3])) == 1
    assert leave_one_out_error(points, np.array([0, 0, 1, 1])) == 0
    assert leave_one_out_error(points, np.array([0, 0, 1, 2])) == 0.5
