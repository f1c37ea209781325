"""Every finding and error that docs/cases.md sends people to exists; test_manual_pages looks at its commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xenferry.errors import Source, explain, shelf
from xenferry.rules import library

PAGE = (Path(__file__).parent.parent.parent / "docs" / "cases.md").read_text("utf-8")
SPANS = sorted(set(re.findall(r"`([^`]+)`", PAGE)))
ERRORS = [span for span in SPANS if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*", span)]
FINDINGS = [span for span in SPANS if re.fullmatch(r"[a-z]+(?:-[a-z]+)+", span)]


def test_the_page_names_some_of_each() -> None:
    assert len(ERRORS) > 35
    assert len(FINDINGS) > 30


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_of_the_page_has_an_article_with_causes(code: str) -> None:
    assert code in shelf.codes()
    (told,) = explain(code)
    assert told.source is Source.ARTICLE
    assert told.causes


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_of_the_page_is_a_rule(code: str) -> None:
    assert code in library()


def test_every_row_says_something_of_the_cure() -> None:
    rows = [line[2:-2].split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    assert len([row for row in rows if row[0] not in ("what happened", "---")]) >= 60
    assert all(len(row) == 3 and row[2].strip() for row in rows)
