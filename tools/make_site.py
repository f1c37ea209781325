"""Writes the Markdown of the web site: a page for each error code and each rule, indexes, the pages of docs/.

    python tools/make_site.py build/pages

Nothing is fetched and no clock is read. `make site` builds HTML of it (zensical.toml).
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from book import error, index, rule

from xenferry.errors import shelf
from xenferry.rules import catalogue

ROOT = Path(__file__).parent.parent
FORGE = frozenset({"README.md", "rules.md", "errors.md"})
"""Pages of docs/ for whoever reads them on a forge; the site has others in their place."""


def pages() -> dict[str, str]:
    """Path -> Markdown of every page."""
    made = {"index.md": index.front(), "errors/index.md": index.errors_page(), "rules/index.md": rule.index()}
    made |= {f"errors/family-{name}.md": index.family_page(name, codes) for name, codes in index.families().items()}
    made |= {f"errors/{code}.md": error.page(code) for code in shelf.codes()}
    made |= {f"rules/{code}.md": rule.page(code) for code in catalogue.modules()}
    return made | {_name(path): _linked(path.read_text("utf-8")) for path in copied()}


def copied() -> list[Path]:
    """The pages of docs/ that the site has as they are."""
    docs = ROOT / "docs"
    return sorted(path for path in (*docs.glob("*.md"), *docs.glob("howto/*.md")) if path.name not in FORGE)


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "docs").as_posix()


def _linked(text: str) -> str:
    """A page of docs/, whose links to the indexes of errors and rules lead to the site's own."""
    return re.sub(r"\]\((\.\./)?(errors|rules)\.md\)", r"](\1\2/index.md)", text)


def write(folder: Path) -> int:
    """All pages, their pictures, and the script of the table, into an empty folder. How many pages."""
    shutil.rmtree(folder, ignore_errors=True)
    made = pages()
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    for picture in (ROOT / "docs").glob("*/*.svg"):
        (folder / _name(picture)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, folder / _name(picture))
    (folder / "javascripts").mkdir()
    shutil.copy(Path(__file__).parent / "book" / "filter.js", folder / "javascripts")
    return len(made)


if __name__ == "__main__":
    count = write(Path(sys.argv[1]))
    sys.stdout.write(f"{count} pages in {sys.argv[1]}\n")
