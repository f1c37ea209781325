"""The shipped scenarios, with the first words of each."""

from __future__ import annotations

import click

from xenferry.cli.frame.paper import say_table


@click.command()
def command() -> int:
    """List the scenarios that come with xenferry. Each is a name for --lab."""
    from xenferry.lab.scenario import shipped, text_of

    say_table(("scenario", "what it is"), [(name, first_words(text_of(name))) for name in shipped()])
    return 0


def first_words(text: str) -> str:
    """The comment at a scenario's beginning, as one paragraph."""
    words = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words.append(line.lstrip("# "))
    return " ".join(words)
