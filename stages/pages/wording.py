"""Comparisons in words, which read right whoever is ahead and whatever is level."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from stages.pages.measures import NAMES, SPACE, Measure, Metrics

Group = tuple[Decimal, list[str]]  # a value as it is written, and the models that reach it


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def the(models: Sequence[str]) -> str:
    """`the AE and the VAE`; `all three`."""
    return "all three" if len(models) == len(NAMES) else listed([f"the {NAMES[model]}" for model in models])


def capital(text: str) -> str:
    """With a capital letter first; the others stay as they are."""
    return text[0].upper() + text[1:]


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return capital(text) + ("" if text.endswith(".") else ".")


def agreeing(verb: str, models: Sequence[str]) -> str:
    """`verb` in the third person: of one, or of several."""
    return verb if len(models) > 1 else {"are": "is"}.get(verb, f"{verb}s")


def named_once(text: str, name: str, pronoun: str) -> str:
    """`text` with a pronoun for `name` after its first occurrence."""
    first, *rest = text.split(name)
    return name.join([first, pronoun.join(rest)]) if rest else text


def groups(measure: Measure, metrics: Metrics, lowest: bool | None = None) -> list[Group]:
    """Models by value, the best first, the level ones together; `lowest` says which end that is."""
    lowest = measure.better == "lower" if lowest is None else lowest
    values = {model: measure.of(metrics[model]) for model in NAMES}
    ordered = sorted(set(values.values()), reverse=not lowest)
    return [(value, [model for model in NAMES if values[model] == value]) for value in ordered]


def ranked(measure: Measure, metrics: Metrics) -> str:
    """`the VAE (16.45 dB), then the AE (15.14 dB), then the WTA (13.02 dB)`."""
    return ", then ".join(_with_value(measure, group) for group in groups(measure, metrics))


def verdict(measure: Measure, metrics: Metrics, one: str, several: str, level: str) -> str:
    """A sentence on who leads, by how much, and who comes last.

    Args:
        one, several: predicates of one leader, and of two.
        level: a clause for three that are level.
    """
    first, *others = groups(measure, metrics)
    value = measure.text(first[0])
    if not others:
        return sentence(f"{level} ({value})")
    text = f"{the(first[1])} {one if len(first[1]) == 1 else several} ({value}), "
    text += f"{_gap(measure, first[0], others[0][0])} ahead of {_with_value(measure, others[0])}"
    return sentence(text + "".join(f"; {_last(measure, group)}" for group in others[1:]))


def same_order(one: Measure, other: Measure, metrics: Metrics) -> bool:
    """Whether both measures put the models into the same order."""
    return [models for _, models in groups(one, metrics)] == [models for _, models in groups(other, metrics)]


def against(measure: Measure, metrics: Metrics, value: Decimal, name: str) -> str:
    """A sentence on who beats the baseline `name`, which reaches `value`."""
    sign = 1 if measure.better == "higher" else -1
    ahead = {model: sign * (measure.of(metrics[model]) - value) for model in NAMES}

    def clause(verb: str, rest: str = "") -> Callable[[list[str]], str]:
        return lambda models: f"{the(models)} {agreeing(verb, models)} {rest}{name}"

    text = split(ahead, clause("beat"), clause("are", "level with "), clause("fall", "short of "))
    return sentence(named_once(text, name, "it"))


def split(
    signs: Mapping[str, Decimal | int],
    better: Callable[[list[str]], str],
    level: Callable[[list[str]], str],
    worse: Callable[[list[str]], str],
    chance: Decimal | int = 0,
) -> str:
    """One clause each for the models above, at and below 0, where there are any; `chance` and less is 0."""
    clauses = []
    for clause, chosen in ((better, 1), (level, 0), (worse, -1)):
        models = [model for model, value in signs.items() if (value > chance) - (value < -chance) == chosen]
        if models:
            clauses.append(clause(models))
    return "; ".join(clauses)


def _with_value(measure: Measure, group: Group) -> str:
    value, models = group
    both = "both " if len(models) == 2 else ""
    return f"{the(models)} ({both}{measure.text(value)})"


def _gap(measure: Measure, one: Decimal, other: Decimal) -> str:
    gap = abs(one - other)
    if measure.unit != "%":
        return measure.text(gap)
    return f"{gap}{SPACE}{'point' if gap == 1 else 'points'}"


def _last(measure: Measure, group: Group) -> str:
    return f"{_with_value(measure, group)} {agreeing('come', group[1])} last"
