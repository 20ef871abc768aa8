"""The numbers of the study: where each stands in `reports/metrics.json`, how it is written, what it means.

The page compares numbers as they are written: two that read the same are called the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Metrics = Mapping[str, Any]

NAMES = {"ae": "AE", "vae": "VAE", "wta": "WTA"}
MINUS = "\u2212"
SPACE = "\u00a0"  # keeps a number and its unit on one line


@dataclass(frozen=True)
class Measure:
    """One number of a model: `path` below the model in the metrics, `unit` and `digits` as written."""

    path: str
    name: str
    unit: str
    digits: int
    definition: str
    better: Literal["higher", "lower", "neither"] = "neither"
    figures: int = 0  # significant ones, at least: for what can be small and yet not nothing

    @property
    def key(self) -> str:
        """The path as an HTML id."""
        return self.path.replace(".", "-").replace("_", "-")

    def of(self, metrics: Metrics) -> Decimal | None:
        """The number as it is written, from the metrics of one model; None where the model has none."""
        value: Any = metrics
        for part in self.path.split("."):
            if part not in value:
                return None
            value = value[part]
        return self.rounded(value)

    def rounded(self, value: float) -> Decimal:
        """A number from the metrics as it is written: in percent if that is its unit, rounded."""
        exact = Decimal(str(value)).scaleb(2 if self.unit == "%" else 0)
        digits = self.digits
        if self.figures and exact:
            digits = max(digits, self.figures - 1 - exact.adjusted())
        return exact.quantize(Decimal(1).scaleb(-digits)) + 0  # + 0: no negative zero

    def text(self, value: Decimal, unit: bool = True) -> str:
        """A rounded number in words."""
        return number(value) + (f"{SPACE}{self.unit}" if unit and self.unit else "")


def number(value: Decimal) -> str:
    """A rounded number with a minus sign instead of a hyphen."""
    return f"{value}".replace("-", MINUS)


MSE = Measure("test.mse", "MSE", "", 4, "Mean of (x − y)² over the pixels and images", "lower")
PSNR = Measure(
    "test.psnr_db", "PSNR", "dB", 2, "−10 log₁₀ MSE; 3 dB more is half the squared error", "higher"
)
CROSS_ENTROPY = Measure(
    "test.cross_entropy",
    "Cross-entropy",
    "nats",
    4,
    "Mean over the pixels of −x log y − (1 − x) log(1 − y), with y kept 10⁻⁶ away from 0 and 1; not 0 for "
    "grey x, whatever y",
    "lower",
)
ELBO = Measure(
    "test.elbo",
    "ELBO",
    "nats",
    1,
    "Lower bound on log p(x), an image: mean of log p(x|z) over z from q, less the KL; estimated "
    "with one z an image. With β = 0, z is the mean of q, and this is no bound",
    "higher",
)
KL = Measure(
    "test.kl", "KL", "nats", 1, "KL(q(z|x̃) ‖ N(0, I)) of the noisy image x̃: how much the code says of it"
)
PROBE = Measure(
    "codes.linear_probe_error",
    "Linear probe error",
    "%",
    1,
    "Test images put into the wrong class by a linear SVM on the codes of clean images; its C is chosen on "
    "validation images",
    "lower",
)
KNN = Measure(
    "codes.knn_error",
    "k-NN error",
    "%",
    1,
    "Test images put into the wrong class by a vote of the {neighbours} nearest training codes",
    "lower",
)
ACTIVE_UNITS = Measure(
    "codes.active_units",
    "Active units",
    "",
    0,
    "Coordinates of q’s mean with a variance over images above 0.01",
)
ACTIVE_FRACTION = Measure(
    "codes.active_fraction",
    "Active fraction",
    "%",
    1,
    "Share of the code that is not 0, mean over images, as in training",
    figures=2,
)
TRUSTWORTHINESS = Measure(
    "tsne.trustworthiness",
    "t\u2011SNE trust\u00adworthiness",
    "",
    3,
    "1 if the {trust_neighbours} nearest points on the map are among the nearest codes, too; less for every "
    "stranger among them",
    "higher",
)
TSNE_KNN = Measure(
    "tsne.knn_error",
    "t\u2011SNE 1\u2011NN error",
    "%",
    1,
    "Points on the map whose nearest point has another class",
    "lower",
)
MIDPOINT = Measure(
    "interpolation.midpoint_distance",
    "Middle’s distance",
    "×",
    2,
    "Distance of the images halfway to the nearest training image, root mean square over pixels; 1: as far "
    "as real test images are. Blur lowers it, so less than 1 is not better than real",
)
CROSSFADE = Measure(
    "interpolation.crossfade_distance",
    "Cross-fade’s distance",
    "×",
    2,
    "The same for a mix of the pixels of the line’s two decoded ends",
)
PRIOR = Measure(
    "samples.prior_distance",
    "Random code’s distance",
    "×",
    2,
    "The same for decoded random codes: N(0, I); for the WTA, random units switched on",
)
FITTED = Measure(
    "samples.fitted_distance",
    "Fitted code’s distance",
    "×",
    2,
    "The same for codes from a Gaussian fitted to the training codes; for the WTA, every unit from its own "
    "histogram",
)
ENCODER_SMOOTHNESS = Measure(
    "filters.encoder_smoothness",
    "Encoder smoothness",
    "",
    2,
    "Correlation of neighbouring weights in the first layer; 0 for noise, near 1 for broad strokes",
)
DECODER_SMOOTHNESS = Measure(
    "filters.decoder_smoothness", "Decoder smoothness", "", 2, "The same in the last layer"
)

TABLE = {  # question of the page → its rows
    "Denoising": (MSE, PSNR, CROSS_ENTROPY),
    "Code space": (PROBE, KNN, TSNE_KNN, TRUSTWORTHINESS, ACTIVE_UNITS, ACTIVE_FRACTION),
    "Interpolation": (MIDPOINT, CROSSFADE),
    "Generation": (PRIOR, FITTED, ELBO, KL),
    "Filters": (ENCODER_SMOOTHNESS, DECODER_SMOOTHNESS),
}
