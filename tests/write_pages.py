"""Pages outside the pipeline, made from committed numbers: `python -m tests.write_pages`.

    README.md                 its tables
    reports/mnist/README.md   what the benchmarks recorded, from mnist.md.j2
    tests/pages/report.txt    every word of the report, for `git diff` to show

and stages/pages/report/chance.json, what the report takes of the study of chance.

Tests compare, so that no number in them goes stale.
"""

import re
from pathlib import Path
from typing import Any

from stages.cards.card import cards
from stages.common.artifacts import load_json, load_table, save_json, written_whole
from stages.common.settings import read_yaml
from stages.pages.markdown import reflowed
from stages.pages.report.chance import PATH as CHANCE
from stages.pages.report.chance import Chance
from stages.pages.report.comparison import Comparison
from stages.pages.report.measures import COMMON, WITHIN, groups
from stages.pages.report.page import with_noisy_input
from stages.pages.vocabulary import SPACE, environment
from stages.studies import index
from stages.studies.chance.verdicts import deviations
from stages.studies.names import NAMES
from stages.studies.settings import PAGES
from tests.pages.report_words import words

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
RECORDS = ROOT / "reports/mnist"
PAGE = RECORDS / "README.md"
WORDS = ROOT / "tests/pages/report.txt"
METRICS = ROOT / "reports/metrics.json"
COLUMNS = {
    "test.psnr_db": "PSNR, dB",
    "codes.linear_probe_error": "linear probe error",
    "codes.knn_error": "k-NN error",
    "tsne.trustworthiness": "t-SNE trustworthiness",
}
RECORDED = {
    "full": "full_mnist",
    "anchors": "anchors",
    "denoiser": "conv_denoiser",
    "codes": "code_sizes",
    "speed": "speed",
    "larger": "larger_data",
}


def main() -> None:
    """Write all of them; the others follow from chance.json."""
    save_json(CHANCE, chance(), digits=3)
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
    tables = {"default": default_table(load_json(METRICS), Chance.read()), "studies": study_table()}
    for name, table in tables.items():
        pattern = rf"(<!-- table: {name} -->\n).*?(<!-- end -->)"
        text, found = re.subn(
            pattern, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text, flags=re.S
        )
        assert found == 1, f"README.md has {found} places for the table {name}"
    return text


def chance() -> dict[str, Any]:
    """What the report knows of chance: standard deviations of what it shows, and over how many runs."""
    runs = load_table(ROOT / PAGES / "chance/tables/runs.csv")
    shown = [measure.path for group in groups(cards()).values() for measure in group]
    return {"runs": int(runs.seed.nunique()), "deviations": deviations(runs, shown, WITHIN)}


def default_table(metrics: dict[str, Any], known: Chance) -> str:
    """What the default run reached, a row a model, and how far that may differ by chance."""
    names = {"noisy": "noisy input", "pca": "PCA"} | {key: card.name for key, card in cards().items()}
    comparison = Comparison(with_noisy_input(metrics), known)
    measures = {measure.path: measure for group in COMMON.values() for measure in group}

    def cell(path: str, model: str) -> str:
        standing = comparison.standing(measures[path], model)
        text = "" if standing is None else standing.number + (" %" if measures[path].unit == "%" else "")
        return text.replace(SPACE, " ")

    sizes = {key: str(metrics[key]["codes"]["size"]) for key in cards()}
    body = [[name, sizes.get(key, ""), *(cell(path, key) for path in COLUMNS)] for key, name in names.items()]
    return (
        f"{rows(['test set', 'size of code', *COLUMNS.values()], *body)}\n\n"
        f"± is the standard deviation over {known.runs} runs, each with its own split, weights and noise: "
        f"[how much of a difference is chance?]({PAGES}/chance/README.md)."
    )


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
