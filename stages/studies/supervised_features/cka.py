"""How alike two representations of the same images are: linear centred kernel alignment (CKA).

    K = X Xᵀ, L = Y Yᵀ            X: (n, p), Y: (n, q), columns centred; K, L: (n, n), which images are alike
    CKA = ⟨K, L⟩ / (‖K‖ ‖L‖)      ⟨K, L⟩ = Σ_ij K_ij L_ij = ‖Yᵀ X‖²; Frobenius norms

1 where the two agree, up to one scale, on which images are alike; 0 where X and Y are uncorrelated. No
rotation of either, no reflection and no common scale changes it; a scale of single units does, so that
the directions of largest variance decide. It never falls to 0 for unrelated representations of finitely many
images: compare with what untrained networks, and shuffled images, reach.

Reference: Kornblith, Norouzi, Lee & Hinton, *Similarity of Neural Network Representations Revisited*, ICML
2019 (arXiv 1905.00414), equations (3) and (4) and section 3.
"""

import numpy as np
from jaxtyping import Float


def gram(features: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n n"]:
    """K: inner products of all images' features, the mean over the images taken away."""
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)
    return centred @ centred.T


def alignment(k: Float[np.ndarray, "n n"], l: Float[np.ndarray, "n n"]) -> float:  # noqa: E741
    """CKA of two centred Gram matrices; 0 where one is of a constant."""
    norm = np.linalg.norm(k) * np.linalg.norm(l)
    return float((k * l).sum() / norm) if norm else 0.0


def linear_cka(x: Float[np.ndarray, "n p"], y: Float[np.ndarray, "n q"]) -> float:
    """CKA of two representations of the same images."""
    return alignment(gram(x), gram(y))
