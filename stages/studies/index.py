"""studies-index: every study with its answer in one line, and all pages as one for a browser.

reports/studies/<study>/README.md → reports/studies/README.md, which the hosting page shows, and
reports/studies/index.html, which the main report links. Figures stay files beside them.
"""

from stages.common.artifacts import written_whole
from stages.common.errors import StudyError, run
from stages.common.study import RESULTS
from stages.common.study_names import NAMES
from stages.pages import index


def main() -> None:
    """Read every study's page, list them, save."""
    pages = {study: read_page(study) for study in NAMES}
    listing = index.markdown({study: index.Entry.of(text) for study, text in pages.items()})
    for name, text in (("README.md", listing), ("index.html", index.html(listing, pages))):
        with written_whole(RESULTS / name) as temporary:
            temporary.write_text(text, encoding="utf-8")


def read_page(study: str) -> str:
    """The page of `study`.

    Raises:
        StudyError: it is not there.
    """
    path = RESULTS / study / "README.md"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StudyError(
            f"{path} does not exist; `dvc repro stages/studies/dvc.yaml:{study}` makes it"
        ) from None


if __name__ == "__main__":
    run(main)
