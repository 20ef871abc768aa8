"""The vocabulary that all pages are written in: how numbers are put, and when one set of runs beats another.

Filters:  number, fixed, plus_minus, percent, percents, spread, power, whole, listed, at, caption
Tests in conditions:  above(one, other), level(one, other)
What n runs are worth:  chance(n)

Runs are any sequence of numbers, one a seed (a pandas Series, say). One set is above another only where every
run of the one is above every run of the other.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from math import comb
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS, SPACE = "\u2212", "\u00a0"  # the sign that goes with digits; a space at which no line ends
SURE = 2  # standard deviations by which two numbers have to differ, to differ by more than chance
LEADS = ("Read off:", "Not to be read off:")  # set in bold


def number(value: float, digits: int = 3) -> str:
    """`value` with so many significant digits: 0.0123, 12.3, 1230."""
    text = f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0").rstrip(".")
    whole, _, decimals = text.lstrip("-").partition(".")
    significant = len((whole + decimals).lstrip("0"))
    if value and significant < digits and len(whole.lstrip("0")) < digits:  # 0.02 → 0.0200
        text += ("" if decimals else ".") + "0" * (digits - significant)
    return text.replace("-", "−")


def fixed(value: float, decimals: int = 2) -> str:
    """`value` with so many decimals, 0.02; what is not 0 does not read as 0: two significant digits then."""
    text = f"{value:.{decimals}f}"
    return number(value, 2) if value and not float(text) else text.replace("-", MINUS)


def plus_minus(value: float, deviation: float) -> str:
    """`17.178 ± 0.041`: the deviation with two significant digits, the value with as many decimals."""
    if not deviation:
        return f"{value:g}".replace("-", MINUS)
    text = number(deviation, 2)
    decimals = len(text.partition(".")[2])
    return f"{value:.{decimals}f}{SPACE}±{SPACE}{text}".replace("-", MINUS)


def percent(share: float, decimals: int = 1) -> str:
    """A share in percent: 12.3 %."""
    return f"{100 * share:.{decimals}f} %".replace("-", "−")


def spread(values: Iterable[float], digits: int = 3) -> str:
    """`0.0123 (0.0120 to 0.0127)`: mean, smallest and largest of several runs; of one run just the value."""
    values = list(values)
    mean = number(sum(values) / len(values), digits)
    if len(values) == 1:
        return mean
    return f"{mean} ({number(min(values), digits)} to {number(max(values), digits)})"


def percents(shares: Iterable[float], digits: int = 3) -> str:
    """`12.3 (12.0 to 12.7) %`: mean, smallest and largest share of several runs."""
    return f"{spread([100 * share for share in shares], digits)} %"


def power(value: float) -> str:
    """`value` with two digits; with a power of ten where it is small: 1.2 · 10⁻⁵."""
    if value >= 0.01 or value == 0:
        return number(value, 2)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} · 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def whole(values: Iterable[float]) -> str:
    """A count over several runs: `9`, or `9 to 11`."""
    values = list(values)
    return " to ".join(dict.fromkeys(f"{int(end)}" for end in (min(values), max(values))))


def listed(words: Iterable[Any]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last


def at(chosen: Collection[Any], every: Sequence[Any], name: str = "k") -> str:
    """`at every k`, `at no k`, `at k = 2, 5 and 10`: which of `every` setting are in `chosen`."""
    found = [setting for setting in every if setting in chosen]
    if len(found) in (0, len(every)):
        return f"at {'every' if found else 'no'} {name}"
    return f"at {name} = {listed(found)}"


def above(one: Iterable[float], other: Iterable[float], margin: float = 0) -> bool:
    """Whether every run of `one` is larger than every run of `other`, by more than `margin`."""
    return min(one) - max(other) > margin


def level(one: Iterable[float], other: Iterable[float], margin: float = 0) -> bool:
    """Whether neither is above the other."""
    one, other = list(one), list(other)
    return not above(one, other, margin) and not above(other, one, margin)


def chance(runs: int) -> float:
    """How often, of `runs` against `runs` that do not differ, all of one side are above all of the other."""
    return 2 / comb(2 * runs, runs)


def caption(text: str) -> str:
    """Paragraphs in italics, what may be read off and what not introduced in bold."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return "\n\n".join(f"*{_with_bold_lead(paragraph)}*" for paragraph in paragraphs)


def _with_bold_lead(paragraph: str) -> str:
    lead = next((lead for lead in LEADS if paragraph.startswith(lead)), "")
    return f"**{lead}**{paragraph.removeprefix(lead)}" if lead else paragraph


def environment(*folders: Path, html: bool = False) -> Environment:
    """Where templates in `folders` are filled in; a name that is not known raises an error."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    words = (number, fixed, plus_minus, percent, percents, spread, power, whole, listed, at, caption)
    made.filters |= {word.__name__: word for word in words}
    made.globals |= {word.__name__: word for word in (above, level, chance)}
    return made
