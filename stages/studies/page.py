"""STUDY: draw a study's figures and fill in its page, from what its experiment measured.

data/studies/STUDY, data/classes.json, reports/mnist/*.json → reports/studies/STUDY:

    README.md, index.html   the page, for the hosting site and for a browser
    figures/*               its pictures
    tables/*.csv            the tables that the page states, as they were measured
    metrics.json            their means over seeds, for `dvc metrics diff --targets`

`python -m stages.studies.page STUDY`. Nothing is trained here: a restyled figure or sentence takes seconds.
"""

import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from stages.common.artifacts import load_arrays, load_json, load_table, save_json, written_whole
from stages.common.classes import Classes
from stages.common.errors import StudyError, run
from stages.common.settings import read_yaml
from stages.figures.saving import save_gif, save_png
from stages.pages.markdown import reflowed, to_html
from stages.pages.vocabulary import environment
from stages.studies.names import NAMES
from stages.studies.records import record
from stages.studies.settings import MEASURED, PAGES, PARAMS

HERE = Path(__file__).parent


def main(*arguments: str) -> None:
    """Load, publish the numbers, draw, write."""
    study, named = study_name(*arguments), Classes.load()
    folder = PAGES / study
    publish_numbers(study)
    found = published(study)
    for name, figure in draw(study, found, named).items():
        still = isinstance(figure, Figure)
        (save_png if still else save_gif)(figure, folder / "figures" / f"{name}.{'png' if still else 'gif'}")
    text = markdown(study, found, named)
    for name, content in (("README.md", text), ("index.html", html(study, text))):
        with written_whole(folder / name) as temporary:
            temporary.write_text(content, encoding="utf-8")


def study_name(*arguments: str) -> str:
    """The one study that `arguments`, those of a command line, name.

    Raises:
        StudyError: they name none, several, or one that does not exist.
    """
    name = " ".join(arguments)
    if name not in NAMES:
        raise StudyError(f"{name!r} is no study; say one of {', '.join(NAMES)}")
    return name


def publish_numbers(study: str) -> None:
    """Copy the tables, and write their means beside the numbers that stand alone."""
    numbers = load_json(MEASURED / study / "numbers.json")
    for path in sorted((MEASURED / study).glob("*.csv")):
        with written_whole(PAGES / study / "tables" / path.name) as temporary:
            shutil.copyfile(path, temporary)
        numbers[path.stem] = means(load_table(path))
    save_json(PAGES / study / "metrics.json", numbers)


def means(table: pd.DataFrame) -> dict[str, Any]:
    """Measures by key (`{"k2": {"mse": 0.1}}`), means over seeds.

    A table's keys are the columns up to `seed`; without seeds, the first columns that hold no fractions.
    """
    columns = list(table.columns)
    if "seed" in columns:
        keys = columns[: columns.index("seed")]
    else:
        fractions = [pd.api.types.is_float_dtype(kind) for kind in table.dtypes]
        keys = columns[: fractions.index(True)] if True in fractions else columns[:1]
    numeric = table.drop(columns="seed", errors="ignore")
    averages = (
        numeric.groupby(keys, sort=False).mean(numeric_only=True) if keys else numeric.mean(numeric_only=True)
    )
    nested: dict[str, Any] = {}
    for values, row in averages.iterrows() if keys else [((), averages)]:
        place = nested
        for key, value in zip(keys, values if isinstance(values, tuple) else (values,), strict=True):
            place = place.setdefault(str(value) if isinstance(value, str) else f"{key}{value}", {})
        place |= {name: float(value) for name, value in row.items() if np.isfinite(value)}
    return nested


def published(study: str) -> dict[str, Any]:
    """What pages and figures are made of: tables and numbers by name, as published, and `settings`."""
    folder = PAGES / study
    tables = {path.stem: load_table(path) for path in sorted((folder / "tables").glob("*.csv"))}
    section = read_yaml(PARAMS)[study.replace("-", "_")]
    return load_json(folder / "metrics.json") | tables | {"settings": section}


def draw(study: str, found: dict[str, Any], named: Classes) -> dict[str, Figure | Iterator[Figure]]:
    """Every figure of the study by the name of its file; `named` says what images show."""
    arrays = nested(load_arrays(MEASURED / study / "arrays.npz"))
    return import_module(f"{package(study)}.figures").draw(arrays=arrays, named=named, **found)


def markdown(study: str, found: dict[str, Any], named: Classes) -> str:
    """The page as text."""
    if find_spec(f"{package(study)}.verdicts"):
        found = found | import_module(f"{package(study)}.verdicts").verdicts(**found)
    templates = environment(HERE / study.replace("-", "_"), HERE)
    templates.globals |= {"record": record, "named": named}
    return reflowed(templates.get_template("page.md.j2").render(study=study, **found))


def html(study: str, text: str) -> str:
    """The page as a document, between its neighbours."""
    place = NAMES.index(study)
    template = environment(HERE, HERE.parent / "pages" / "report", html=True).get_template("study.html.j2")
    return template.render(
        title=text.splitlines()[0].removeprefix("# "),
        body=to_html(text, PAGES / study),
        before=NAMES[place - 1] if place else None,
        after=NAMES[place + 1] if place + 1 < len(NAMES) else None,
    )


def package(study: str) -> str:
    """The study's package."""
    return f"stages.studies.{study.replace('-', '_')}"


def nested(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """`{"gallery/2/a": x}` → `{"gallery": {"2": {"a": x}}}`; the inverse of `flat`, but names stay texts."""
    found: dict[str, Any] = {}
    for path, value in arrays.items():
        *folders, name = path.split("/")
        place = found
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = value
    return found


if __name__ == "__main__":
    run(main)
