"""How much a simple classifier can read off the codes: a linear SVM and k nearest neighbours.

The linear SVM is the one that LIBLINEAR calls L2-regularised, L2-loss, primal, one class against the rest:

    min_w  ½ ‖w‖² + C Σ_i max(0, 1 − t_i (w · u_i))²         u: features and a constant 1; t: ±1

C is chosen on validation images; then the SVM is trained again on training and validation images together.
It is minimised by SciPy's L-BFGS, since LIBLINEAR copies dense features to 16 bytes a number: 6 GB for the
6272 features of a convolutional model on MNIST.

Reference: Fan et al., *LIBLINEAR*, JMLR 2008, equation (1) and table 1.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Shaped, UInt8
from scipy.optimize import minimize
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits
from torch import Tensor

MAX_ITERATIONS = 2000  # of L-BFGS: a bound that no run should reach
# L-BFGS stops when a step lowers the objective by less than this share of it. Measured, the objective is then
# less than 1e-3 and 1e-4 of itself above its minimum; the first is enough to compare values of C.
ROUGH, FINE = 1e-5, 1e-6


@dataclass(frozen=True)
class LinearProbe:
    """A linear SVM on features divided by `scale`; the last row of `weights` is the bias."""

    weights: Float[Tensor, "inputs classes"]
    classes: UInt8[np.ndarray, "classes"]
    scale: float
    c: float

    def error(self, features: Float[np.ndarray, "n d"], labels: UInt8[np.ndarray, "n"]) -> float:
        """Share of images given the wrong class."""
        scores = torch.addmm(self.weights[-1], torch.from_numpy(features), self.weights[:-1] / self.scale)
        return float(np.mean(self.classes[scores.argmax(dim=1).numpy()] != labels))


def fit_linear_probe(
    features: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    validation: int,
    cs: tuple[float, ...],
) -> LinearProbe:
    """Linear SVM on all `features`, with the C of `cs` that does best on the last `validation` of them.

    Features are divided by their overall root mean square times √d, so that a code has length about 1 and
    C means the same for every model.
    """
    known = len(labels) - validation
    best, best_error = None, np.inf
    weights = None
    for c in sorted(cs):  # from strong regularisation to weak: each start is the neighbour's solution
        probe = fit_svm(features[:known], labels[:known], c, weights, ROUGH)
        weights = probe.weights
        error = probe.error(features[known:], labels[known:])
        if error < best_error:
            best, best_error = probe, error
    return fit_svm(features, labels, best.c, best.weights)


def fit_svm(
    features: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    c: float,
    start: Float[Tensor, "inputs classes"] | None = None,
    tolerance: float = FINE,
) -> LinearProbe:
    """Minimise the objective above for one C, from `start` or from 0, to a relative `tolerance`."""
    classes, targets = np.unique(labels, return_inverse=True)
    scale = float(np.sqrt(np.einsum("nd,nd->", features, features, dtype=np.float64) / len(features))) or 1.0
    inputs = torch.from_numpy(features)
    signs = torch.full((len(labels), len(classes)), -1.0).scatter_(1, torch.from_numpy(targets)[:, None], 1.0)
    shape = (features.shape[1] + 1, len(classes))

    def objective(flat: Float[np.ndarray, "weights"]) -> tuple[float, Float[np.ndarray, "weights"]]:
        weights = torch.from_numpy(flat).float().view(shape)
        margins = torch.addmm(weights[-1], inputs, weights[:-1] / scale).mul_(signs)
        slack = (1 - margins).clamp_(min=0)  # (n, classes)
        value = 0.5 * weights.square().sum(dtype=torch.float64) + c * slack.square().sum(dtype=torch.float64)
        pull = slack.mul_(signs).mul_(-2 * c)
        gradient = weights + torch.cat([inputs.T @ pull / scale, pull.sum(dim=0, keepdim=True)])
        return float(value), gradient.double().numpy().ravel()

    first = np.zeros(shape) if start is None else start.double().numpy()
    options = {"maxiter": MAX_ITERATIONS, "maxfun": 2 * MAX_ITERATIONS, "ftol": tolerance}
    with threadpool_limits(1, "blas"):  # the threads of SciPy's vector sums would only get in PyTorch's way
        solution = minimize(objective, first.ravel(), jac=True, method="L-BFGS-B", options=options)
    return LinearProbe(torch.from_numpy(solution.x).float().view(shape), classes, scale, c)


def knn_error(
    codes: Float[np.ndarray, "n d"],
    labels: UInt8[np.ndarray, "n"],
    test_codes: Float[np.ndarray, "m d"],
    test_labels: UInt8[np.ndarray, "m"],
    neighbours: int,
) -> float:
    """Share of test images that the majority of their nearest training codes (Euclidean) puts wrong."""
    classifier = KNeighborsClassifier(min(neighbours, len(codes)), algorithm="brute").fit(codes, labels)
    return float(np.mean(classifier.predict(test_codes) != test_labels))


def leave_one_out_error(points: Float[np.ndarray, "n d"], labels: Shaped[np.ndarray, "n"]) -> float:
    """Share of points whose nearest *other* point has another class: 1-NN error within one set."""
    classifier = KNeighborsClassifier(1).fit(points, labels)
    nearest = classifier.kneighbors(return_distance=False)[:, 0]  # without X: not the point itself
    return float(np.mean(labels[nearest] != labels))
