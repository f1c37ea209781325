"""A scenario's text: what is in the pool, and how one is written."""

from __future__ import annotations

import click

from xenferry.cli.frame.paper import say_raw


@click.command()
@click.argument("scenario")
def command(scenario: str) -> int:
    """Show a shipped or generated SCENARIO as it is written (docs/scenarios.md explains the language)."""
    from xenferry.lab.scenario import text_of
    from xenferry.lab.scenario.generate import named

    say_raw(named(scenario) or text_of(scenario))
    return 0
