"""The rules and errors that xenferry knows, as its pages in docs/ have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.explanations import say_explanation
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_table

if TYPE_CHECKING:
    from xenferry.article import Article


@click.command()
@click.argument("code", default="")
def command(code: str) -> int:
    """Read about a finding or an error by its CODE; without one all findings are listed."""
    from xenferry.errors import explain
    from xenferry.rules import article, library

    if not code:
        return _list()
    if code in library():
        _say(article(code))
        return 0
    explained = explain(code.upper())
    if not explained:
        raise Wrong(f"There is no finding or error {code!r}.{_near(code)}")
    for number, one in enumerate(explained):
        say_explanation(one, first=number == 0)
    return 0


def _near(code: str) -> str:
    import difflib

    from xenferry.errors import shelf
    from xenferry.rules import library

    near = difflib.get_close_matches(code, [*library(), *shelf.codes()], n=3)
    return f" Did you mean {' or '.join(near)}?" if near else " `xenferry manual` lists the rules."


def _say(article: Article) -> None:
    say(article.title, style="bold")
    for paragraph in article.what.split("\n\n"):
        say(paragraph, indent=2)
        say()
    for cause in article.causes:
        say(f"Cause: {cause.text}", indent=2, hang=2)
        for fix in cause.fixes:
            say(f"- {fix.product + ': ' if fix.product else ''}{fix.text}", indent=4, hang=2, style="green")


def _list() -> int:
    from xenferry.errors import shelf
    from xenferry.rules import article, library

    say_table(("finding", "what it is"), [(code, article(code).title) for code in library()])
    say()
    say(f"Besides, {len(shelf.codes())} error codes: `xenferry manual VM_REQUIRES_SR`.")
    return 0
