"""The tables of the README, made from the numbers that they show.

    python -m tests.readme_tables      write them into README.md

tests/test_readme.py compares, so that no number in the README goes stale.
"""

import re
from pathlib import Path
from typing import Any

from stages.common.artifacts import load_json
from stages.common.study import RESULTS
from stages.common.study_names import NAMES as NAMES_OF_STUDIES
from stages.pages.index import Entry

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DEFAULT = ROOT / "reports" / "metrics.json"
FULL = ROOT / "reports" / "full_mnist.json"
SPEED = ROOT / "reports" / "speed.json"
ANCHORS = ROOT / "reports" / "anchors.json"
DENOISER = ROOT / "reports" / "conv_denoiser.json"

PUBLISHED = {  # run → name, and the error in Makhzani & Frey 2015
    "fc-wta": ("FC-WTA, 2000 units, lifetime 5 %", "1.20 %"),
    "conv-wta": ("CONV-WTA, 128 maps, spatial and lifetime 20 %", "0.64 %"),
    "conv-wta-seed-1": ("the same, seed 1", ""),
    "conv-wta-seed-2": ("the same, seed 2", ""),
}
NAMES = {"ae": "autoencoder", "vae": "variational", "wta": "winner-take-all"}


def default_table(metrics: dict[str, Any]) -> str:
    """What the default run reached, a row a model."""
    return rows(
        ["test set", "PSNR, dB", "MSE", "linear probe error", "k-NN error", "t-SNE trustworthiness"],
        ["noisy input", decibels(metrics["data"]["noisy_psnr_db"]), f"{metrics['data']['noisy_mse']:.4f}"],
        ["PCA", *denoising(metrics["pca"])],
        *([NAMES[model], *denoising(metrics[model]), *codes(metrics[model])] for model in NAMES),
    )


def full_tables(record: dict[str, Any]) -> str:
    """The study on all of MNIST, and the winner-take-all figures beside the published ones."""
    main = record["main"]
    metrics, costs = main["metrics"], main["costs"]
    study = rows(
        [
            *["test set", "PSNR, dB", "MSE", "cross-entropy", "linear probe error", "k-NN error"],
            *["t-SNE trust / 1-NN error", "more", "training"],
        ],
        ["noisy input", decibels(metrics["data"]["noisy_psnr_db"]), f"{metrics['data']['noisy_mse']:.4f}"],
        ["PCA", *denoising(metrics["pca"]), f"{metrics['pca']['test']['cross_entropy']:.4f}"],
        *(full_row(model, metrics[model], costs) for model in NAMES),
    )
    published = rows(
        ["linear SVM on the features, test error", "ours", "published", "C", "training", "features and SVM"],
        *(svm_row(*PUBLISHED[run], record[run]) for run in PUBLISHED),
    )
    machine = record["machine"]
    hardware = (
        f"Seed 0, `params.yaml` with `data.dataset: mnist` and {main['settings']['ae.epochs']} epochs; "
        f"{machine['processor']}, "
        f"{machine['cores']} cores, "
        f"PyTorch {machine['torch']}, shared with other work, so that times are upper bounds. The largest "
        f"process of the study took {most_memory(main):.1f} GB of memory, of CONV-WTA "
        f"{most_memory(record['conv-wta']):.1f} GB."
    )
    return f"{hardware}\n\n{study}\n\n{published}"


def full_row(model: str, metrics: dict[str, Any], costs: dict[str, Any]) -> list[str]:
    """A model's row of the full study."""
    tsne = f"{metrics['tsne']['trustworthiness']:.3f} / {percent(metrics['tsne']['knn_error'])}"
    more = {
        "vae": lambda: (
            f"ELBO {metrics['test']['elbo']:.1f}, KL {metrics['test']['kl']:.1f} nats, "
            f"{metrics['codes']['active_units']} active units"
        ),
        "wta": lambda: f"{percent(metrics['codes']['active_fraction'])} active",
    }.get(model, lambda: "")()
    seconds = f"{costs[f'train_{model}']['seconds']:.0f} s"
    return [
        NAMES[model],
        *denoising(metrics),
        f"{metrics['test']['cross_entropy']:.4f}",
        *codes(metrics)[:2],
        tsne,
        more,
        seconds,
    ]


def svm_row(name: str, published: str, run: dict[str, Any]) -> list[str]:
    """A row of the comparison with the paper."""
    codes, costs = run["metrics"]["codes"], run["costs"]
    return [
        name,
        f"**{100 * codes['linear_probe_error']:.2f} %**",
        published,
        f"{codes['linear_probe_c']:g}",
        f"{run['settings']['wta.epochs']} epochs, {minutes(costs['train_wta']['seconds'])}",
        minutes(costs["embed wta"]["seconds"]),
    ]


def speed_record() -> dict[str, Any]:
    """What the benchmarks have written so far."""
    return load_json(SPEED) if SPEED.exists() else {}


def speed_tables(record: dict[str, Any]) -> str:
    """Wall time of the daily commands, where it goes, and the training loop beside the tutorials' one."""
    pipeline, training = record["pipeline"], record["training"]
    machine = pipeline["machine"]
    commands = rows(
        ["command", "seconds"],
        *([f"`{name}`", f"{value:.1f}"] for name, value in pipeline["seconds"].items()),
    )
    kinds: dict[str, float] = {}
    for stage, seconds in pipeline["stages"].items():
        kinds[stage.split("@")[0]] = kinds.get(stage.split("@")[0], 0) + seconds
    spent = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in kinds.items())
    studies = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in pipeline["studies"].items())
    imports = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in pipeline["imports"].items())
    loops = rows(
        [
            *["one epoch of 60 000 images, batches of 128", "images/s, plain loop", "images/s, ours"],
            *["times as fast", "loss differs by", "ours, GFLOP/s", "of the peak"],
        ],
        *(
            [
                name,
                f"{run['plain']['images_per_second']:.0f}",
                f"{run['ours']['images_per_second']:.0f}",
                f"**{run['ratio']:.1f}**",
                f"{100 * run['loss_gap']:+.2f} %".replace("-", "−"),
                f"{run['ours']['gflops']:.0f}",
                percent(run["ours"]["share_of_peak"]),
            ]
            for name, run in training["networks"].items()
        ),
    )
    return (
        f"{machine['processor']}, {machine['cores']} cores, PyTorch {machine['torch']}.\n\n{commands}\n\n"
        f"By stage (all models): {spent}. Every stage is a process of its own, of which the imports take: "
        f"{imports}.\n\nStudies: {studies}.\n\n{loops}\n\n"
        f"The plain loop is `torchvision.datasets.MNIST`, `ToTensor`, `DataLoader`, float32; the peak is the "
        f"fastest matrix product in {training['precision']} seen in the same run, "
        f"{training['peak_gflops']:.0f} GFLOP/s, on {training['threads']} threads."
    )


def anchor_table(anchors: dict[str, Any], denoiser: dict[str, Any]) -> str:
    """Published figures of other models than the winner-take-all ones, run again on all of MNIST."""
    recipes = {"vae-tutorial": "the tutorial's recipe", "vae-better": "a better recipe"}
    return rows(
        ["test set of MNIST", "ours", "published", "training"],
        *(
            [
                f"VAE 784-400-20, {recipes[name]}: −ELBO, nats an image",
                f"**{anchors[name]['test_loss']:.1f}**",
                f"{anchors[name]['published']}",
                training(anchors[name]["settings"], anchors[name]["runs"]["seed0"]["seconds"]),
            ]
            for name in recipes
        ),
        [
            f"convolutional denoiser, {denoiser['parameters']} parameters, noise "
            f"{denoiser['settings']['noise_std']}: cross-entropy, nats a pixel",
            f"**{denoiser['test_cross_entropy']:.4f}**",
            f"{denoiser['published']}",
            training(denoiser["settings"], denoiser["seconds"]),
        ],
    )


def training(settings: dict[str, Any], seconds: float) -> str:
    """How long, how fast, how many at a time."""
    rate = f"{settings['schedule']} rate {settings['learning_rate']:g}"
    return f"{settings['epochs']} epochs, batches of {settings['batch_size']}, {rate}; {minutes(seconds)}"


def study_table() -> str:
    """Every study with its answer in one line, as its page has it."""
    pages = {study: (ROOT / RESULTS / study / "README.md").read_text() for study in NAMES_OF_STUDIES}
    entries = {study: Entry.of(page) for study, page in pages.items()}
    return rows(
        ["question", "answer of the committed run"],
        *(
            [f"[{entry.question}]({RESULTS}/{study}/README.md)", entry.answer]
            for study, entry in entries.items()
        ),
    )


def denoising(metrics: dict[str, Any]) -> list[str]:
    """PSNR and MSE."""
    return [decibels(metrics["test"]["psnr_db"]), f"{metrics['test']['mse']:.4f}"]


def codes(metrics: dict[str, Any]) -> list[str]:
    """Errors on the codes, and the map's trustworthiness."""
    errors = [percent(metrics["codes"][key]) for key in ("linear_probe_error", "knn_error")]
    return [*errors, f"{metrics['tsne']['trustworthiness']:.3f}"]


def decibels(value: float) -> str:
    """Two digits."""
    return f"{value:.2f}"


def percent(share: float) -> str:
    """One digit."""
    return f"{100 * share:.1f} %"


def minutes(seconds: float) -> str:
    """Seconds, or minutes from two on."""
    return f"{seconds / 60:.1f} min" if seconds >= 120 else f"{seconds:.0f} s"


def most_memory(run: dict[str, Any]) -> float:
    """Gigabytes of the largest process of a run."""
    return max(part["gigabytes"] for part in run["costs"].values())


def rows(head: list[str], *body: list[str]) -> str:
    """A Markdown table; short rows are filled up."""
    lines = [head, ["---"] * len(head), *(row + [""] * (len(head) - len(row)) for row in body)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def with_tables(text: str) -> str:
    """`text` with every table between its markers made anew."""
    tables = {
        "default": default_table(load_json(DEFAULT)),
        "mnist": full_tables(load_json(FULL)),
        "speed": speed_tables(load_json(SPEED)),
        "studies": study_table(),
        "anchors": anchor_table(load_json(ANCHORS), load_json(DENOISER)),
    }
    for name, table in tables.items():
        pattern = rf"(<!-- table: {name} -->\n).*?(<!-- end -->)"
        text, found = re.subn(
            pattern, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text, flags=re.S
        )
        assert found == 1, f"README.md has {found} places for the table {name}"
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text()))
