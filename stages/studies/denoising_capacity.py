"""denoising-capacity: how do the size of the code and the strength of the noise bound denoising?

Denoising autoencoders of several code sizes k are trained at several noise levels, and compared with two
linear maps through as many numbers: PCA of the clean images, and the best linear denoiser of all. Beside
them stands Keras's convolutional denoiser, whose code is larger than the image (`models/conv_denoiser.py`).

`tests/benchmarks/conv_denoiser.py` trains the latter on the full MNIST, where its figure was published.
"""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from pydantic import Field, model_validator

from stages.analyses.batches import map_images
from stages.analyses.linear_denoiser import fit_linear_denoiser
from stages.analyses.pca import fit_pca
from stages.analyses.reconstruction import reconstruction_error
from stages.common.artifacts import load_json
from stages.common.datasets import NoisyImages
from stages.common.errors import run
from stages.common.metrics import cross_entropy, reconstruction_metrics
from stages.common.noise import NoiseSettings
from stages.common.parallel import in_parallel
from stages.common.parts import Parts
from stages.common.runtime import Runtime
from stages.common.settings import Ascending, Count, Rate, Section
from stages.common.study import StudySettings
from stages.common.trials import Trained, train
from stages.figures import curves, overview
from stages.figures.palette import INK, MODEL_COLOURS, MUTED
from stages.models import ae, conv_denoiser
from stages.models.networks import PIXELS
from stages.pages.runs import Runs, columns, mean, values
from stages.pages.study import Page, Picture, number, publish, save_metrics, spread, table

STUDY = "denoising-capacity"
COLOUR = MODEL_COLOURS["ae"]
SHADES = ("#8cc0ee", "#4796dc", "#1a6fbf", "#0b4584", "#052448")  # of noise levels, the weakest first
CONV_COLOUR = "#8a3b00"
BENCHMARK = Path(
    "reports/conv_denoiser.json"
)  # what tests/benchmarks/conv_denoiser.py found on the full MNIST
NEAR = 0.3  # dB that count as no difference
METHODS = {"ae": "autoencoder", "linear": "best linear map", "pca": "PCA"}
SHOWN = 10  # images

Reconstructions = dict[str, UInt8[np.ndarray, "n 28 28"]]


class Denoising(Section):
    """The section `denoising_capacity`."""

    sizes: Ascending[Count] = Field(min_length=1, description="code sizes k")
    noise_levels: Ascending[Rate] = Field(
        min_length=1, max_length=len(SHADES), description="standard deviations of the noise"
    )
    reference_noise: Rate = Field(description="the level of the convolutional denoiser and of several runs")
    runs: Count = Field(description="seeds for each size at the reference level; elsewhere one")
    draws: Count = Field(description="of noise on every training image, for the best linear map")
    ae: ae.Settings
    conv_denoiser: conv_denoiser.Settings

    @model_validator(mode="after")
    def _reference(self) -> "Denoising":
        if self.reference_noise not in self.noise_levels:
            raise ValueError(
                f"denoising_capacity.reference_noise is {self.reference_noise}; it should be one of the "
                f"noise_levels: {', '.join(map(str, self.noise_levels))}"
            )
        return self

    def seeds(self, level: float, first: int) -> list[int]:
        """Seeds of the runs at a noise level."""
        return [first + run for run in range(self.runs if level == self.reference_noise else 1)]


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    denoising_capacity: Denoising


def main() -> None:
    """Train every size at every level, and the convolutional denoiser; compare; write the page."""
    settings = Settings.read()
    section = settings.denoising_capacity
    parts = Parts.load(settings.seed, settings.validation_fraction)
    runtime = Runtime.choose(settings.device, settings.precision)
    noises = {level: noise(level, settings.validation_fraction) for level in section.noise_levels}
    noisy = {level: parts.with_noise(noises[level], settings.seed) for level in noises}
    reference = section.reference_noise

    cells = [
        (level, k, seed)
        for level in noises
        for k in section.sizes
        for seed in section.seeds(level, settings.seed)
    ]
    # the convolutional one first: it takes longest, and the others fill the other cores meanwhile
    jobs = [(conv_denoiser.build, section.conv_denoiser, 1, noisy[reference], runtime, settings.seed)]
    jobs += [(ae.build, section.ae, k, noisy[level], runtime, seed) for level, k, seed in cells]
    levels = [reference, *(level for level, _, _ in cells)]
    jobs = [(*job, noises[level]) for job, level in zip(jobs, levels, strict=True)]
    conv, *dense = in_parallel(train, jobs, "denoisers")
    trained = dict(zip(cells, dense, strict=True))

    metrics = save_metrics(STUDY, measure(trained, conv, noisy, section, settings.seed, runtime))
    shown = restored(trained, conv, noisy[reference], section, settings.seed, runtime)
    publish(STUDY, page(metrics, shown, section.ae))


def noise(level: float, validation_fraction: float) -> NoiseSettings:
    """Gaussian noise, drawn anew in every epoch."""
    return NoiseSettings(kind="gaussian", amount=level, fresh=True, validation_fraction=validation_fraction)


def measure(
    trained: dict[tuple[float, int, int], Trained],
    conv: Trained,
    noisy: dict[float, Parts],
    section: Denoising,
    seed: int,
    runtime: Runtime,
) -> dict[str, Any]:
    """The noisy input, every autoencoder and both linear maps on test images, by noise level and k."""
    levels = {}
    for level, parts in noisy.items():
        linear = linear_errors(parts, section, level, seed)
        levels[f"std{level}"] = {
            "input": errors(parts.test, parts.test.noisy / np.float32(255)),
            "sizes": {
                f"k{k}": linear[k]
                | {
                    "ae": {
                        f"seed{one}": of_model(trained[level, k, one], parts, runtime)
                        for one in section.seeds(level, seed)
                    }
                }
                for k in section.sizes
            },
        }
    clean = parts.test.clean / np.float32(255)
    return {
        "entropy_floor": float(cross_entropy(clean, clean).mean()),
        "reference_noise": section.reference_noise,
        "levels": levels,
        "conv_denoiser": of_conv_denoiser(conv, noisy[section.reference_noise], runtime),
        "full_mnist": recorded(),
    }


def linear_errors(parts: Parts, section: Denoising, level: float, seed: int) -> dict[int, dict[str, Any]]:
    """For each k, test error of PCA of the clean images, and of the best linear map from noisy to clean."""
    most = max(section.sizes)
    principal = fit_pca(parts.train.clean, most)
    drawn = [
        parts.with_noise(noise(level, 0.5), seed + 1 + draw).train.noisy for draw in range(section.draws)
    ]
    clean = np.concatenate([parts.train.clean] * section.draws)
    best = fit_linear_denoiser(clean, np.concatenate(drawn), most)
    results = {}
    for k in section.sizes:
        maps = {"pca": principal.first(k), "linear": best.first(k)}
        results[k] = {
            name: without_entropy(errors(parts.test, one.reconstruct(parts.test.noisy)))
            for name, one in maps.items()
        }
    return results


def errors(images: NoisyImages, outputs: Float[np.ndarray, "n 28 28"]) -> dict[str, float]:
    """`mse`, `psnr_db` and `cross_entropy` of outputs, clipped to [0, 1]."""
    return reconstruction_metrics(images.clean / np.float32(255), outputs.clip(0, 1))


def without_entropy(measured: dict[str, float]) -> dict[str, float]:
    """Of a linear map: its clipped zeros are no probabilities, and would cost what the clipping says."""
    return {name: value for name, value in measured.items() if name != "cross_entropy"}


def of_model(trained: Trained, parts: Parts, runtime: Runtime) -> dict[str, float]:
    """Validation MSE, and all measures on test images."""
    validation = reconstruction_error(trained.model, parts.validation, runtime)
    return {"validation_mse": validation["mse"]} | reconstruction_error(trained.model, parts.test, runtime)


def of_conv_denoiser(conv: Trained, parts: Parts, runtime: Runtime) -> dict[str, float]:
    """The same, with the number of parameters and the size of the code."""
    _, maps, side, _ = map_images(conv.model.encode, parts.test.noisy[:1], runtime).shape
    return {
        "parameters": sum(parameter.numel() for parameter in conv.model.parameters()),
        "code": maps * side**2,
        "maps": maps,
        "side": side,
        "training_images": len(parts.train),
        "epochs": len(conv.history),
    } | of_model(conv, parts, runtime)


def recorded() -> dict[str, float]:
    """What the benchmark reached on the full MNIST, and what is published; nothing where it has not run."""
    if not BENCHMARK.exists():
        return {}
    record = load_json(BENCHMARK)
    settings = record["settings"]
    return {
        "test_cross_entropy": record["test_cross_entropy"],
        "published": record["published"],
        "epochs": settings["epochs"],
        "noise_std": settings["noise_std"],
    }


def restored(
    trained: dict[tuple[float, int, int], Trained],
    conv: Trained,
    parts: Parts,
    section: Denoising,
    seed: int,
    runtime: Runtime,
) -> Reconstructions:
    """Test images, noisy at the reference level, and what some of the models make of them."""
    images = parts.test
    first = NoisyImages(images.clean[:SHOWN], images.noisy[:SHOWN], images.labels[:SHOWN])
    some = sorted({section.sizes[0], section.sizes[len(section.sizes) // 2], section.sizes[-1]})
    models = {f"k{k}": trained[section.reference_noise, k, seed].model for k in some}
    outputs = {
        name: map_images(model.reconstruct, first.noisy, runtime)[:, 0]
        for name, model in (models | {"conv": conv.model}).items()
    }
    outputs["pca"] = fit_pca(parts.train.clean, section.sizes[-1]).reconstruct(first.noisy)
    as_bytes = {name: (255 * output.clip(0, 1)).round().astype(np.uint8) for name, output in outputs.items()}
    return {"clean": first.clean, "noisy": first.noisy} | as_bytes


def page(metrics: dict[str, Any], shown: Reconstructions, dense: ae.Settings) -> Page:
    """The study's page, its numbers from `metrics`, the shape of the networks from their settings."""
    found = Findings(metrics)
    return Page(
        question="How do code size and noise level bound denoising?",
        summary=found.summary(),
        procedure=PROCEDURE.format(
            **metrics["conv_denoiser"] | {"parameters": grouped(metrics["conv_denoiser"]["parameters"])},
            std=found.reference,
            runs=len(found.runs(found.reference, found.ks[0])),
            network=network(dense),
        ),
        findings=[
            Picture("psnr", draw_psnr(found), LOOK_PSNR),
            found.about_lines(),
            found.psnr_table(),
            ABOUT_TABLE,
            found.entropy_table(),
            ABOUT_ENTROPY.format(floor=number(metrics["entropy_floor"])),
            found.conv_text(),
            Picture("denoised", draw_denoised(found, shown), LOOK_DENOISED),
        ],
        answer=found.answer(),
    )


def network(dense: ae.Settings) -> str:
    """`784-512-k-512-784, ReLU, linear code, sigmoid output, cross-entropy`."""
    layers = [PIXELS, *dense.hidden, "k", *reversed(dense.hidden), PIXELS]
    activation = {"relu": "ReLU"}.get(dense.activation, dense.activation)
    return (
        f"{'-'.join(map(str, layers))}, {activation}, linear code, {dense.output} output, {dense.objective}"
    )


class Findings:
    """What `metrics.json` says, in words."""

    def __init__(self, metrics: dict[str, Any]) -> None:
        self.metrics = metrics
        self.levels = [float(key.removeprefix("std")) for key in metrics["levels"]]
        first = next(iter(metrics["levels"].values()))
        self.ks = [int(key.removeprefix("k")) for key in first["sizes"]]
        self.reference = metrics["reference_noise"]

    def runs(self, level: float, k: int) -> Runs:
        """Every autoencoder of a cell."""
        return self.cell(level, k)["ae"]

    def cell(self, level: float, k: int) -> dict[str, Any]:
        """All methods at a noise level and a code size."""
        return self.metrics["levels"][f"std{level}"]["sizes"][f"k{k}"]

    def psnr(self, method: str, level: float, k: int) -> float:
        """In dB; of autoencoders the mean of the runs."""
        if method == "ae":
            return mean(self.runs(level, k), "psnr_db")
        return self.cell(level, k)[method]["psnr_db"]

    def input(self, level: float) -> dict[str, float]:
        """The noisy images themselves."""
        return self.metrics["levels"][f"std{level}"]["input"]

    def cost_of_noise(self, k: int) -> float:
        """dB between the weakest and the strongest noise, autoencoders with k numbers."""
        return self.psnr("ae", min(self.levels), k) - self.psnr("ae", max(self.levels), k)

    def enough(self, method: str, level: float) -> int:
        """The smallest k within `NEAR` dB of the best one."""
        best = max(self.psnr(method, level, k) for k in self.ks)
        return next(k for k in self.ks if self.psnr(method, level, k) >= best - NEAR)

    def enough_everywhere(self, method: str) -> dict[float, int]:
        """The same at every noise level, the weakest first."""
        return {level: self.enough(method, level) for level in sorted(self.levels)}

    def lead(self, level: float, k: int) -> float:
        """dB by which the autoencoder is better than the best linear map; negative where it is worse."""
        return self.psnr("ae", level, k) - self.psnr("linear", level, k)

    def best_size(self) -> int:
        """The k of least validation error at the reference level."""
        return min(self.ks, key=lambda k: mean(self.runs(self.reference, k), "validation_mse"))

    def apart(self, k: int) -> float:
        """dB between the best and the worst seed of this size, at the reference level."""
        found = values(self.runs(self.reference, k), "psnr_db")
        return max(found) - min(found)

    def seeds_apart(self) -> float:
        """The widest spread of the runs of one cell, in dB."""
        return max(self.apart(k) for k in self.ks)

    def parts_lines(self) -> bool:
        """Whether noise costs the largest code more than the smallest one."""
        return self.cost_of_noise(self.ks[-1]) > self.cost_of_noise(self.ks[0]) + NEAR

    def written_cost(self, k: int) -> str:
        """`0.18 dB at k = 2`, and whether seeds differ by half as much or more."""
        cost, apart = self.cost_of_noise(k), self.apart(k)
        text = f"{number(cost, 2)} dB at k = {k}"
        if abs(cost) >= 2 * apart:
            return text
        seeds = f"at std {self.reference:g} seeds differ by {number(apart, 2)} dB"
        return f"{text} (not clearly more than chance: {seeds})"

    def summary(self) -> str:
        """The answer in one line."""
        numbers = (
            f"from std {min(self.levels):g} to {max(self.levels):g} the reconstruction loses "
            f"{self.written_cost(self.ks[0])} and {self.written_cost(self.ks[-1])}"
        )
        if self.parts_lines():
            return f"A small code is bounded by its size, a large one by the noise: {numbers}."
        return f"Not as expected: noise costs small codes about as much as large ones, or more; {numbers}."

    def about_lines(self) -> str:
        """What the lines of the figure do."""
        small, large = (f"{number(abs(self.cost_of_noise(k)), 2)} dB" for k in (self.ks[0], self.ks[-1]))
        return (LINES_PART if self.parts_lines() else LINES_DO_NOT_PART).format(small=small, large=large)

    def psnr_table(self) -> str:
        """PSNR of all methods: a row for each noise level and method."""
        rows = []
        for level in self.levels:
            known = f"std {level:g} (input {number(self.input(level)['psnr_db'])} dB)"
            for method, name in METHODS.items():
                cells = [number(self.psnr(method, level, k)) for k in self.ks]
                rows.append([f"{known}: {name}", *cells, str(self.enough(method, level))])
        return table(
            ["test PSNR, dB", *(f"k = {k}" for k in self.ks), f"k within {NEAR} dB of the best"], rows
        )

    def entropy_table(self) -> str:
        """MSE on validation and test images, and cross-entropy, of the autoencoders."""
        rows = []
        for level in self.levels:
            for k in self.ks:
                runs = self.runs(level, k)
                cells = [spread(values(runs, name)) for name in ("validation_mse", "mse", "cross_entropy")]
                rows.append([f"std {level:g}, k = {k}", *cells])
        return table(["autoencoder", "validation MSE", "test MSE", "test cross-entropy, nats a pixel"], rows)

    def conv_text(self) -> str:
        """The convolutional denoiser."""
        conv = self.metrics["conv_denoiser"]
        best = self.best_size()
        dense = self.runs(self.reference, best)
        rows = [
            [
                "convolutional, {side} × {side} × {maps} code".format(**conv),
                *(number(conv[name]) for name in MEASURES),
            ],
            [f"dense, k = {best}", *(spread(values(dense, name)) for name in MEASURES)],
            ["noisy input", "", *(number(self.input(self.reference)[name]) for name in MEASURES[1:])],
            ["clean image itself", "0", "0", "∞", number(self.metrics["entropy_floor"])],
        ]
        header = [f"noise std {self.reference:g}", "validation MSE", "test MSE", "test PSNR, dB"]
        text = ABOUT_CONV.format(**conv | {"parameters": grouped(conv["parameters"])}).strip()
        text = f"{text} {full_mnist_text(self.metrics['full_mnist'])}"
        return f"{text}\n\n{table([*header, 'test cross-entropy, nats a pixel'], rows)}"

    def answer(self) -> str:
        """The last section."""
        return "\n\n".join([self.on_bounds(), self.on_linear_maps(), self.on_size().strip()])

    def on_bounds(self) -> str:
        """What bounds what."""
        ours, linear = self.enough_everywhere("ae"), self.enough_everywhere("linear")
        if not sooner(ours):
            wanted = "The point where more numbers stop helping does not come sooner with more noise"
        elif sooner(linear):
            wanted = "The stronger the noise, the sooner more numbers stop helping"
        else:
            wanted = (
                "The stronger the noise, the sooner more numbers stop helping the autoencoder, as trained "
                "here, but not the best linear map"
            )
        sizes = ", ".join(f"{k} at std {level:g}" for level, k in ours.items())
        theirs = ", ".join(map(str, linear.values()))
        peaks = {level: max(self.ks, key=lambda k: self.psnr("pca", level, k)) for level in self.levels}
        turns = [level for level, k in peaks.items() if k < self.ks[-1]]
        pca = (
            "PCA lets the noise of every direction through that it keeps, and is best with fewer components "
            f"than it may have at std {', '.join(f'{level:g}' for level in turns)}."
            if turns
            else "PCA lets the noise of every direction through that it keeps; its best k is the largest."
        )
        return (
            f"{self.summary()} {wanted}: k within {NEAR} dB of the best is {sizes} (of the best linear map "
            f"{theirs}). {pca} Seeds differ by at most {number(self.seeds_apart(), 2)} dB."
        )

    def on_linear_maps(self) -> str:
        """Whether being nonlinear pays."""
        leads = {(level, k): self.lead(level, k) for level in self.levels for k in self.ks}
        won = [cell for cell, lead in leads.items() if lead > NEAR]
        lost = [cell for cell, lead in leads.items() if lead < -NEAR]
        (level, k), most = max(leads.items(), key=lambda item: item[1])
        text = (
            f"Against the best linear map through as many numbers, the autoencoder is better by more than "
            f"{NEAR} dB in {len(won)} of {len(leads)} cells"
        )
        if most > 0:
            text += f", by most at std {level:g} and k = {k}: {number(most)} dB"
        if not lost:
            return f"{text}; nowhere is it worse by as much."
        (level, k), least = min(leads.items(), key=lambda item: item[1])
        return (
            f"{text}; it is worse in {len(lost)}, by most at std {level:g} and k = {k}: {number(-least)} dB. "
            "There neither the code nor the noise is the autoencoder's bound, but its training (few epochs, "
            "few images), and where its curve flattens there says nothing of the code."
        )

    def on_size(self) -> str:
        """What the convolutional denoiser adds."""
        conv = self.metrics["conv_denoiser"]
        lead = conv["psnr_db"] - self.psnr("ae", self.reference, self.best_size())
        if lead > NEAR:
            return CONV_IS_BETTER.format(lead=number(lead, 2), times=number(conv["code"] / PIXELS, 2), **conv)
        return (
            f"The convolutional denoiser is not better than the best dense one by more than {NEAR} dB "
            f"({number(lead, 2)} dB), its code of {conv['code']} numbers notwithstanding."
        )


def full_mnist_text(record: dict[str, float]) -> str:
    """What the benchmark recorded on all images, beside the published figure, to as many decimals."""
    if not record:
        return "On the full MNIST it has not been run: `python -m tests.benchmarks.conv_denoiser` does."
    published = record["published"]
    decimals = len(f"{published:g}".partition(".")[2])
    reached = round(record["test_cross_entropy"], decimals)
    where = "at" if reached == published else "below" if reached < published else "above"
    return (
        f"On the full MNIST ({record['epochs']} epochs, noise std {record['noise_std']:g}) it reaches "
        f"{reached:.{decimals}f}, {where} the published {published:g}. Settings and seconds: "
        "[conv_denoiser.json](../../conv_denoiser.json), by `python -m tests.benchmarks.conv_denoiser`."
    )


def sooner(enough: dict[float, int]) -> bool:
    """Whether fewer numbers are enough at the last level than at the first."""
    sizes = list(enough.values())
    return sizes[-1] < sizes[0]


def grouped(count: int) -> str:
    """28 353."""
    return f"{count:,}".replace(",", " ")


def draw_psnr(found: Findings) -> Figure:
    """PSNR against k, a panel for each method, a line for each noise level, on one scale."""

    def lines(method: str) -> list[curves.Line]:
        drawn = []
        for level, colour in zip(found.levels, SHADES, strict=False):
            if method == "ae" and level == found.reference:
                rows = columns((found.runs(level, k) for k in found.ks), "psnr_db")
            else:
                rows = np.array([[found.psnr(method, level, k) for k in found.ks]])
            drawn.append(curves.Line(f"noise std {level:g}", rows, colour))
        return drawn + [
            curves.Line(
                "noisy input itself", np.full((1, len(found.ks)), found.input(level)["psnr_db"]), colour, True
            )
            for level, colour in zip(found.levels, SHADES, strict=False)
        ]

    figure = curves.draw(
        {name: lines(method) for method, name in METHODS.items()},
        [str(k) for k in found.ks],
        "code size k",
        "Denoising by code size and noise level",
        CAPTION_PSNR.format(std=found.reference),
        COLOUR,
    )
    panels = figure.axes[: len(METHODS)]
    curves.share_scale(panels)
    panels[0].set_ylabel("test PSNR, dB")
    return figure


def draw_denoised(found: Findings, shown: Reconstructions) -> Figure:
    """The same noisy digits as several models restore them."""
    level, widest = found.reference, found.ks[-1]
    rows = [
        overview.Row("clean", shown["clean"]),
        overview.Row(f"noisy, std {level:g}", shown["noisy"], MUTED, found.input(level)["psnr_db"]),
        overview.Row(f"PCA, k = {widest}", shown["pca"], INK, found.psnr("pca", level, widest)),
    ]
    for name in shown:
        if name.startswith("k"):
            k = int(name.removeprefix("k"))
            rows.append(
                overview.Row(f"autoencoder, k = {k}", shown[name], COLOUR, found.psnr("ae", level, k))
            )
    conv = found.metrics["conv_denoiser"]
    rows.append(overview.Row("convolutional denoiser", shown["conv"], CONV_COLOUR, conv["psnr_db"]))
    return overview.draw(rows, f"Noise of std {level:g}, and what each code lets through", CAPTION_DENOISED)


MEASURES = ("validation_mse", "mse", "psnr_db", "cross_entropy")
CONV_IS_BETTER = """
The convolutional denoiser is {lead} dB better than the best dense one, with a code of {code} numbers, {times}
times as many as the image has pixels. So a bottleneck is one way to leave noise out, and here not the best:
a network that is asked for the clean image learns to leave it out where there is room for it, too. How much
of the lead is due to the size of the code, and how much to the convolutions, these runs do not separate.
"""
PROCEDURE = """
Dense autoencoders ({network}) learn to give back the clean digit from a noisy one: Gaussian noise, clipped
to [0, 1], drawn anew in every epoch. One for each code size k and noise level; at std {std} there are {runs}
seeds for each k. All are measured on test images with noise of the level that they were trained for, drawn
once.

Two linear maps through the same k numbers stand beside them. *PCA* is fitted to clean training images, and
applied to noisy ones. The *best linear map* is fitted to noisy and clean images in pairs (reduced-rank
regression, analyses/linear_denoiser.py): on these pairs nothing linear with k numbers does better. Their
outputs are clipped to [0, 1].

The convolutional denoiser is that of Keras's example, {parameters} parameters and a code of {code} numbers,
{side} × {side} × {maps}. It is trained at std {std} on the same {training_images} images for {epochs} epochs.
"""
LINES_PART = """
With the code's size, two errors trade places. What k numbers cannot hold is lost at any noise: on the left
the autoencoder's lines lie closer, {small} from the weakest to the strongest noise. What noise has made
unknowable is lost at any size: on the right they are {large} apart.
"""
LINES_DO_NOT_PART = """
What k numbers cannot hold is lost at any noise, and what noise has made unknowable at any size, so that
lines should part with the code's size. Here the autoencoder's do not: from the weakest to the strongest
noise they are {small} apart on the left and {large} on the right.
"""
ABOUT_TABLE = """
The last column is where more numbers stop helping.

MSE and cross-entropy of the same autoencoders; where there are several seeds, mean (smallest to largest):
"""
ABOUT_ENTROPY = """
Grey pixels have an entropy of their own, so that the cross-entropy of a perfect answer, y = x, is not 0
but {floor} nats a pixel. PCA and the best linear map have none: their outputs are not probabilities, and
clipped zeros would cost whatever the clipping says.
"""
ABOUT_CONV = """
**A code larger than the image.** Keras's convolutional denoiser ({parameters} parameters), here after
{epochs} epochs on {training_images} images. Its published figure, a cross-entropy of 0.0839 nats a pixel,
is for 60 000 training images, 150 epochs, and other test images: not to be compared with the one in this
table.
"""
LOOK_PSNR = "where the lines of a panel part, and where they stop rising, or turn."
LOOK_DENOISED = (
    "digits that a small code replaces by likelier ones, speckle that PCA lets through, strokes kept."
)
CAPTION_PSNR = """
PSNR on test images against code size: 3 dB more is half the squared error. Dashed, in the same colours:
the noisy input itself. At std {std} every seed is a dot, and the line is their mean.

Read off: where the code is the bound (lines of all noise levels together) and where the noise is (lines
apart); whether more numbers help, or let noise through.

Not to be read off: the best that is possible. Epochs and network are the same everywhere, and some of
these autoencoders would gain from more.
"""
CAPTION_DENOISED = """
The first test images with noise, and what some of the models make of them. Decibels are PSNR over all test
images, not over these few (with several seeds their mean; the picture is of the first).

Read off: how each errs: digits replaced by likelier ones, blur, speckle.

Not to be read off: how often. Ten images are an anecdote.
"""

if __name__ == "__main__":
    run(main)
