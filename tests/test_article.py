"""Articles are read completely or refused with a place."""

from __future__ import annotations

import types

import pytest

from xenferry import article
from xenferry.article import Article, ArticleError, Cause, Fix

WHOLE = """
A disk is not reachable.

The guest has a disk
on an SR that the host does not reach.

It stays so.

Cause: the connection
    is unplugged.
Fix:
- Plug it: `xe pbd-plug uuid=...`.
- TrueNAS: set maproot to root
  in the share.
- Windows Server 2022: allow root.

Cause: the SR is local.
Tell: `xe sr-list` says
    shared: false.
Fix: move the disk.

Example:
    pool p
    host a
      nic eth0

    guest g   # rule: x
See: the manual
"""


def test_every_part_is_read() -> None:
    assert article.parse(WHOLE) == Article(
        title="A disk is not reachable",
        what="The guest has a disk on an SR that the host does not reach.\n\nIt stays so.",
        causes=(
            Cause(
                "the connection is unplugged.",
                (
                    Fix("Plug it: `xe pbd-plug uuid=...`."),
                    Fix("set maproot to root in the share.", "TrueNAS"),
                    Fix("allow root.", "Windows Server 2022"),
                ),
            ),
            Cause("the SR is local.", (Fix("move the disk."),), tell="`xe sr-list` says shared: false."),
        ),
        example="pool p\nhost a\n  nic eth0\n\nguest g   # rule: x",
        see=("the manual",),
    )


def test_listed_causes_share_the_fixes_that_follow() -> None:
    read = article.parse("T\n\nwhat\n\nCauses:\n- one\n- two\nFix: do it\n")
    assert read.causes == (Cause("one", (Fix("do it"),)), Cause("two", (Fix("do it"),)))
    assert read.fixes == (Fix("do it"),)


def test_example_and_see_may_be_missing() -> None:
    read = article.parse("T\n\nwhat\n\nCause: c\nFix: f")
    assert (read.example, read.see) == ("", ())


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ("", 1, "no title"),
        ("T\nnot parted\n\nCause: c\nFix: f", 2, "the title is one line"),
        ("T\n\nCause: c\nFix: f", 1, "no paragraph"),
        ("T\n\nwhat", 1, "no `Cause:`"),
        ("T\n\nwhat\n\nCause: c", 5, "needs exactly one `Fix:`"),
        ("T\n\nwhat\n\nFix: f", 5, "needs exactly one `Fix:`"),
        ("T\n\nwhat\n\nCause: c\nFix: f\nFix: g", 7, "needs exactly one `Fix:`"),
        ("T\n\nwhat\n\nCause: c\nCause: d\nFix: f", 5, "needs exactly one `Fix:`"),
        ("T\n\nwhat\n\nCause: c\nFix:\n", 5, "`Fix:` is empty"),
        ("T\n\nwhat\n\nCause:\nFix: f\n", 5, "is empty"),
        ("T\n\nwhat\n\nCause:\n- a\n- b\nFix: f\n", 5, "is a list"),
        ("T\n\nwhat\n\nCauses:\n- a\n- b\nTell: t\nFix: f", 5, "only `Cause:` may have"),
        ("T\n\nwhat\n\nCause: c\nTell: t\nTell: u\nFix: f", 5, "exactly one `Fix:`"),
        ("T\n\nwhat\n\nTell: t\nFix: f", 5, "exactly one `Fix:`"),
        ("T\n\nwhat\n\nCause: c\nFixes: f", 6, "unknown section 'Fixes'"),
        ("T\n\nwhat\n\nCause: c\nFix: f\nSee: a\nSee: b", 8, "a second `See:`"),
    ],
)
def test_a_malformed_article_is_refused_with_its_place(text: str, line: int, wrong: str) -> None:
    with pytest.raises(ArticleError) as caught:
        article.parse(text, "some.module")
    assert (caught.value.module, caught.value.line) == ("some.module", line)
    assert wrong in caught.value.wrong
    assert str(caught.value).startswith(f"some.module, docstring line {line}: ")


def test_a_modules_docstring_is_read() -> None:
    module = types.ModuleType("m", "T.\n\nwhat\n\nCause: c\nFix: f")
    assert article.read(module).title == "T"
    with pytest.raises(ArticleError, match="m, docstring line 1: no title"):
        article.read(types.ModuleType("m"))
