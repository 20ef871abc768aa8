"""The studies, in the order of their index; each is in `stages/studies/`, with _ for -.

In a file of its own: a new study must not run the old ones again.
"""

NAMES = (
    "chance",
    "judges",
    "linear-ae-is-pca",
    "nonlinear-ae",
    "stacked-ae",
    "sigmoid-mlp",
    "output-activation",
    "conv-filters",
    "coding-space",
    "vae-latent-size",
    "ae-or-vae",
    "confusions",
    "denoising-capacity",
    "wta-sparsity",
    "supervised-features",
    "adversarial",
)
