"""measure-wta-sparsity: what does the rate of sparsity make of the filters of a winner-take-all autoencoder?

A fully connected one (FC-WTA) is trained at several rates of lifetime sparsity, a convolutional one
(CONV-WTA) without any sparsity, with spatial sparsity alone and with lifetime sparsity too. What their
filters show is measured, beside reconstruction, dead units and the error of a linear probe.

Reference: Makhzani & Frey, *Winner-Take-All Autoencoders*, NIPS 2015, figures 1 to 3.
"""

from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from pydantic import Field

from stages.analyses import filter_kinds
from stages.analyses.batches import map_images
from stages.analyses.filter_kinds import Marks, best_correlation, smoothness
from stages.analyses.filters import decoder_filters, encoder_filters
from stages.analyses.lit_pixel import centre_share, lit_pixel_responses
from stages.analyses.probes import fit_linear_probe
from stages.analyses.reconstruction import reconstruction_error
from stages.common.errors import run
from stages.common.runtime import Runtime, seeded_weights
from stages.common.settings import Ascending, Count, Distinct, Rate, Section, Share
from stages.models import wta
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.studies.wta_sparsity import free
from stages.training.parallel import in_parallel
from stages.training.trials import train

CPU = Runtime(torch.device("cpu"), torch.float32)  # measured in full precision, wherever it was trained

Row = dict[str, Any]


class WtaSparsity(Section):
    """The section `wta_sparsity`."""

    rates: Ascending[Share] = Field(min_length=2, description="lifetime sparsity of FC-WTA; 1: off")
    runs: Count = Field(description="seeds of each rate")
    conv_rates: Distinct[Share] = Field(min_length=1, description="of CONV-WTA; 1: spatial sparsity alone")
    conv_runs: Count = Field(description="seeds of each")
    conv_epochs: Count = Field(description="epochs of CONV-WTA")
    conv_learning_rate: Rate = Field(description="learning rate of CONV-WTA")
    probe_c: tuple[Rate, ...] = Field(min_length=1, description="C of the linear SVM; the best is taken")
    shown: Count = Field(description="filters of each rate in the figure")
    kinds: filter_kinds.Settings
    wta: wta.Settings


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    wta_sparsity: WtaSparsity


def main() -> None:
    """Train every rate and seed, look at filters and features."""
    settings = Settings.read()
    section, bench = settings.wta_sparsity, Bench.of(settings)
    cells = [("fc", rate, seed) for rate in section.rates for seed in bench.seeds(section.runs)]
    cells += [("conv", rate, seed) for rate in section.conv_rates for seed in bench.seeds(section.conv_runs)]
    cells += [("free", 1.0, seed) for seed in bench.seeds(section.conv_runs)]
    jobs = [(cell[0], network(section, *cell[:2]), section, bench, cell[-1]) for cell in cells]
    trials = in_parallel(trial, jobs, "winner-take-all autoencoders")

    found = dict(zip(cells, trials, strict=True))
    runs = pd.DataFrame(
        {"architecture": architecture, "rate": rate, "seed": seed} | measures
        for (architecture, rate, seed), (measures, _, _) in found.items()
    )
    kinds = pd.DataFrame(
        {"architecture": architecture, "rate": rate, "kind": row["kind"], "seed": seed} | row
        for (architecture, rate, seed), (_, rows, _) in found.items()
        for row in rows
    )
    arrays = {
        f"{architecture}/{rate:g}": filters
        for (architecture, rate, seed), (_, _, filters) in found.items()
        if seed == bench.seed
    }
    save("wta-sparsity", references(section, bench), arrays, runs=runs, kinds=kinds)


def network(section: WtaSparsity, architecture: str, rate: float) -> wta.Settings:
    """The settings of one network: `fc`, `conv`, or `free`, the latter without sparsity."""
    changes: Row = {"architecture": "dense", "lifetime": rate}
    if architecture != "fc":
        changes = {
            "architecture": "conv",
            "lifetime": rate,
            "epochs": section.conv_epochs,
            "learning_rate": section.conv_learning_rate,
        }
    return section.wta.model_copy(update=changes)


def trial(
    architecture: str, settings: wta.Settings, section: WtaSparsity, bench: Bench, seed: int
) -> tuple[Row, list[Row], dict[str, np.ndarray]]:
    """Train one network: its measures, kinds of its filters, and some filters (from strong to weak)."""
    parts = bench.parts
    build = free.build if architecture == "free" else wta.build
    model = train(build, settings, 0, parts, bench.runtime, seed).model
    encoder, decoder = encoder_filters(model).numpy(), decoder_filters(model).numpy()
    marks = Marks.of(decoder, parts.train.clean)
    measures = {
        "test_mse": reconstruction_error(model, parts.test, CPU)["mse"],
        "dead": dead_share(model, parts.train.clean),
        "smoothness": float(smoothness(decoder).mean()),
        "blob_share": float(marks.share.mean()),
        "encoder_delta": float(delta_likeness(encoder).mean()),
        "decoder_delta": float(delta_likeness(decoder).mean()),
    }
    if architecture == "fc":
        measures |= {
            "likeness": float(marks.likeness.mean()),
            "probe_error": probe_error(model, bench, section.probe_c),
        }
    else:
        measures |= {"copied": centre_share(lit_pixel_responses(model))}
    chosen = spread_by_strength(decoder, section.shown)
    return measures, marks.kinds(section.kinds), {"encoder": encoder[chosen], "decoder": decoder[chosen]}


def references(section: WtaSparsity, bench: Bench) -> Row:
    """Measures of filters before training, and of validation images in place of FC-WTA's filters."""
    untrained, known = untrained_filters(section, "fc", bench), bench.parts.train.clean
    of = {"untrained": untrained, "digits": bench.parts.validation.clean.astype(np.float32)}
    return {
        "test_images": len(bench.parts.test),
        "untrained_noise": Marks.of(untrained, known).shares(section.kinds.lines)["noise"],
        "untrained_delta": float(delta_likeness(untrained_filters(section, "conv", bench)).mean()),
    } | {
        name: {
            "likeness": float(best_correlation(filters, known).mean()),
            "smoothness": float(smoothness(filters).mean()),
        }
        for name, filters in of.items()
    }


def untrained_filters(section: WtaSparsity, architecture: str, bench: Bench) -> Float[np.ndarray, "f h w"]:
    """The decoder's filters before training, of several seeds."""
    starts = []
    for seed in bench.seeds(section.runs):
        with seeded_weights(seed):
            starts.append(decoder_filters(wta.build(network(section, architecture, 1))).numpy())
    return np.concatenate(starts)


def probe_error(model: wta.WinnerTakeAll, bench: Bench, cs: tuple[float, ...]) -> float:
    """Test error of a linear SVM on the features, its C chosen on validation images."""
    parts = bench.parts
    known = [map_images(model.features, part.clean, CPU) for part in (parts.train, parts.validation)]
    labels = np.concatenate([parts.train.labels, parts.validation.labels])
    probe = fit_linear_probe(np.concatenate(known), labels, len(parts.validation), cs)
    return probe.error(map_images(model.features, parts.test.clean, CPU), parts.test.labels)


def dead_share(model: wta.WinnerTakeAll, images: UInt8[np.ndarray, "n 28 28"]) -> float:
    """Share of units (maps) that are not in the sparse code of any image."""

    def strongest(batch: torch.Tensor) -> torch.Tensor:
        codes = model.encode(batch)  # (batch, units), or (batch, maps, 28, 28)
        return codes.reshape(*codes.shape[:2], -1).amax(dim=2)

    return float(np.mean(~map_images(strongest, images, CPU).any(axis=0)))


def delta_likeness(filters: Float[np.ndarray, "f h w"]) -> Float[np.ndarray, "f"]:
    """Share of each filter's energy in its largest pixel: 1 of a delta function; 0 of a filter of zeros."""
    energies = np.square(filters.astype(np.float64)).reshape(len(filters), -1)
    return energies.max(axis=1) / np.maximum(energies.sum(axis=1), filter_kinds.LEAST)


def spread_by_strength(filters: Float[np.ndarray, "f h w"], count: int) -> np.ndarray:
    """Indices of `count` filters, evenly spaced in order of their length: neither the best nor the worst."""
    order = np.argsort(-np.square(filters).sum(axis=(1, 2)), kind="stable")
    return order[np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int)]


if __name__ == "__main__":
    run(main)
