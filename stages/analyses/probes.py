"""How much a simple classifier can read off the codes: a linear SVM and k nearest neighbours.

The linear SVM is the one that LIBLINEAR calls L2-regularised, L2-loss, primal, one class against the rest:

    min_w  ½ ‖w‖² + C Σ_i max(0, 1 − t_i (w · u_i))²         u: features and a constant 1; t: ±1

C is chosen by the loss on validation images; then the SVM is trained again on training and validation images
together. It is minimised by SciPy's L-BFGS, since LIBLINEAR copies dense features to 16 bytes a number: 6 GB
for the 6272 features of a convolutional model on MNIST.

Reference: Fan et al., *LIBLINEAR*, JMLR 2008, equation (1) and table 1.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Shaped, UInt8
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

TOLERANCE = 1e-6  # relative decrease at which L-BFGS stops
ROUGH = 1e-5  # the same while C is chosen, which decides between errors that differ by more
MAX_ITERATIONS = 1000  # 60 000 × 2000 features take some hundred


@dataclass(frozen=True)
class LinearProbe:
    """A linear SVM: `weights` (features + 1, classes) of features divided by `scale`; the bias is last."""

    weights: Float[np.ndarray, "inputs classes"]
    classes: UInt8[np.ndarray, "classes"]
    scale: float
    c: float

    def scores(self, features: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n classes"]:
        """w · u of each class."""
        return features @ (self.weights[:-1] / self.scale) + self.weights[-1]

    def wrong(
        self, features: Float[np.ndarray, "n d"], labels: UInt8[np.ndarray, "n"]
    ) -> Bool[np.ndarray, "n"]:
        """Which images are given the wrong class."""
        return self.classes[self.scores(features).argmax(axis=1)] != labels

    def error(self, features: Float[np.ndarray, "n d"], labels: UInt8[np.ndarray, "n"]) -> float:
        """Share of images given the wrong class."""
        return float(np.mean(self.wrong(features, labels)))

    def loss(self, features: Float[np.ndarray, "n d"], labels: UInt8[np.ndarray, "n"]) -> float:
        """Squared hinge loss as in the objective, summed over classes, mean over images."""
        signs = np.where(labels[:, None] == self.classes, 1, -1)
        slack = np.maximum(1 - signs * self.scores(features), 0)
        return float(np.square(slack, dtype=np.float64).sum(axis=1).mean())


def fit_linear_probe(
    features: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    validation: int,
    cs: tuple[float, ...],
) -> LinearProbe:
    """Linear SVM on all `features`, with the C of `cs` whose loss is smallest on the last `validation`."""
    known = len(labels) - validation
    probes: list[LinearProbe] = []
    for c in sorted(cs):  # from strong regularisation to weak: each starts from its neighbour's solution
        start = probes[-1].weights if probes else None
        probes.append(fit_svm(features[:known], labels[:known], c, start, ROUGH))
    # By the loss, not by the error, in which some images more or less put wrong, or a tie, would decide.
    best = min(probes, key=lambda probe: probe.loss(features[known:], labels[known:]))
    return fit_svm(features, labels, best.c, best.weights)


def fit_svm(
    features: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    c: float,
    start: Float[np.ndarray, "inputs classes"] | None = None,
    tolerance: float = TOLERANCE,
) -> LinearProbe:
    """Minimise the objective above for one C, from `start` or from 0.

    Features are divided by the root mean square of their lengths, so that C means the same for every model.
    """
    classes, targets = np.unique(labels, return_inverse=True)
    signs = np.where(
        targets[:, None] == np.arange(len(classes)), np.float32(1), np.float32(-1)
    )  # t: (n, classes)
    scale = float(np.sqrt(np.einsum("nd,nd->", features, features, dtype=np.float64) / len(features))) or 1.0
    shape = (features.shape[1] + 1, len(classes))
    halves = slice(None, len(labels) // 2), slice(len(labels) // 2, None)

    def hinges(part: slice, weights: Float[np.ndarray, "inputs classes"]) -> tuple[float, Any, Any]:
        """Σ max(0, 1 − t (w · u))² over some images, and its gradient, that of the bias apart."""
        some = features[part]
        margins = signs[part] * (some @ (weights[:-1] / scale) + weights[-1])  # t (w · u)
        slack = np.maximum(1 - margins, 0)
        pull = -2 * signs[part] * slack  # (n, classes)
        return np.square(slack, dtype=np.float64).sum(), some.T @ (pull / scale), pull.sum(axis=0)

    def objective(flat: Float[np.ndarray, "weights"]) -> tuple[float, Float[np.ndarray, "weights"]]:
        weights = flat.astype(np.float32).reshape(shape)
        first, second = pool.map(hinges, halves, (weights, weights))
        value, pull, bias = (one + other for one, other in zip(first, second, strict=True))
        gradient = weights + np.float32(c) * np.vstack([pull, bias])
        return float(0.5 * np.dot(flat, flat) + c * value), gradient.ravel().astype(np.float64)

    first = np.zeros(shape) if start is None else start
    options = {"maxiter": MAX_ITERATIONS, "ftol": tolerance, "maxcor": 20}
    # Always in two halves, whatever the machine has: another number of summands would round differently. A
    # thread in each: products with ten columns gain little from more, and lose all of it when a core is busy.
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        solution = minimize(
            objective, first.ravel().astype(np.float64), jac=True, method="L-BFGS-B", options=options
        )
    return LinearProbe(solution.x.astype(np.float32).reshape(shape), classes, scale, c)


def wrong_by_neighbours(
    codes: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    test_codes: Float[np.ndarray, "m d"],
    test_labels: UInt8[np.ndarray, "m"],
    neighbours: int,
) -> Bool[np.ndarray, "m"]:
    """Which test images the majority of their nearest training codes (Euclidean) puts wrong."""
    # Here, since importing it takes two seconds, which `embed` has beside its model.
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbours, len(codes)), algorithm="brute").fit(codes, labels)
    return classifier.predict(test_codes) != test_labels


def knn_error(
    codes: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    test_codes: Float[np.ndarray, "m d"],
    test_labels: UInt8[np.ndarray, "m"],
    neighbours: int,
) -> float:
    """The share of them."""
    return float(np.mean(wrong_by_neighbours(codes, labels, test_codes, test_labels, neighbours)))


def leave_one_out_error(points: Float[np.ndarray, "n d"], labels: Shaped[np.ndarray, "n"]) -> float:
    """Share of points whose nearest *other* point has another class: 1-NN error within one set."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(1).fit(points, labels)
    nearest = classifier.kneighbors(return_distance=False)[:, 0]  # without X: not the point itself
    return float(np.mean(labels[nearest] != labels))
