"""measure-supervised-features: do encoders that never saw a label learn what a classifier learns?

Three questions. What do first layers look like: winner-take-all autoencoders beside classifiers of the same
architecture. What do codes represent: autoencoder, VAE, winner-take-all layer, classifier and an untrained
network, laid out side by side and compared by linear CKA. What are trained encoders worth: classifiers start
from them, with few and with many labels, beside classifiers that start from random weights.

References: CKA: Kornblith et al. 2019 (arXiv 1905.00414). Unsupervised training as a start: Erhan et al.,
*Why Does Unsupervised Pre-training Help Deep Learning?*, JMLR 11 (2010).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from stages.analyses.maps import tsne
from stages.analyses.probes import leave_one_out_error
from stages.common.errors import run
from stages.studies.bench import Bench, save
from stages.studies.settings import StudySettings
from stages.studies.supervised_features.drawn_labels import label_counts
from stages.studies.supervised_features.matching_filters import (
    MATCHES,
    first_filters,
    likenesses,
    measures,
    spread_by_strength,
)
from stages.studies.supervised_features.networks import CLASSIFIERS, UNLABELLED, Trained, network
from stages.studies.supervised_features.representations import represented, shuffled, similarities
from stages.studies.supervised_features.section import Supervised
from stages.studies.supervised_features.starts import (
    STARTS,
    Cell,
    errors,
    fine_tuned,
    gains,
    learning_curves,
    missed,
    source,
)
from stages.training.parallel import in_parallel

COMPARED = ("random", "ae", "vae", "wta", "classifier")  # by what they represent
SHOWN = 28  # filters of each kind, at most


class Settings(StudySettings):
    """What this study reads of stages/studies/params.yaml."""

    supervised_features: Supervised


def main() -> None:
    """Train networks, compare filters and codes, let classifiers start from trained trunks."""
    settings = Settings.read()
    section, bench = settings.supervised_features, Bench.of(settings)
    counts, test = label_counts(section.labels, len(bench.parts.train)), bench.parts.test
    networks = trained(section, bench)
    classifiers = started(networks, counts, section, bench)
    wrong = missed(classifiers, bench)

    models = {kind: [one.model for one in each[: section.runs]] for kind, each in networks.items()}
    sets = {kind: [first_filters(one) for one in models[kind]] for pair in MATCHES.values() for kind in pair}
    levels = represented({kind: models[kind] for kind in COMPARED}, bench)
    jobs = [(each[0], section.perplexity, bench.seed) for each in levels["code"].values()]
    maps = dict(zip(levels["code"], in_parallel(tsne, jobs, "t-SNE"), strict=True))
    generator = bench.generator()
    save(
        "supervised-features",
        {
            "all_labels": counts[-1],
            "test_images": len(test),
            "shuffled": {level: shuffled(kinds, generator) for level, kinds in levels.items()},
        },
        {
            "maps": maps,
            "labels": test.labels,
            "filters": {kind: spread_by_strength(each[0], SHOWN) for kind, each in sets.items()},
        },
        filters=measures(sets, bench.seeds(section.runs)),
        likeness=likenesses(sets, generator),
        encoders=neighbour_errors(levels["code"], bench),
        cka=pd.DataFrame(
            {"level": level} | row for level, kinds in levels.items() for row in similarities(kinds)
        ),
        epochs=learning_curves(classifiers),
        errors=errors(wrong),
        gains=gains(wrong, counts, bench.seeds(section.draws)),
    )


def trained(section: Supervised, bench: Bench) -> dict[str, list[Trained]]:
    """Every kind, several seeds of each; of classifiers that starts are compared with, one a draw."""
    runs = dict.fromkeys(("random", *UNLABELLED, *CLASSIFIERS), section.runs)
    runs |= {"classifier": section.draws, "dense_classifier": section.draws}
    jobs = [(kind, section, bench, seed) for kind in runs for seed in bench.seeds(runs[kind])]
    found = iter(in_parallel(network, jobs, "networks"))
    return {kind: [next(found) for _ in range(number)] for kind, number in runs.items()}


def started(
    networks: Mapping[str, Sequence[Trained]], counts: tuple[int, ...], section: Supervised, bench: Bench
) -> dict[Cell, Trained]:
    """A classifier of each cell; those with all labels and random weights are among `networks` already."""
    every, seeds = counts[-1], bench.seeds(section.draws)
    found = {
        (every, start, seed): one
        for kind, start in CLASSIFIERS.items()
        for seed, one in zip(bench.seeds(len(networks[kind])), networks[kind], strict=True)
    }
    wanted = [
        (count, start, seed) for count in counts for start in (*STARTS, *STARTS.values()) for seed in seeds
    ]
    cells = [cell for cell in dict.fromkeys(wanted) if cell not in found]
    jobs = [(*cell, source(networks, cell, bench), section, bench) for cell in cells]
    return found | dict(zip(cells, in_parallel(fine_tuned, jobs, "classifiers"), strict=True))


def neighbour_errors(codes: dict[str, list[np.ndarray]], bench: Bench) -> pd.DataFrame:
    """A row a network: the size of its code, and the error of the nearest other test image in it."""
    labels = bench.parts.test.labels
    return pd.DataFrame(
        {"kind": kind, "seed": seed, "size": one.shape[1], "error": leave_one_out_error(one, labels)}
        for kind, each in codes.items()
        for seed, one in zip(bench.seeds(len(each)), each, strict=True)
    )


if __name__ == "__main__":
    run(main)
