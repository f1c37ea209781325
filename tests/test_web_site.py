"""The web site has a page for every error and rule; what it shows as an error's text is read as that error."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from xenferry.errors import explain, shelf
from xenferry.rules import catalogue

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\]\(([^)#\s]+\.md)(?:#[\w-]*)?\)")
ELSEWHERE = r"""=["']?(?:https?:)?//"""
LOADED = re.compile(
    rf"<(?:script|img|iframe|source)[^>]*\ssrc{ELSEWHERE}"
    rf"|<link[^>]*\srel=[\"']?(?:stylesheet|preconnect|icon|preload)[^>]*\shref{ELSEWHERE}"
)
"""What a browser would fetch from another host by itself; a link that waits for a click is none."""


@pytest.fixture(scope="module")
def site() -> ModuleType:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_site
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return make_site


@pytest.fixture(scope="module")
def pages(site: ModuleType) -> dict[str, str]:
    made: dict[str, str] = site.pages()
    return made


def test_every_error_and_every_rule_has_a_page(pages: dict[str, str]) -> None:
    assert {f"errors/{code}.md" for code in shelf.codes()} < pages.keys()
    assert {f"rules/{code}.md" for code in catalogue.modules()} < pages.keys()
    assert len(pages) > 900


def test_every_page_of_the_documentation_is_in_the_menu(site: ModuleType) -> None:
    menu = (ROOT / "zensical.toml").read_text("utf-8")
    names = [path.relative_to(ROOT / "docs").as_posix() for path in site.copied()]
    assert [name for name in names if f'"{name}"' not in menu] == [], "zensical.toml"
    assert len(site.copied()) >= 5


def test_a_resource_of_another_host_would_be_noticed() -> None:
    assert LOADED.search('<link rel="stylesheet" href="https://fonts.example/css">')
    assert LOADED.search('<script defer src="//cdn.example/x.js"></script>')
    assert not LOADED.search('<a href="https://zensical.org/">made with</a><script src="../assets/x.js"></script>')


def test_every_link_leads_to_a_page(pages: dict[str, str]) -> None:
    broken = []
    for path, text in pages.items():
        for link in LINK.findall(text):
            target = Path("/", path).parent.joinpath(link).resolve()
            if str(target)[1:] not in pages:
                broken.append((path, link))
    assert not broken


def test_every_text_that_a_page_shows_for_an_error_is_read_as_that_error(site: ModuleType) -> None:
    from book.forms import forms

    wrong = []
    for code in shelf.codes():
        for form in forms(code):
            found = explain(form.text)
            if not found or found[0].code != code:
                wrong.append((code, form.where, [one.code for one in found]))
    assert not wrong


def test_a_page_of_an_error_has_causes_cures_texts_versions_and_neighbours(pages: dict[str, str]) -> None:
    for code in shelf.codes():
        text = pages[f"errors/{code}.md"]
        for part in ("- *Cure:*", "## How it is shown", "## Versions", "## Seen beforehand", "## Related"):
            assert part in text, (code, part)
    mount = pages["errors/SR_BACKEND_FAILURE_73.md"]
    for needle in (
        "Error parameters: , NFS mount error [opterr=mount failed with return code 32],",
        "Raising exception [73, NFS mount error",
        "- *How to tell:* The text says “access denied”.",
        "[pbd-unplugged](../rules/pbd-unplugged.md)",
        "XCP-ng 8.3 tries again",
    ):
        assert needle in mount


def test_a_page_of_a_rule_names_the_errors_that_it_foretells(pages: dict[str, str]) -> None:
    text = pages["rules/pbd-unplugged.md"]
    assert "[VM_REQUIRES_SR](../errors/VM_REQUIRES_SR.md)" in text
    assert "`xenferry cure pbd-unplugged` shows the remedy" in text
    assert "sr nfs nfs unplugged=xcp2" in text


@pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="the dependency group docs is not installed")
def test_the_site_is_built_can_be_searched_and_asks_no_other_host(site: ModuleType, tmp_path: Path) -> None:
    count = site.write(tmp_path / "build" / "pages")
    (tmp_path / "zensical.toml").write_text((ROOT / "zensical.toml").read_text("utf-8"), "utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build"], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert built.returncode == 0, built.stdout + built.stderr
    made = tmp_path / "build" / "site"
    shown = {path: path.read_text("utf-8") for path in made.rglob("*.html")}
    assert len(shown) >= count
    searched = json.dumps(json.loads((made / "search.json").read_text("utf-8")))
    assert "mount failed with return code 32" in searched
    assert [str(path) for path, text in shown.items() if LOADED.search(text) or 'class="mermaid"' in text] == []
    styles = [path.read_text("utf-8") for path in made.rglob("*.css")]
    assert styles
    assert not [style for style in styles if re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", style)]
