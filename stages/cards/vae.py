"""The card of the variational autoencoder."""

from stages.cards.card import OF_COORDINATES, Card, Measure

CARD = Card(
    "vae",
    "Variational autoencoder",
    "VAE",
    "#c8500a",
    "gaussian",
    (
        Measure(
            "test.elbo",
            "ELBO",
            "nats",
            1,
            "Lower bound on log p(x), an image: mean of log p(x|z) over z from q, less the KL; estimated "
            "with one z an image",
            "higher",
        ),
        Measure(
            "test.kl",
            "KL",
            "nats",
            1,
            "KL(q(z|x̃) ‖ N(0, I)) of the noisy image x̃: how much the code says of it",
        ),
        Measure(
            "codes.active_units",
            "Active units",
            "",
            0,
            "Coordinates of q’s mean with a variance over training images above 0.01",
        ),
        *OF_COORDINATES,
    ),
)
