"""The site: reports/ under an index. `python .ci/site.py FOLDER URL` gathers it in FOLDER.

Pages keep their places, so links between them work as they do on disk. What they link to elsewhere in the
project, and folders, which a site does not list, is looked at in the repository, at URL: for a commit on
GitHub, https://github.com/OWNER/NAME/blob/SHA.
"""

import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = re.compile(r'(href|src)="([^":#?]+)([#?][^"]*)?"')  # to another file: no data:, no https:, no #place


def main(folder: str, url: str) -> None:
    """Gather, and refuse to publish a link that leads nowhere."""
    broken = gather(ROOT, Path(folder), url)
    if broken:
        sys.exit("site: links that lead nowhere:\n" + "\n".join(broken))


def gather(project: Path, site: Path, url: str) -> list[str]:
    """Copy `project`/reports to `site` with an index; returns its broken links, as `page: link`."""
    shutil.copytree(project / "reports", site, ignore=shutil.ignore_patterns("*.md"))
    shutil.copy(ROOT / ".ci/site.html", site / "index.html")
    broken = []
    for page in sorted(site.rglob("*.html")):

        def lead(link: re.Match, page: Path = page) -> str:
            kind, target, place = link[1], link[2], link[3] or ""
            if (page.parent / target).is_file():
                return link[0]
            path = os.path.normpath(Path("reports") / page.parent.relative_to(site) / target)
            if path.startswith("..") or not (project / path).exists():
                broken.append(f"{page.relative_to(site)}: {target}")
            return f'{kind}="{url}/{path}{place}"'

        page.write_text(LINK.sub(lead, page.read_text(encoding="utf-8")), encoding="utf-8")
    return broken


if __name__ == "__main__":
    main(*sys.argv[1:])
