"""A study's page, as Markdown that the hosting page renders, and the files beside it.

    reports/studies/<study>/metrics.json      every number that the page states
    reports/studies/<study>/figures/*         its pictures
    reports/studies/<study>/README.md         question, answer in one line, procedure, findings, answer

A page is made of what `save_metrics` gives back, so that it says what the file says, to the last digit.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from stages.common.artifacts import load_json, save_json, written_whole
from stages.common.study import RESULTS
from stages.figures.saving import save_gif, save_png

ROW_OR_ITEM = re.compile(r"\||[*-] |\d+\. ")  # how a table or a list begins
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Picture:
    """A figure on a page: a Figure (saved as PNG), or Figures one after the other (an animated GIF)."""

    name: str  # of the file, without its ending
    figure: Figure | Iterator[Figure]
    look_for: str

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}.png" if isinstance(self.figure, Figure) else f"{self.name}.gif"

    def save(self, study: str) -> None:
        """Write it among the figures of `study`."""
        write = save_png if isinstance(self.figure, Figure) else save_gif
        write(self.figure, RESULTS / study / "figures" / self.file)


@dataclass(frozen=True)
class Page:
    """What a page says; texts are Markdown, an empty line between paragraphs.

    `findings` are texts (tables among them) and pictures, in the order of reading.
    """

    question: str  # the heading
    summary: str  # the answer in one line, which the index repeats
    procedure: str
    findings: Sequence[str | Picture]
    answer: str


def save_metrics(study: str, metrics: dict[str, Any]) -> dict[str, Any]:
    """Write `metrics`, and give back what the file holds: rounded."""
    path = RESULTS / study / "metrics.json"
    save_json(path, metrics)
    return load_json(path)


def publish(study: str, page: Page) -> None:
    """Write the figures of `page`, and the page."""
    for finding in page.findings:
        if isinstance(finding, Picture):
            finding.save(study)
    with written_whole(RESULTS / study / "README.md") as temporary:
        temporary.write_text(markdown(study, page), encoding="utf-8")


def markdown(study: str, page: Page) -> str:
    """The page as text."""
    findings = [_shown(finding) if isinstance(finding, Picture) else finding for finding in page.findings]
    parts = [
        f"# {page.question}",
        f"> {_one_line(page.summary)}",
        "## What was done",
        page.procedure,
        "## What came out",
        *findings,
        "## Answer",
        page.answer,
        "---",
        f"Numbers: [metrics.json](metrics.json). Settings: `{study.replace('-', '_')}` in "
        "[stages/studies/params.yaml](../../../stages/studies/params.yaml). "
        f"Again: `dvc repro stages/studies/dvc.yaml:{study}`. [All studies](../README.md)",
    ]
    return "\n\n".join(_unindented(part) for part in parts) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is of names, the others are of numbers."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def number(value: float, digits: int = 3) -> str:
    """`value` with so many significant digits: 0.0123, 12.3, 1230."""
    text = f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0").rstrip(".")
    whole, _, decimals = text.lstrip("-").partition(".")
    significant = len((whole + decimals).lstrip("0"))
    if value and significant < digits and len(whole.lstrip("0")) < digits:  # 0.02 → 0.0200
        text += ("" if decimals else ".") + "0" * (digits - significant)
    return text.replace("-", "−")


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent: 12.3 %."""
    return f"{100 * share:.{decimals}f} %".replace("-", "−")


def spread(values: Sequence[float], digits: int = 3) -> str:
    """`0.0123 (0.0120 to 0.0127)`: mean, smallest and largest of several runs; of one run just the value."""
    mean = number(sum(values) / len(values), digits)
    if len(values) == 1:
        return mean
    return f"{mean} ({number(min(values), digits)} to {number(max(values), digits)})"


def percents(shares: Sequence[float], digits: int = 3) -> str:
    """`12.3 (12.0 to 12.7) %`: mean, smallest and largest share of several runs."""
    return f"{spread([100 * share for share in shares], digits)} %"


def power(value: float) -> str:
    """`value` with two digits; with a power of ten where it is small: 1.2 · 10⁻⁵."""
    if value >= 0.01 or value == 0:
        return number(value, 2)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} · 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def _shown(picture: Picture) -> str:
    return (
        f"![{picture.name.replace('_', ' ')}](figures/{picture.file})\n\n"
        f"*Look for:* {_one_line(picture.look_for)}"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unindented(text: str) -> str:
    """Paragraphs as single lines, without the indentation of the source; rows and items stay lines."""
    paragraphs = [[line.strip() for line in part.splitlines()] for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(("\n" if ROW_OR_ITEM.match(lines[0]) else " ").join(lines) for lines in paragraphs)
