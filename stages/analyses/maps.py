"""Codes in two and three dimensions: t-SNE and kernel PCA, and how far a map can be trusted.

References: van der Maaten & Hinton, *Visualizing Data using t-SNE*, JMLR 2008; Schölkopf, Smola & Müller,
*Nonlinear Component Analysis as a Kernel Eigenvalue Problem*, 1998; trustworthiness: Venna & Kaski, 2001.
"""

import numpy as np
from jaxtyping import Float
from sklearn.decomposition import PCA, KernelPCA
from sklearn.manifold import TSNE
from sklearn.manifold import trustworthiness as sklearn_trustworthiness
from sklearn.metrics import pairwise_distances

from stages.common.seeds import derived

TSNE_INPUTS = 50  # wider codes are reduced to so many principal components first, as t-SNE's authors do


def tsne(codes: Float[np.ndarray, "n d"], perplexity: float, seed: int) -> Float[np.ndarray, "n 2"]:
    """t-SNE map, started from the first two principal components."""
    seed = derived(seed, "t-SNE")
    if codes.shape[1] > TSNE_INPUTS and len(codes) > TSNE_INPUTS:
        codes = PCA(TSNE_INPUTS, svd_solver="randomized", random_state=seed).fit_transform(codes)
    init = "pca" if codes.shape[1] >= 2 else "random"
    return TSNE(perplexity=perplexity, init=init, random_state=seed).fit_transform(codes)


def kernel_pca(codes: Float[np.ndarray, "n d"], components: int, seed: int) -> Float[np.ndarray, "n c"]:
    """Kernel PCA with exp(−‖u − v‖² / m), m the median squared distance: the scale of the codes drops out."""
    squared = pairwise_distances(codes[:1000], metric="sqeuclidean")
    median = float(np.median(squared[np.triu_indices_from(squared, k=1)])) or 1.0
    seed = derived(seed, "kernel PCA")
    components = min(components, len(codes) - 1)
    projection = KernelPCA(
        components, kernel="rbf", gamma=1 / median, eigen_solver="randomized", random_state=seed
    )
    return projection.fit_transform(codes)


def trustworthiness(
    codes: Float[np.ndarray, "n d"], points: Float[np.ndarray, "n 2"], neighbours: int
) -> float:
    """1 if every point's neighbours in the map are neighbours among the codes too; less for strangers."""
    return float(sklearn_trustworthiness(codes, points, n_neighbors=neighbours))
