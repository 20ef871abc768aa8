"""studies-index: every study with its question, and its answer in one line.

reports/studies/<study>/README.md → reports/studies/README.md, which the hosting page shows, and
reports/studies/index.html, which the main report links.
"""

from pathlib import Path

from stages.common.artifacts import written_whole
from stages.common.errors import StudyError, run
from stages.pages.markdown import reflowed, to_html
from stages.pages.vocabulary import environment
from stages.studies.names import NAMES
from stages.studies.settings import PAGES

HERE = Path(__file__).parent


def main() -> None:
    """Read every study's page, list them, save."""
    text = markdown({study: entry(read_page(study)) for study in NAMES})
    template = environment(HERE, HERE.parent / "pages" / "report", html=True).get_template("index.html.j2")
    pages = {"README.md": text, "index.html": template.render(body=to_html(text, PAGES))}
    for name, content in pages.items():
        with written_whole(PAGES / name) as temporary:
            temporary.write_text(content, encoding="utf-8")


def read_page(study: str) -> str:
    """The page of `study`.

    Raises:
        StudyError: it is not there.
    """
    path = PAGES / study / "README.md"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StudyError(
            f"{path} does not exist; `dvc repro stages/studies/dvc.yaml:{study}` makes it"
        ) from None


def entry(page: str) -> tuple[str, str]:
    """The question of a page, its heading, and the answer, the quotation under it."""
    heading, answer = page.split("\n\n")[:2]
    return heading.removeprefix("# "), answer.removeprefix("> ")


def markdown(entries: dict[str, tuple[str, str]]) -> str:
    """The list as a table."""
    return reflowed(environment(HERE).get_template("index.md.j2").render(entries=entries))


if __name__ == "__main__":
    run(main)
