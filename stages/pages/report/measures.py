"""The numbers that every model has: where each stands in `reports/metrics.json`, and how it is written.

What they mean is said in `definitions.html.j2`.
"""

from stages.cards.card import Card, Measure

COMMON = {  # question of the page → its rows in the table
    "Denoising": (
        Measure("test.mse", "MSE", "", 4, better="lower"),
        Measure("test.psnr_db", "PSNR", "dB", 2, better="higher"),
        Measure("test.cross_entropy", "Cross-entropy", "nats", 4, better="lower"),
    ),
    "Code space": (
        Measure("codes.linear_probe_error", "Linear probe error", "%", 1, better="lower"),
        Measure("codes.knn_error", "k-NN error", "%", 1, better="lower"),
        Measure("tsne.knn_error", "t\u2011SNE 1\u2011NN error", "%", 1, better="lower"),
        Measure("tsne.trustworthiness", "t\u2011SNE trust\u00adworthiness", "", 3, better="higher"),
    ),
    "Interpolation": (
        Measure("interpolation.midpoint_distance", "Middle’s distance", "×", 2),
        Measure("interpolation.crossfade_distance", "Cross-fade’s distance", "×", 2),
    ),
    "Generation": (
        Measure("samples.prior_distance", "Random code’s distance", "×", 2),
        Measure("samples.fitted_distance", "Fitted code’s distance", "×", 2),
    ),
    "Filters": (
        Measure("filters.encoder_smoothness", "Encoder smoothness", "", 2),
        Measure("filters.decoder_smoothness", "Decoder smoothness", "", 2),
    ),
}

WITHIN = (  # numbers of one model that the page compares with each other
    ("interpolation.crossfade_distance", "interpolation.midpoint_distance"),
    ("samples.prior_distance", "samples.fitted_distance"),
    ("coordinates.strongest_share", "coordinates.random_share"),
)


def groups(cards: dict[str, Card]) -> dict[str, tuple[Measure, ...]]:
    """The rows of the table: those of all models, and those that only some have."""
    own = {measure.path: measure for card in cards.values() for measure in card.measures}
    return COMMON | ({"Of some models only": tuple(own.values())} if own else {})
