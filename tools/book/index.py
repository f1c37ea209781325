"""The pages that lead to the others: the front, every family of errors, and the table of all codes with its filter."""

from __future__ import annotations

from collections import defaultdict

from make_manual import cell, table

from book.error import family, headline
from xenferry.errors import shelf

FRONT = """\
---
title: xenferry
---

# xenferry: errors and findings of XCP-ng and XenServer pools

Paste an error code, or words of an error's text, into the search above: there is a page for each of the
{codes} codes of XAPI and its storage drivers, with causes, what tells them apart, and cures.

- [Errors](errors/index.md): all codes in a table with a filter, and by family
- [Findings](rules/index.md): what `xenferry check` finds before an error happens
- [The lab](lab.md), [its scenarios](scenarios.md), [its calls](lab-calls.md)
- [What `--json` answers](json.md); [how plans are made](plans.md), [pictured and rehearsed](rehearsal.md)
- [How it is built](architecture.md)
"""


LABELS = {"families": "other products and features", "lifecycle": "a guest's life"}
"""What a family of errors is called where its folder's name says too little."""


def front() -> str:
    """The first page."""
    return FRONT.format(codes=len(shelf.codes()))


def families() -> dict[str, list[str]]:
    """Family -> its codes, both in alphabetical order."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in shelf.codes():
        found[family(code)].append(code)
    return dict(sorted(found.items()))


def family_page(name: str, codes: list[str]) -> str:
    """One family: code and what it says."""
    return f"# Errors: {LABELS.get(name, name)}\n\n{_rows(codes)}"


def errors_page() -> str:
    """The table of all codes; a script filters its rows by what is typed."""
    links = "".join(
        f"- [{LABELS.get(name, name)}](family-{name}.md): {len(codes)} codes\n" for name, codes in families().items()
    )
    asked = '<input id="filter" type="search" placeholder="Filter by code or words" aria-label="Filter" size="40">'
    codes = list(shelf.codes())
    return f"# Errors\n\nBy family:\n\n{links}\n## All {len(codes)} codes\n\n{asked}\n\n{_rows(codes)}"


def _rows(codes: list[str]) -> str:
    return table(("code", "what it says"), [(f"[{code}]({code}.md)", cell(headline(code))) for code in codes])
