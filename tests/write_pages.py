"""Pages outside the pipeline, made from committed numbers: `python -m tests.write_pages`.

    README.md                 its tables
    reports/mnist/README.md   what the benchmarks recorded, from mnist.md.j2
    tests/pages/report.txt    every word of the report, for `git diff` to show

Tests compare, so that no number in them goes stale.
"""

import re
from pathlib import Path
from typing import Any

from stages.cards.card import cards
from stages.common.artifacts import load_json, written_whole
from stages.common.settings import read_yaml
from stages.pages.markdown import reflowed
from stages.pages.vocabulary import environment, number, percent
from stages.studies import index
from stages.studies.names import NAMES
from stages.studies.settings import PAGES
from tests.pages.report_words import words

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
RECORDS = ROOT / "reports/mnist"
PAGE = RECORDS / "README.md"
WORDS = ROOT / "tests/pages/report.txt"
METRICS = ROOT / "reports/metrics.json"
RECORDED = {"full": "full_mnist", "anchors": "anchors", "denoiser": "conv_denoiser", "speed": "speed"}


def main() -> None:
    """Write all of them."""
    pages = {README: with_tables(README.read_text()), PAGE: mnist_page(), WORDS: report_words()}
    for path, text in pages.items():
        with written_whole(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def mnist_page() -> str:
    """The page of the benchmarks."""
    template = environment(Path(__file__).parent / "benchmarks").get_template("mnist.md.j2")
    records = {name: load_json(RECORDS / f"{file}.json") for name, file in RECORDED.items()}
    return reflowed(template.render(cards=cards(), **records))


def report_words() -> str:
    """What the report of the committed run says."""
    return words(load_json(METRICS), read_yaml(ROOT / "params.yaml"), cards())


def with_tables(text: str) -> str:
    """The README's `text` with every table between its markers made anew."""
    tables = {"default": default_table(load_json(METRICS)), "studies": study_table()}
    for name, table in tables.items():
        pattern = rf"(<!-- table: {name} -->\n).*?(<!-- end -->)"
        text, found = re.subn(
            pattern, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text, flags=re.S
        )
        assert found == 1, f"README.md has {found} places for the table {name}"
    return text


def default_table(metrics: dict[str, Any]) -> str:
    """What the default run reached, a row a model."""
    return rows(
        ["test set", "size of code", "PSNR, dB", "linear probe error", "k-NN error", "t-SNE trustworthiness"],
        ["noisy input", "", number(metrics["data"]["noisy_psnr_db"], 4)],
        ["PCA", "", number(metrics["pca"]["test"]["psnr_db"], 4)],
        *([card.name, *of_model(metrics[key])] for key, card in cards().items()),
    )


def of_model(metrics: dict[str, Any]) -> list[str]:
    """A model's cells."""
    codes = metrics["codes"]
    return [
        str(codes["size"]),
        number(metrics["test"]["psnr_db"], 4),
        *(percent(codes[key]) for key in ("linear_probe_error", "knn_error")),
        number(metrics["tsne"]["trustworthiness"], 3),
    ]


def study_table() -> str:
    """Every study with its answer in one line, as its page has it."""
    entries = {study: index.entry((ROOT / PAGES / study / "README.md").read_text()) for study in NAMES}
    return rows(
        ["question", "answer of the committed run"],
        *(
            [f"[{question}]({PAGES}/{study}/README.md)", answer]
            for study, (question, answer) in entries.items()
        ),
    )


def rows(head: list[str], *body: list[str]) -> str:
    """A Markdown table; short rows are filled up."""
    lines = [head, ["---"] * len(head), *(row + [""] * (len(head) - len(row)) for row in body)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
